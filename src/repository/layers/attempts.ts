import type { Clock } from '../../base/clock.ts';
import { StorageError } from '../storage-error.ts';
import { sleep } from './sleep.ts';

export type RetryOptions = Readonly<{
  clock: Clock;
  /** A number in [0, 1), for the jitter. */
  random: () => number;
  /** Tries of one call; a list or a read that moved on counts from the beginning again. */
  attemptsMax: number;
  baseMs: number;
  /** Instead of `baseMs` after `throttled`. */
  throttledBaseMs: number;
  capMs: number;
  /** No try begins later than this after the first. */
  deadlineMs: number;
  /** Told of each failure that is tried again, with the wait before. */
  onRetry: (error: StorageError, delayMs: number) => void;
}>;

export const retryDefaults: Omit<RetryOptions, 'clock' | 'random' | 'onRetry'> = {
  attemptsMax: 8,
  baseMs: 200,
  throttledBaseMs: 1000,
  capMs: 30_000,
  deadlineMs: 10 * 60_000,
};

/** The tries of one call: how many, how long, and how much waiting lies between. */
export class Attempts {
  readonly #options: RetryOptions;
  #startedAt: number;
  #failures = 0;

  constructor(options: RetryOptions) {
    this.#options = options;
    this.#startedAt = options.clock.elapsed();
  }

  async run<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        await this.waitOrThrow(error, signal);
      }
    }
  }

  /** Waits before the next try, or throws `error` when there is none. */
  async waitOrThrow(error: unknown, signal: AbortSignal): Promise<void> {
    if (!(error instanceof StorageError) || !error.retryable || signal.aborted) throw error;
    this.#failures += 1;
    const { clock, attemptsMax, deadlineMs, onRetry } = this.#options;
    const delayMs = this.#delayMs(error);
    const isLate = clock.elapsed() + delayMs > this.#startedAt + deadlineMs;
    if (this.#failures >= attemptsMax || isLate) throw error;
    onRetry(error, delayMs);
    await sleep(clock, delayMs, signal, 'waiting to try again');
  }

  /** The call moved on: what follows is a new failure. */
  forgive(): void {
    this.#failures = 0;
    this.#startedAt = this.#options.clock.elapsed();
  }

  #delayMs(error: StorageError): number {
    const { baseMs, throttledBaseMs, capMs, random } = this.#options;
    const base = error.kind === 'throttled' ? throttledBaseMs : baseMs;
    const jittered = random() * Math.min(capMs, base * 2 ** (this.#failures - 1));
    return Math.max(jittered, error.retryAfterMs ?? 0);
  }
}

/**
 * Runs one request of many that make a call. A failure that remains is no more retryable, so that no layer above
 * multiplies the tries.
 */
export async function exhaustively<T>(
  options: RetryOptions,
  signal: AbortSignal,
  request: () => Promise<T>,
): Promise<T> {
  try {
    return await new Attempts(options).run(signal, request);
  } catch (error) {
    if (!(error instanceof StorageError) || !error.retryable) throw error;
    const { kind, message, hint } = error;
    throw new StorageError(kind, message, {
      cause: error,
      isExhausted: true,
      ...(hint !== undefined && { hint }),
    });
  }
}
