import type { Clock } from '../../base/clock.ts';
import { sleep } from './sleep.ts';

/** How much may pass at once after a pause: keeps a pace smooth without slowing small bodies. */
const burstMs = 100;
/** Whoever waits looks again after this: a limit that was raised frees those who waited for the old one. */
const lookAgainMs = 1_000;

/** A speed shared by everything that moves in one direction. */
export class Pace {
  readonly #clock: Clock;
  readonly #kbps: () => number;
  /** Bytes that asked to pass so far, and how many of them the speed has let pass by `#countedAt`. */
  #askedBytes = 0;
  #passedBytes = 0;
  #countedAt = -Infinity;

  /** `kbps` is in kilobytes (1024) per second as StarRocks counts, 0 for no limit; read again for each piece and wait. */
  constructor(clock: Clock, kbps: () => number) {
    this.#clock = clock;
    this.#kbps = kbps;
  }

  isLimited(): boolean {
    return this.#kbps() > 0;
  }

  /** Passes the pieces on at no more than the speed. */
  async *apply(
    pieces: AsyncIterable<Uint8Array>,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of pieces) {
      this.#count();
      this.#askedBytes += piece.length;
      const place = this.#askedBytes;
      for (let waitMs = this.#waitMs(place); waitMs > 0; waitMs = this.#waitMs(place)) {
        await sleep(this.#clock, Math.min(waitMs, lookAgainMs), signal, 'keeping to the speed limit');
      }
      yield piece;
    }
  }

  /** Milliseconds until everything up to `place` may have passed at the speed of now; 0 when it may. */
  #waitMs(place: number): number {
    this.#count();
    const kbps = this.#kbps();
    if (kbps <= 0) return 0;
    return Math.max(0, Math.ceil((place - this.#passedBytes) / bytesPerMs(kbps)));
  }

  /** Lets pass what the time since the last count allows: after a pause a burst more than what has asked. */
  #count(): void {
    const now = this.#clock.elapsed();
    const kbps = this.#kbps();
    const speed = bytesPerMs(kbps);
    const allowed = this.#passedBytes + Math.max(0, now - this.#countedAt) * speed;
    const most = this.#askedBytes + burstMs * speed;
    this.#passedBytes = kbps <= 0 ? this.#askedBytes : Math.min(allowed, most);
    this.#countedAt = now;
  }
}

function bytesPerMs(kbps: number): number {
  return (kbps * 1024) / 1000;
}
