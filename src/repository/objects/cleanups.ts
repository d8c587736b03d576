/**
 * Removals of what failed puts left, which go on after the put has failed: whoever waits for the put need not wait for
 * a store that hangs.
 */
export class Cleanups {
  readonly #running = new Set<Promise<void>>();

  /** Holds `cleanup` until it ends. Its failure is not told: the sweep finds what it left. */
  add(cleanup: Promise<void>): void {
    const held = cleanup.catch(() => undefined).finally(() => this.#running.delete(held));
    this.#running.add(held);
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
