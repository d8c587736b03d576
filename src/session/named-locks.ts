import type { Clock } from '../base/clock.ts';
import { SqlError } from '../base/sql-error.ts';
import type { LockWait, SessionLocks } from '../dispatch/session-state.ts';

/** How many locks one session may hold. */
export const locksPerSessionMax = 10_000;

type Held = {
  owner: LocksOfSession;
  /** How often its owner has taken it. */
  count: number;
  /** In the order in which they came. */
  readonly waiting: Waiting[];
};

type Waiting = Readonly<{ session: LocksOfSession; granted: () => void }>;

/** The locks by name of all sessions (MySQL manual, "Locking Functions"). Names are alike whatever their case. */
export class NamedLocks {
  readonly #held = new Map<string, Held>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Those of one login: its connection's number is what IS_USED_LOCK shows. */
  of(connectionId: number): SessionLocks {
    return new LocksOfSession(connectionId, this.#held, this.#clock);
  }
}

class LocksOfSession implements SessionLocks {
  readonly connectionId: number;
  readonly #held: Map<string, Held>;
  readonly #clock: Clock;
  readonly #own = new Set<string>();
  #waitsFor: Held | undefined;

  constructor(connectionId: number, held: Map<string, Held>, clock: Clock) {
    this.connectionId = connectionId;
    this.#held = held;
    this.#clock = clock;
  }

  async acquire(name: string, wait: LockWait): Promise<boolean> {
    const key = name.toLowerCase();
    const held = this.#held.get(key);
    if (held?.owner === this) {
      held.count += 1;
      return true;
    }
    if (this.#own.size >= locksPerSessionMax) {
      throw new SqlError('resource_limit', `a session holds at most ${locksPerSessionMax} locks by name`);
    }
    if (held === undefined) {
      this.#held.set(key, { owner: this, count: 1, waiting: [] });
      this.#own.add(key);
      return true;
    }
    if (wait.timeoutMs === 0) return false;
    if (this.#wouldDeadlock(held)) throw deadlock();
    return this.#waited(held, wait);
  }

  release(name: string): boolean | undefined {
    const key = name.toLowerCase();
    const held = this.#held.get(key);
    if (held === undefined) return undefined;
    if (held.owner !== this) return false;
    held.count -= 1;
    if (held.count === 0) this.#handOver(key, held);
    return true;
  }

  releaseAll(): number {
    let released = 0;
    for (const key of this.#own) {
      const held = this.#held.get(key);
      if (held === undefined) continue;
      released += held.count;
      this.#handOver(key, held);
    }
    return released;
  }

  ownerOf(name: string): number | undefined {
    return this.#held.get(name.toLowerCase())?.owner.connectionId;
  }

  #handOver(key: string, held: Held): void {
    this.#own.delete(key);
    const next = held.waiting.shift();
    if (next === undefined) {
      this.#held.delete(key);
      return;
    }
    held.owner = next.session;
    held.count = 1;
    next.session.#own.add(key);
    next.granted();
  }

  /** True when whoever holds the lock waits, over others maybe, for one of this session's. */
  #wouldDeadlock(wanted: Held): boolean {
    for (let next: Held | undefined = wanted; next !== undefined; next = next.owner.#waitsFor) {
      if (next.owner === this) return true;
    }
    return false;
  }

  /** Whoever leaves the queue does so at once, so that no lock is handed to a session that waits no more. */
  async #waited(held: Held, { timeoutMs, signal }: LockWait): Promise<boolean> {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const waiting: Waiting = { session: this, granted: () => resolve(true) };
    const leave = (): void => {
      const at = held.waiting.indexOf(waiting);
      if (at >= 0) held.waiting.splice(at, 1);
    };
    const interrupted = (): void => {
      leave();
      reject(signal.reason);
    };
    const late = (): void => {
      leave();
      resolve(false);
    };
    held.waiting.push(waiting);
    this.#waitsFor = held;
    signal.addEventListener('abort', interrupted, { once: true });
    const timer = timeoutMs === undefined ? undefined : this.#clock.schedule(timeoutMs, late);
    try {
      return await promise;
    } finally {
      timer?.[Symbol.dispose]();
      signal.removeEventListener('abort', interrupted);
      this.#waitsFor = undefined;
    }
  }
}

function deadlock(): SqlError {
  return new SqlError(
    'named_lock_deadlock',
    'Deadlock found when trying to get user-level lock; try rolling back transaction/releasing locks and ' +
      'restarting lock acquisition.',
  );
}
