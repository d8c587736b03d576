/**
 * Memory of the engine while a job reads or loads, if it has more otherwise. What DuckDB does not count comes on top: a
 * job of any size adds less than 512 MB to the process (docs/decisions/0013-memory.md).
 */
export const jobLimitBytes: number = 320 * 1024 * 1024;

/** How the engine is told of jobs. */
export type JobChanges = Readonly<{
  setLimit: (bytes: number) => Promise<void>;
  /** Told when the first job begins and when the last one ends. */
  setWorking: (isWorking: boolean) => Promise<void>;
}>;

/**
 * Lowers the engine's memory limit while jobs work, so that what they read does not stay in its cache beside what they
 * write. Statements of wide rows and thousands of columns have all of the limit when no job runs. Their work is done
 * by threads of the engine, which are one more meanwhile (docs/decisions/0022-work-without-spinning.md).
 */
export class JobMemory {
  readonly #changes: JobChanges;
  readonly #usualBytes: number;
  #jobs = 0;
  #isWorking = false;
  /** Changes happen one after another. */
  #last: Promise<void> = Promise.resolve();

  constructor(usualBytes: number, changes: JobChanges) {
    this.#usualBytes = usualBytes;
    this.#changes = changes;
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
    this.#last = this.#last.then(() => this.#apply());
    await this.#last;
  }

  async #apply(): Promise<void> {
    const isWorking = this.#jobs > 0;
    if (isWorking !== this.#isWorking) await this.#changes.setWorking(isWorking);
    this.#isWorking = isWorking;
    if (this.#usualBytes <= jobLimitBytes) return;
    try {
      await this.#changes.setLimit(isWorking ? jobLimitBytes : this.#usualBytes);
    } catch (error) {
      // Statements that run hold more than that: the limit stays as it was, and the next job asks again.
      if (!(error instanceof Error && error.message.includes('could not free up enough memory'))) throw error;
    }
  }
}
