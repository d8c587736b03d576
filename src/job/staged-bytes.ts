import { assert } from '../base/assert.ts';

/**
 * Keeps what lies in a job's staging folder under a bound. A single file larger than the bound passes alone. To be disposed of:
 * a signal that somebody listens to lives as long as those that it is made of, which may be as long as the server.
 */
export class StagedBytes implements Disposable {
  readonly #bytesMax: number;
  readonly #signal: AbortSignal;
  #bytes = 0;
  #changed = Promise.withResolvers<void>();
  readonly #onAbort = (): void => this.#changed.resolve();

  /** `signal` ends all waiting. */
  constructor(bytesMax: number, signal: AbortSignal) {
    assert(bytesMax > 0, 'a staging folder without room');
    this.#bytesMax = bytesMax;
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  [Symbol.dispose](): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  /** Takes `bytes` when they fit, or when nothing is staged at all. 0 waits until the bound is kept. */
  async reserve(bytes: number): Promise<void> {
    while (this.#bytes > 0 && this.#bytes + bytes > this.#bytesMax) {
      this.#signal.throwIfAborted();
      await this.#changed.promise;
    }
    this.#signal.throwIfAborted();
    this.#bytes += bytes;
  }

  /** Counts a file whose size is known only now that it is written. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
    assert(this.#bytes >= 0, 'more was unstaged than staged');
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
    if (this.#signal.aborted) this.#changed.resolve();
  }
}
