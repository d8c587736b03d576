/**
 * Memory of the engine while a job reads or loads, if it has more otherwise. What DuckDB does not count comes on top: a
 * job of any size adds less than 512 MB to the process (docs/decisions/0013-memory.md).
 */
export const jobLimitBytes: number = 320 * 1024 * 1024;

/**
 * Lowers the engine's memory limit while jobs work, so that what they read does not stay in its cache beside what they
 * write. Statements of wide rows and thousands of columns have all of the limit when no job runs.
 */
export class JobMemory {
  readonly #setLimit: (bytes: number) => Promise<void>;
  readonly #usualBytes: number;
  #jobs = 0;
  /** Changes of the limit happen one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(usualBytes: number, setLimit: (bytes: number) => Promise<void>) {
    this.#usualBytes = usualBytes;
    this.#setLimit = setLimit;
  }

  /** Held by a job as long as it works. May be released twice. */
  async take(): Promise<AsyncDisposable> {
    this.#jobs += 1;
    let isHeld = true;
    await this.#settle();
    return {
      [Symbol.asyncDispose]: async () => {
        if (!isHeld) return;
        isHeld = false;
        this.#jobs -= 1;
        await this.#settle();
      },
    };
  }

  async #settle(): Promise<void> {
    if (this.#usualBytes <= jobLimitBytes) return;
    this.#last = this.#last.then(() => this.#apply());
    await this.#last;
  }

  async #apply(): Promise<void> {
    try {
      await this.#setLimit(this.#jobs > 0 ? jobLimitBytes : this.#usualBytes);
    } catch (error) {
      // Statements that run hold more than that: the limit stays as it was, and the next job asks again.
      if (!(error instanceof Error && error.message.includes('could not free up enough memory'))) throw error;
    }
  }
}
