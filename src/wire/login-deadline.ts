import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';

/** How long a peer may take to log in, however its bytes trickle in. Time in which the server itself computes is not the peer's. */
export class LoginDeadline implements Disposable {
  readonly #clock: Clock;
  readonly #expired: () => void;
  #leftMs: number;
  #running: Readonly<{ since: number; timer: Disposable }> | undefined;
  #isOver = false;

  /** Runs from now on. */
  constructor(clock: Clock, limitMs: number, expired: () => void) {
    this.#clock = clock;
    this.#expired = expired;
    this.#leftMs = limitMs;
    this.#run();
  }

  /** Waits for work of the server: a slow hash, or the turns of others for theirs. */
  async resting<T>(work: Promise<T>): Promise<T> {
    this.#rest();
    try {
      return await work;
    } finally {
      this.#run();
    }
  }

  [Symbol.dispose](): void {
    this.#rest();
    this.#isOver = true;
  }

  #run(): void {
    if (this.#isOver) return;
    assert(this.#running === undefined, 'one thing is waited for at a time');
    const timer = this.#clock.schedule(this.#leftMs, this.#expired);
    this.#running = { since: this.#clock.elapsed(), timer };
  }

  #rest(): void {
    if (this.#running === undefined) return;
    const { since, timer } = this.#running;
    this.#running = undefined;
    timer[Symbol.dispose]();
    this.#leftMs = Math.max(0, this.#leftMs - (this.#clock.elapsed() - since));
  }
}
