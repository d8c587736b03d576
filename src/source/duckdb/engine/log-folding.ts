import { statSync } from 'node:fs';
import type { Log } from '../../../base/log.ts';
import type { Connection } from '../connection/connection.ts';
import { isBusy } from '../dictionary/table-memory.ts';

/** Half of what makes DuckDB fold its log inside of a commit: a statement fills the rest while the log is folded. */
const logBytesMax = 32 * 1024 * 1024;

export type LogFoldingParts = Readonly<{
  /** DuckDB's log, which need not be there. */
  file: string;
  connect: () => Promise<Connection>;
  logBytesMax?: number;
}>;

/**
 * Folds DuckDB's log into its file behind the statements that fill it. DuckDB by itself does that inside of the commit
 * that brings the log past its threshold: a restore of a few rows would pay for what was loaded before it, and keep
 * readers waiting at its swap (docs/decisions/0025-folding-the-log.md).
 */
export class LogFolding implements AsyncDisposable {
  readonly #parts: LogFoldingParts;
  #log: Log | undefined;
  #running: Promise<void> | undefined;

  constructor(parts: LogFoldingParts) {
    this.#parts = parts;
  }

  /** Begins to look after the log. Once. */
  start(log: Log): void {
    this.#log = log;
    this.committed();
  }

  /** Something was committed. Returns at once; a look at the size of a file when there is nothing to do. */
  committed(): void {
    if (this.#log === undefined || this.#running !== undefined) return;
    if (this.#logBytes() < (this.#parts.logBytesMax ?? logBytesMax)) return;
    this.#running = this.#fold(this.#log).finally(() => {
      this.#running = undefined;
    });
  }

  /** Resolves when the log is not being folded. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Nothing is begun any more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#log = undefined;
    await this.settled();
  }

  #logBytes(): number {
    return statSync(this.#parts.file, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Where a transaction is in the way, the next commit asks again. What fails here, fails in DuckDB's own attempt as well. */
  async #fold(log: Log): Promise<void> {
    try {
      using connection = await this.#parts.connect();
      await connection.run('CHECKPOINT');
    } catch (error) {
      if (!isBusy(error)) log.warn('log_not_folded', { reason: String(error) });
    }
  }
}
