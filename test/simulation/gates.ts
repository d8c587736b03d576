import type { Clock } from '../../src/base/clock.ts';

/** One process of the simulation. After a crash nothing of it moves any more; while it is paused nothing moves. */
export type Life = { isAlive: boolean; isPaused?: boolean };

type Gate = Readonly<{ name: string; life: Life; open: () => void; torn: (() => void) | undefined }>;
type Timer = Readonly<{ at: number; life: Life; wake: () => void }>;

/**
 * Every call that leaves the process waits at a gate, every timer waits for the clock: the simulation alone decides
 * what happens next.
 */
export class Gates {
  readonly #gates: Gate[] = [];
  #timers: Timer[] = [];
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  /** How many gates can be opened now. */
  get waiting(): number {
    return this.#gates.reduce((count, { life }) => (life.isPaused ? count : count + 1), 0);
  }

  waitingOf(of: Life): number {
    return of.isPaused ? 0 : this.#gates.filter(({ life }) => life === of).length;
  }

  get now(): number {
    return this.#now;
  }

  isWaitingAt(life: Life, prefix: string): boolean {
    return this.#gates.some((gate) => gate.life === life && gate.name.startsWith(prefix));
  }

  /** Waits until the simulation lets this call on. `torn` is what a crash at this moment may leave behind. */
  pass(life: Life, name: string, torn?: () => void): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (life.isAlive) this.#gates.push({ name, life, open: resolve, torn });
    return promise;
  }

  /** Opens one of the gates that are waiting; its name. */
  open(index: number): string {
    return this.#openOne(({ life }) => !life.isPaused, index);
  }

  /** Opens one of those at which one process waits. */
  openOf(of: Life, index: number): string {
    return this.#openOne(({ life }) => life === of, index);
  }

  /** Stops a process where it is. The requests that it has sent take effect all the same. */
  pause(life: Life, isSent: (name: string) => boolean): void {
    life.isPaused = true;
    for (const gate of this.#gates.filter((each) => each.life === life && isSent(each.name))) {
      this.#gates.splice(this.#gates.indexOf(gate), 1);
      gate.open();
    }
  }

  /** Lets it go on: its timers see at once what time it is, or when time has gone on a little. */
  resume(life: Life, isLateAwake = false): void {
    life.isPaused = false;
    if (!isLateAwake) this.advance(0);
  }

  clock(life: Life): Clock {
    return {
      now: () => this.#now,
      elapsed: () => this.#now,
      schedule: (delayMs, wake) => {
        const timer = { at: this.#now + delayMs, life, wake };
        if (life.isAlive) this.#timers.push(timer);
        return {
          [Symbol.dispose]: () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
          },
        };
      },
    };
  }

  /** Moves the clock and wakes what is due. */
  advance(ms: number): void {
    this.#now += ms;
    for (;;) {
      const due = this.#running()
        .filter((timer) => timer.at <= this.#now)
        .toSorted((a, b) => a.at - b.at)[0];
      if (due === undefined) return;
      this.#timers = this.#timers.filter((other) => other !== due);
      due.wake();
    }
  }

  /** Moves the clock to the next timer; false when there is none. */
  advanceToNext(): boolean {
    const next = Math.min(...this.#running().map((timer) => timer.at));
    if (!Number.isFinite(next)) return false;
    this.advance(Math.max(0, next - this.#now));
    return true;
  }

  /** Ends a process in the middle of everything. `isTorn` decides which calls under way leave a part behind. */
  crash(life: Life, isTorn: () => boolean): void {
    life.isAlive = false;
    for (const gate of this.#gates.filter((each) => each.life === life)) {
      if (gate.torn !== undefined && isTorn()) gate.torn();
      this.#gates.splice(this.#gates.indexOf(gate), 1);
    }
    this.#timers = this.#timers.filter((timer) => timer.life !== life);
  }

  #openOne(isMeant: (gate: Gate) => boolean, index: number): string {
    const gate = this.#gates.filter(isMeant)[index];
    if (gate === undefined) throw new Error(`no gate ${index}`);
    this.#gates.splice(this.#gates.indexOf(gate), 1);
    gate.open();
    return gate.name;
  }

  #running(): readonly Timer[] {
    return this.#timers.filter(({ life }) => !life.isPaused);
  }
}
