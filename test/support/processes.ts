import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';

/** However a test ends, its servers do not outlive it by more than this, unless it runs for longer itself. */
const lifeSecondsMax = 1_800;

/** Servers of one test, each under a time limit of its own in case nobody is left to stop it. */
export class Processes implements AsyncDisposable {
  readonly #folder: string;
  readonly #lifeSeconds: number;
  readonly #children: ChildProcess[] = [];

  constructor(folder: string, lifeSeconds: number = lifeSecondsMax) {
    this.#folder = folder;
    this.#lifeSeconds = lifeSeconds;
  }

  /** What it writes goes to `<name>.out` of the folder. Disposing of the answer ends this one alone. */
  start(program: string, words: readonly string[], name: string = path.basename(program)): AsyncDisposable {
    const limited = ['--kill-after=5', String(this.#lifeSeconds), program, ...words];
    using output = openOutput(path.join(this.#folder, `${name}.out`));
    const child = spawn('timeout', limited, { cwd: this.#folder, stdio: ['ignore', output.fd, output.fd] });
    this.#children.push(child);
    process.once('exit', () => child.kill('SIGTERM'));
    return { [Symbol.asyncDispose]: () => ended(child) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children.toReversed()) await ended(child);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

function openOutput(file: string): Disposable & Readonly<{ fd: number }> {
  const fd = openSync(file, 'a');
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}
