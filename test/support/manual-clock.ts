import type { Clock } from '../../src/base/clock.ts';

type Alarm = { readonly at: number; readonly wake: () => void };

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  readonly #alarms = new Set<Alarm>();
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(delayMs: number, wake: () => void): Disposable {
    const alarm = { at: this.#now + delayMs, wake };
    this.#alarms.add(alarm);
    return { [Symbol.dispose]: () => this.#alarms.delete(alarm) };
  }

  /** Alarms that are set and not yet due. */
  get pending(): number {
    return this.#alarms.size;
  }

  /** Moves on by `ms`, waking what is due in its order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#alarms].filter((alarm) => alarm.at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#alarms.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.wake();
    }
    this.#now = end;
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
