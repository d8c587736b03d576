import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Clock } from '../../../../src/base/clock.ts';
import type { QueryContext } from '../../../../src/source/query.ts';
import { limitStatement } from '../../../../src/source/duckdb/statement/limit.ts';

/** A clock whose waits end when the test says so. */
class ManualClock implements Clock {
  readonly #waiting = new Map<() => void, number>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now;
  }

  schedule(delayMs: number, wake: () => void): Disposable {
    this.#waiting.set(wake, this.#now + delayMs);
    return { [Symbol.dispose]: () => void this.#waiting.delete(wake) };
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const [wake, at] of Array.from(this.#waiting)) {
      if (at > this.#now) continue;
      this.#waiting.delete(wake);
      wake();
    }
  }
}

function contextWith(timeoutMs: number): QueryContext {
  const variable = (name: string): number | undefined =>
    name === 'max_execution_time' ? timeoutMs : undefined;
  // The limit reads nothing but variables.
  return { variable } as unknown as QueryContext;
}

describe('the limit of a statement', () => {
  it('strikes at max_execution_time and again until the statement has ended', () => {
    const clock = new ManualClock();
    let strikes = 0;
    const limit = limitStatement(contextWith(100), new AbortController().signal, clock, () => (strikes += 1));
    clock.advance(99);
    assert.equal(strikes, 0);
    clock.advance(1);
    assert.equal(strikes, 1);
    assert.equal(limit.isTimedOut(), true);
    clock.advance(20);
    assert.equal(strikes, 2);
    limit[Symbol.dispose]();
    clock.advance(1_000);
    assert.equal(strikes, 2);
  });

  it('strikes when the caller aborts, and is then no timeout', () => {
    const clock = new ManualClock();
    const abort = new AbortController();
    let strikes = 0;
    using limit = limitStatement(contextWith(0), abort.signal, clock, () => (strikes += 1));
    abort.abort();
    assert.equal(strikes, 1);
    assert.equal(limit.isTimedOut(), false);
    assert.equal(limit.signal.aborted, true);
  });
});
