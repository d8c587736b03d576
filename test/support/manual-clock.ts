import type { Clock } from '../../src/base/clock.ts';

type Alarm = Readonly<{ at: number; wake: () => void }>;

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  /** What the clock shows when nothing has elapsed. */
  #offset: number;
  #elapsed = 0;
  readonly #alarms = new Set<Alarm>();

  constructor(now = 1_800_000_000_000) {
    this.#offset = now;
  }

  now(): number {
    return this.#offset + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  schedule(delayMs: number, wake: () => void): Disposable {
    const alarm = { at: this.#elapsed + delayMs, wake };
    this.#alarms.add(alarm);
    return { [Symbol.dispose]: () => void this.#alarms.delete(alarm) };
  }

  /** Somebody sets the clock, back when `ms` is negative: no time passes, and nobody is woken. */
  jump(ms: number): void {
    this.#offset += ms;
  }

  /** Moves the time on and wakes, in order, whoever is due. */
  advance(ms: number): void {
    const end = this.#elapsed + ms;
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      this.#elapsed = Math.max(this.#elapsed, due.at);
      this.#alarms.delete(due);
      due.wake();
    }
    this.#elapsed = end;
  }

  /** How many wait to be woken. */
  get pending(): number {
    return this.#alarms.size;
  }

  #next(end: number): Alarm | undefined {
    const due = [...this.#alarms].filter((alarm) => alarm.at <= end);
    return due.sort((one, other) => one.at - other.at)[0];
  }
}

/** A clock on which every wait is over at once; it remembers how long each was to be. */
export function instantClock(now: number): Clock & Readonly<{ waitsMs: number[] }> {
  let at = now;
  const waitsMs: number[] = [];
  return {
    waitsMs,
    now: () => at,
    elapsed: () => at,
    schedule(delayMs, wake) {
      let isSet = true;
      queueMicrotask(() => {
        if (!isSet) return;
        waitsMs.push(delayMs);
        at += delayMs;
        wake();
      });
      return { [Symbol.dispose]: () => (isSet = false) };
    },
  };
}
