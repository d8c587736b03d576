import type { Clock } from '../../base/clock.ts';
import { sleep } from './sleep.ts';

/** How much may pass at once after a pause: keeps a pace smooth without slowing small bodies. */
const burstMs = 100;

/** A speed shared by everything that moves in one direction. */
export class Pace {
  readonly #clock: Clock;
  readonly #kbps: () => number;
  /** When the bytes let through so far would have passed at the wanted speed. */
  #paidUntil = 0;

  /** `kbps` is in kilobytes (1024) per second as StarRocks counts, 0 for no limit; read again for each piece. */
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
      const delayMs = this.#pay(piece.length);
      if (delayMs > 0) await sleep(this.#clock, delayMs, signal, 'keeping to the speed limit');
      yield piece;
    }
  }

  /** Milliseconds to wait before `bytes` more may pass. */
  #pay(bytes: number): number {
    const kbps = this.#kbps();
    if (kbps <= 0) return 0;
    const now = this.#clock.now();
    this.#paidUntil = Math.max(this.#paidUntil, now - burstMs) + (bytes / (kbps * 1024)) * 1000;
    return Math.max(0, this.#paidUntil - now);
  }
}
