import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { CutLink } from './cut-network.ts';
import { Relay } from './relay.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A server of this machine as if it were on another, behind a network that the kernel cuts and tells nobody. Linux, as root. */
export class FarPort implements AsyncDisposable {
  readonly link: CutLink;
  readonly port: number;
  readonly #held: AsyncDisposableStack;

  private constructor(link: CutLink, port: number, held: AsyncDisposableStack) {
    this.link = link;
    this.port = port;
    this.#held = held;
  }

  /** The server listens on `target` of 127.0.0.1. */
  static async open(target: number): Promise<FarPort> {
    await using opening = new AsyncDisposableStack();
    const folder = opening.use(await temporaryFolder());
    const socket = path.join(folder.path, 'near');
    opening.use(await Relay.open({ listen: { path: socket }, target }));
    const link = opening.use(CutLink.open());
    const relay = new URL('far-relay.ts', import.meta.url).pathname;
    const [program, ...words] = link.prefix;
    const child = spawn(program, [...words, process.execPath, relay, link.there, socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    opening.defer(async () => {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    });
    return new FarPort(link, await portOf(child), opening.move());
  }

  get host(): string {
    return this.link.there;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#held.disposeAsync();
  }
}

async function portOf(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString())));
  child.once('exit', (code) => reject(new Error(`the relay ended with ${code}`)));
  return promise;
}
