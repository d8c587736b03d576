import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { stopProcess } from './server.ts';

/** DuckDB in a process of its own, with the memory that Holdfast gives to its engine. */
export class DuckdbPeer implements AsyncDisposable {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #memoryLimitMb: number;

  constructor(memoryLimitMb: number) {
    this.#child = fork(path.join(import.meta.dirname, 'duckdb-process.ts'));
    this.#memoryLimitMb = memoryLimitMb;
    this.pid = this.#child.pid ?? 0;
  }

  /** Opens the database file, runs the statements and closes it. */
  async run(file: string, statements: readonly string[]): Promise<void> {
    const answered = once(this.#child, 'message');
    this.#child.send({ path: file, memoryLimitMb: this.#memoryLimitMb, statements });
    const [answer] = (await answered) as [{ failure?: string }];
    if (answer.failure !== undefined) throw new Error(`DuckDB: ${answer.failure}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await stopProcess(this.#child);
  }
}
