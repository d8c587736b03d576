import { once } from 'node:events';
import {
  type AddressInfo,
  connect,
  createServer,
  type ListenOptions,
  type Server,
  type Socket,
} from 'node:net';
import { pipeline } from 'node:stream';

/** A port of a number on loopback, or the path of a Unix socket: that one is reached from every network namespace. */
export type RelayTarget = number | string;

export type Passage = (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

export type RelayOptions = Readonly<{
  listen: ListenOptions;
  target: RelayTarget;
  /** What the bytes of one direction of one connection pass through. */
  through?: Passage;
}>;

/** Hands on each connection to another server. */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor({ target, through }: RelayOptions) {
    this.#server = createServer((client) => {
      const server = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
      this.#join(client, server, through);
      this.#join(server, client, through);
    });
  }

  static async open(options: RelayOptions): Promise<Relay> {
    const relay = new Relay(options);
    relay.#server.listen(options.listen);
    await once(relay.#server, 'listening');
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(from: Socket, to: Socket, through: Passage | undefined): void {
    this.#sockets.add(from);
    from.on('close', () => this.#sockets.delete(from));
    const end = (): void => {
      if (!from.destroyed || !to.destroyed) for (const socket of [from, to]) socket.destroySoon();
    };
    if (through === undefined) pipeline(from, to, end);
    else pipeline(from, through, to, end);
  }
}
