import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StatusCounters } from '../src/status-counters.ts';
import type { StoreCall } from '../src/repository/layers/observe.ts';
import { ManualClock } from './support/manual-clock.ts';

describe('status counters', () => {
  it('begin with nought, and have every name from the start', () => {
    const counters = new StatusCounters(new ManualClock()).read(0);
    assert.deepEqual(Object.fromEntries(counters), {
      Uptime: '0',
      Threads_connected: '0',
      Threads_running: '1',
      Questions: '0',
      Holdfast_store_calls: '0',
      Holdfast_store_failures: '0',
      Holdfast_store_retries: '0',
    });
  });

  it('count questions, calls of stores, those that failed, and retries', () => {
    const counters = new StatusCounters(new ManualClock());
    for (let asked = 0; asked < 3; asked++) counters.asked();
    for (const outcome of ['ok', 'throttled', 'failed'] as const) counters.called(callThatWas(outcome));
    counters.retried('throttled');
    const read = counters.read(4);
    assert.equal(read.get('Questions'), '3');
    assert.equal(read.get('Threads_connected'), '4');
    assert.equal(read.get('Holdfast_store_calls'), '3');
    assert.equal(read.get('Holdfast_store_failures'), '2');
    assert.equal(read.get('Holdfast_store_retries'), '1');
  });

  for (const outcome of ['stopped', 'cancelled', 'not_found', 'already_exists'] as const) {
    it(`take '${outcome}' for no failure of the store`, () => {
      const counters = new StatusCounters(new ManualClock());
      counters.called(callThatWas(outcome));
      assert.equal(counters.read(0).get('Holdfast_store_calls'), '1');
      assert.equal(counters.read(0).get('Holdfast_store_failures'), '0');
    });
  }

  const uptimes = [
    { afterMs: 999, seconds: '0' },
    { afterMs: 1_000, seconds: '1' },
    { afterMs: 86_400_500, seconds: '86400' },
  ];
  for (const { afterMs, seconds } of uptimes) {
    it(`say ${seconds} s of uptime after ${afterMs} ms`, () => {
      const clock = new ManualClock();
      const counters = new StatusCounters(clock);
      clock.advance(afterMs);
      assert.equal(counters.read(0).get('Uptime'), seconds);
    });
  }
});

function callThatWas(outcome: StoreCall['outcome']): StoreCall {
  return { operation: 'put', outcome, durationMs: 3, bytes: 5 };
}
