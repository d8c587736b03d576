import { execFileSync } from 'node:child_process';
import { Relay } from './relay.ts';

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

/**
 * A network namespace with one link to this one; the kernel cuts it, and tells nobody. One at a time in a process. Linux, as
 * root.
 */
export class CutLink implements AsyncDisposable {
  readonly #name = `hf-${process.pid}`;
  readonly #device = `hf${process.pid}`;
  /** Addresses of the pair of interfaces: here, and in the other namespace. */
  readonly here: string = addressOf(1);
  readonly there: string = addressOf(2);

  private constructor() {
    ip('netns', 'add', this.#name);
    ip('link', 'add', this.#device, 'type', 'veth', 'peer', 'name', 'out', 'netns', this.#name);
    ip('addr', 'add', `${this.here}/30`, 'dev', this.#device);
    ip('link', 'set', this.#device, 'up');
    ip('-n', this.#name, 'addr', 'add', `${this.there}/30`, 'dev', 'out');
    ip('-n', this.#name, 'link', 'set', 'lo', 'up');
    this.heal();
  }

  static open(): CutLink {
    return new CutLink();
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
    // By itself it would go some time after the namespace, and its name would be taken until then.
    ip('link', 'del', this.#device);
    ip('netns', 'del', this.#name);
  }
}

/** A network namespace with one way out, to a server on this machine. */
export class CutNetwork implements AsyncDisposable {
  readonly link: CutLink;
  readonly #relay: Relay;

  private constructor(link: CutLink, relay: Relay) {
    this.link = link;
    this.#relay = relay;
  }

  /** The server listens on `port` of 127.0.0.1. */
  static async open(port: number): Promise<CutNetwork> {
    const link = CutLink.open();
    return new CutNetwork(link, await Relay.open({ listen: { host: link.here, port: 0 }, target: port }));
  }

  /** Where the server is, from inside as from outside. */
  get place(): Readonly<{ host: string; port: number }> {
    return { host: this.link.here, port: this.#relay.port };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#relay[Symbol.asyncDispose]();
    await this.link[Symbol.asyncDispose]();
  }
}

/** Of the network that is set apart for tests of networks (RFC 2544), in a part of it that other processes do not take. */
function addressOf(host: 1 | 2): string {
  const partsMax = 2 ** 15;
  const offset = (process.pid % partsMax) * 4 + host;
  return `198.${18 + (offset >> 16)}.${(offset >> 8) & 255}.${offset & 255}`;
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
