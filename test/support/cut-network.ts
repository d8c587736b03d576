import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Addresses of the pair of interfaces: here, and in the other namespace. */
const [here, there] = ['10.213.77.1', '10.213.77.2'];

/** Why a test cannot have a network of its own, for node:test's `skip`, in CI too; false when it can. */
export function networkSkipReason(): string | false {
  const name = `hf-try-${process.pid}`;
  try {
    ip('netns', 'add', name);
    ip('netns', 'del', name);
    return false;
  } catch (error) {
    return `no network namespaces here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A network namespace with one way out, to a server on this machine; the kernel cuts it, and tells nobody. Linux, as root. */
export class CutNetwork implements AsyncDisposable {
  readonly #name = `hf-${process.pid}`;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(port: number) {
    this.#server = createServer((client) => {
      const server = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [client, server],
        [server, client],
      ] as const) {
        this.#sockets.add(from);
        from.on('error', () => to.destroy()).on('close', () => this.#sockets.delete(from));
        from.pipe(to);
      }
    });
  }

  /** The server listens on `port` of 127.0.0.1. */
  static async open(port: number): Promise<CutNetwork> {
    const network = new CutNetwork(port);
    const [name, device] = [network.#name, `hf${process.pid}`];
    ip('netns', 'add', name);
    ip('link', 'add', device, 'type', 'veth', 'peer', 'name', 'out', 'netns', name);
    ip('addr', 'add', `${here}/30`, 'dev', device);
    ip('link', 'set', device, 'up');
    ip('-n', name, 'addr', 'add', `${there}/30`, 'dev', 'out');
    ip('-n', name, 'link', 'set', 'lo', 'up');
    network.heal();
    network.#server.listen(0, here);
    await once(network.#server, 'listening');
    return network;
  }

  /** Where the server is, from inside as from outside. */
  get place(): Readonly<{ host: string; port: number }> {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the network is closed');
    return { host: here, port: address.port };
  }

  /** What to write before a command that is to run inside. */
  get prefix(): readonly [string, ...string[]] {
    return ['ip', 'netns', 'exec', this.#name];
  }

  part(): void {
    ip('-n', this.#name, 'link', 'set', 'out', 'down');
  }

  heal(): void {
    ip('-n', this.#name, 'link', 'set', 'out', 'up');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    ip('netns', 'del', this.#name);
  }
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
