import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection is cut: before the text reaches the server, or when the server has answered it. */
export type Moment = 'before it arrives' | 'before its answer';

/** Stands before a server on loopback and cuts one connection at a text that the client sends. */
export class FlakyPort implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #cut: Readonly<{ text: RegExp; moment: Moment }> | undefined;
  cuts = 0;

  private constructor(target: number) {
    this.#server = createServer((client) => this.#join(client, connect(target, '127.0.0.1')));
  }

  static async open(target: number): Promise<FlakyPort> {
    const port = new FlakyPort(target);
    port.#server.listen(0, '127.0.0.1');
    await once(port.#server, 'listening');
    return port;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the port is closed');
    return address.port;
  }

  /** The next connection that sends such a text is cut, once. */
  cutAt(text: RegExp, moment: Moment): void {
    this.#cut = { text, moment };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    let isCutAtAnswer = false;
    client.on('data', (bytes) => {
      const cut = this.#cut;
      if (cut?.text.test(bytes.toString('latin1')) === true) {
        this.#cut = undefined;
        this.cuts += 1;
        if (cut.moment === 'before it arrives') return end();
        isCutAtAnswer = true;
      }
      server.write(bytes);
    });
    server.on('data', (bytes) => (isCutAtAnswer ? end() : client.write(bytes)));
  }
}
