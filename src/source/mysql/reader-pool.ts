import { isPassing, SourceError } from '../source-error.ts';
import type { Reader } from './reader.ts';

/** A reading is tried on so many readers before the point in time is given up. */
const attemptsMax = 4;

/** Readers that share one point in time. Each does one thing at a time; one that is lost is not used again. */
export class ReaderPool implements AsyncDisposable {
  readonly #all: readonly Reader[];
  readonly #free: Reader[];
  readonly #waiting: (() => void)[] = [];

  constructor(readers: readonly Reader[]) {
    this.#all = readers;
    this.#free = [...readers];
  }

  get size(): number {
    return this.#all.length;
  }

  /**
   * Gives `work` a reader, and when the reader is lost, another: all see the same rows. Throws SourceError `unavailable`
   * when none is left.
   */
  async use<T>(work: (reader: Reader) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      const reader = await this.#take(signal);
      try {
        return await work(reader);
      } catch (error) {
        if (!isPassing(error) || attempt === attemptsMax || signal.aborted) throw error;
      } finally {
        this.#give(reader);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((reader) => reader[Symbol.asyncDispose]()));
  }

  async #take(signal: AbortSignal): Promise<Reader> {
    for (;;) {
      if (signal.aborted) throw new SourceError('interrupted', 'reading was interrupted', signal.reason);
      const reader = this.#free.pop();
      if (reader?.isAlive === true) return reader;
      if (reader !== undefined) continue;
      if (!this.#all.some((each) => each.isAlive)) {
        throw new SourceError('unavailable', 'all connections that held the point in time are lost');
      }
      await this.#freed(signal);
    }
  }

  async #freed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
  }

  #give(reader: Reader): void {
    if (reader.isAlive) this.#free.push(reader);
    // All of them look again: the reader may be gone, and with it the last hope.
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
