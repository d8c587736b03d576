import type { Clock } from '../../src/base/clock.ts';

type Alarm = Readonly<{ at: number; wake: () => void }>;

/** A clock that stands still until it is told to go on. */
export class ManualClock implements Clock {
  #now: number;
  readonly #alarms = new Set<Alarm>();

  constructor(now = 1_800_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, wake: () => void): Disposable {
    const alarm = { at: this.#now + delayMs, wake };
    this.#alarms.add(alarm);
    return { [Symbol.dispose]: () => void this.#alarms.delete(alarm) };
  }

  /** Moves the time on and wakes, in order, whoever is due. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (let due = this.#next(end); due !== undefined; due = this.#next(end)) {
      this.#now = Math.max(this.#now, due.at);
      this.#alarms.delete(due);
      due.wake();
    }
    this.#now = end;
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
