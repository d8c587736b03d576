import { StorageError } from '../storage-error.ts';

/** After throttling one place comes back for each so many calls that ended: slow enough not to provoke the store again. */
const callsPerRecovery = 20;

type Waiter = Readonly<{ enter: () => void }>;

/** Lets at most so many in at once, in order of arrival; fewer for a while after the store said it is too much. */
export class Gate {
  readonly #placesMax: () => number;
  readonly #waiting = new Set<Waiter>();
  #inside = 0;
  /** Below the maximum after throttling. */
  #allowed = Infinity;
  #calmCalls = 0;

  /** `placesMax` is read at each entrance, so that a changed setting works at once. */
  constructor(placesMax: () => number) {
    this.#placesMax = placesMax;
  }

  /** Waits for a place; disposing of the answer gives it back. Fails with `cancelled`. */
  async enter(signal: AbortSignal): Promise<Disposable> {
    if (signal.aborted) throw cancelled(signal);
    if (this.#waiting.size > 0 || this.#inside >= this.#places()) await this.#wait(signal);
    else this.#inside += 1;
    let isInside = true;
    const leave = (): void => {
      if (isInside) this.#leave();
      isInside = false;
    };
    return { [Symbol.dispose]: leave };
  }

  /** The store was overloaded: half as many at once, at least one. */
  narrow(): void {
    this.#allowed = Math.max(1, Math.floor(Math.min(this.#places(), this.#inside) / 2));
    this.#calmCalls = 0;
  }

  #places(): number {
    return Math.min(this.#allowed, Math.max(1, this.#placesMax()));
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiter: Waiter = { enter: resolve };
    this.#waiting.add(waiter);
    const onAbort = (): void => {
      if (this.#waiting.delete(waiter)) reject(cancelled(signal));
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #leave(): void {
    this.#inside -= 1;
    this.#calmCalls += 1;
    if (this.#calmCalls >= callsPerRecovery && this.#allowed < this.#placesMax()) {
      this.#allowed += 1;
      this.#calmCalls = 0;
    }
    for (const waiter of this.#waiting) {
      if (this.#inside >= this.#places()) return;
      this.#waiting.delete(waiter);
      this.#inside += 1;
      waiter.enter();
    }
  }
}

function cancelled(signal: AbortSignal): StorageError {
  return new StorageError('cancelled', 'waiting for the store was cancelled', { cause: signal.reason });
}
