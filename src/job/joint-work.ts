/** Pieces of work that run beside each other and fail together: the first failure ends all of them. */
export class JointWork {
  /** Aborts with the signal that was given, and at the first failure. */
  readonly within: AbortSignal;
  readonly #failed = new AbortController();
  readonly #signal: AbortSignal;
  readonly #onFailure: () => void;

  /** `onFailure` wakes pieces that wait for others. */
  constructor(signal: AbortSignal, onFailure: () => void) {
    this.#signal = signal;
    this.#onFailure = onFailure;
    this.within = AbortSignal.any([signal, this.#failed.signal]);
  }

  /** Resolves when the piece has ended, however it did. */
  async run(piece: Promise<void>): Promise<void> {
    try {
      await piece;
    } catch (error) {
      this.#failed.abort(error);
      this.#onFailure();
    }
  }

  /** When all have ended: throws the reason of the given signal, or the first failure. */
  settle(): void {
    this.#signal.throwIfAborted();
    this.#failed.signal.throwIfAborted();
  }
}
