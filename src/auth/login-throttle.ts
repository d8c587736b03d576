import type { Clock } from '../base/clock.ts';
import { addressGroup, isLoopback } from './address.ts';

export type ThrottleLimits = Readonly<{
  addressFailuresFree: number;
  addressDelayMsMax: number;
  accountFailuresFree: number;
  accountDelayMsMax: number;
  delayMsFirst: number;
  attemptsAtOnceMax: number;
  forgetMs: number;
  countersMax: number;
}>;

export const throttleLimits: ThrottleLimits = {
  /** Typing errors and a pool with an old password pass; a dictionary does not. */
  addressFailuresFree: 10,
  /** Five minutes between guesses: 288 a day from one address. */
  addressDelayMsMax: 300_000,
  /** Higher than per address: many addresses must join before an account is slowed down for all. */
  accountFailuresFree: 50,
  /** Short, since anybody can cause it: the owner of the account must still get in. */
  accountDelayMsMax: 5_000,
  delayMsFirst: 1_000,
  /** A pool that opens all its connections at once fits; with failures on record it is one at a time. */
  attemptsAtOnceMax: 200,
  /** After this long without a failure the slate is clean. */
  forgetMs: 600_000,
  /** About 1 MB of counters; an attacker with more addresses pushes out its own oldest. */
  countersMax: 10_000,
};

type Counter = { failures: number; pending: number; blockedUntil: number; lastFailure: number };
/** One thing an attempt is counted against. A success forgives the failures of an account, not of an address. */
type Tally = Readonly<{ key: string; failuresFree: number; delayMsMax: number; isForgiven: boolean }>;

/**
 * Slows down guessing: after some failures each further one doubles the time until the next attempt, per address
 * and per account. An attempt is counted when it begins, so that many at once gain nothing. Logins from this
 * machine are counted by themselves, account by account: neither strangers nor a forgotten cron job shut out the
 * administrator.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #limits: ThrottleLimits;
  readonly #counters = new Map<string, Counter>();

  constructor(clock: Clock, limits: ThrottleLimits = throttleLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Milliseconds to wait, or 0: then an attempt has begun, and exactly one `end` must follow. */
  begin(user: string, address: string): number {
    const tallies = this.#tallies(user, address);
    const waitMs = Math.max(...tallies.map((tally) => this.#waitMs(tally)));
    if (waitMs > 0) return waitMs;
    for (const { key } of tallies) this.#counter(key).pending++;
    return 0;
  }

  end(user: string, address: string, succeeded: boolean): void {
    for (const tally of this.#tallies(user, address)) {
      const counter = this.#counter(tally.key);
      counter.pending = Math.max(0, counter.pending - 1);
      if (!succeeded) this.#fail(counter, tally);
      else if (tally.isForgiven) counter.failures = 0;
    }
  }

  #tallies(user: string, address: string): readonly Tally[] {
    const { addressFailuresFree, addressDelayMsMax, accountFailuresFree, accountDelayMsMax } = this.#limits;
    if (isLoopback(address)) {
      const key = `local ${user}`;
      return [{ key, failuresFree: addressFailuresFree, delayMsMax: accountDelayMsMax, isForgiven: true }];
    }
    const ofAddress = { failuresFree: addressFailuresFree, delayMsMax: addressDelayMsMax, isForgiven: false };
    const ofAccount = { failuresFree: accountFailuresFree, delayMsMax: accountDelayMsMax, isForgiven: true };
    return [
      { key: `address ${addressGroup(address)}`, ...ofAddress },
      { key: `account ${user}`, ...ofAccount },
    ];
  }

  #counter(key: string): Counter {
    const now = this.#clock.elapsed();
    const found = this.#counters.get(key);
    if (found !== undefined && now - found.lastFailure <= this.#limits.forgetMs) return found;
    const fresh = { failures: 0, pending: found?.pending ?? 0, blockedUntil: 0, lastFailure: now };
    this.#counters.delete(key);
    this.#counters.set(key, fresh);
    const [oldest] = this.#counters.keys();
    if (this.#counters.size > this.#limits.countersMax && oldest !== undefined) this.#counters.delete(oldest);
    return fresh;
  }

  #waitMs(tally: Tally): number {
    const counter = this.#counter(tally.key);
    const now = this.#clock.elapsed();
    if (counter.blockedUntil > now) return counter.blockedUntil - now;
    const atOnceMax = counter.failures >= tally.failuresFree ? 1 : this.#limits.attemptsAtOnceMax;
    return counter.pending < atOnceMax ? 0 : this.#limits.delayMsFirst;
  }

  #fail(counter: Counter, tally: Tally): void {
    const now = this.#clock.elapsed();
    counter.failures++;
    counter.lastFailure = now;
    const excess = counter.failures - tally.failuresFree;
    if (excess < 0) return;
    const delayMs = Math.min(this.#limits.delayMsFirst * 2 ** excess, tally.delayMsMax);
    counter.blockedUntil = now + delayMs;
  }
}
