import type { Clock } from '../base/clock.ts';
import type { WireLimits } from './limits.ts';

export type AcceptLimits = Pick<WireLimits, 'acceptsPerSecondMax' | 'acceptWaitMsMax'>;

const secondMs = 1_000;

/**
 * When the next connection is greeted. As many as a second allows are greeted at once; those of a burst beyond wait for
 * their turn, since each costs a handshake that others have to wait for.
 */
export class AcceptRate {
  readonly #limits: AcceptLimits;
  readonly #clock: Clock;
  /** By the clock's `elapsed`: when the connection before would begin if they came evenly. */
  #lastMs = -Infinity;

  constructor(limits: AcceptLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Takes the next turn: how long to wait for it. Undefined, and none is taken, when the wait would be too long. */
  takeTurn(): number | undefined {
    const { acceptsPerSecondMax, acceptWaitMsMax } = this.#limits;
    const now = this.#clock.elapsed();
    const turnMs = Math.max(this.#lastMs, now - secondMs) + secondMs / acceptsPerSecondMax;
    const waitMs = Math.max(0, Math.ceil(turnMs - now));
    if (waitMs > acceptWaitMsMax) return undefined;
    this.#lastMs = turnMs;
    return waitMs;
  }
}
