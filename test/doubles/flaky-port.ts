import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where a connection is cut: before the text reaches the server, or when the server has answered it. */
export type Moment = 'before it arrives' | 'before its answer';

/** Stands before a server on loopback and cuts one connection at a text that the client sends. */
export class FlakyPort implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #held: (() => void)[] = [];
  #isParted = false;
  #hold: RegExp | undefined;
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

  /** From such a text on, nothing passes in either direction until `heal`; new connections get no answer. */
  holdAt(text: RegExp): void {
    this.#hold = text;
  }

  /** Nothing passes until `heal`, and nobody is told: as a network does that has come apart. */
  part(): void {
    this.#isParted = true;
    for (const socket of this.#sockets) socket.pause();
  }

  /** What was sent meanwhile arrives. */
  heal(): void {
    this.#isParted = false;
    this.#hold = undefined;
    for (const resume of this.#held.splice(0)) resume();
    for (const socket of this.#sockets) socket.resume();
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
      socket.on('error', end).on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
      if (this.#isParted) socket.pause();
    }
    let isCutAtAnswer = false;
    client.on('data', (bytes) => {
      if (this.#hold?.test(bytes.toString('latin1')) === true) {
        this.#held.push(() => server.write(bytes));
        return this.part();
      }
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
