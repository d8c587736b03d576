import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StatusCounters } from '../src/status-counters.ts';
import type { StoreCall } from '../src/repository/layers/observe.ts';
import { ManualClock } from './support/manual-clock.ts';

describe('status counters', () => {
  it('begin with nought, and have every name from the start', () => {
    const counters = new StatusCounters(new ManualClock()).read(0);
    const commands = [...counters].filter(([name]) => name.startsWith('Com_'));
    assert.ok(commands.length > 10 && commands.every(([, count]) => count === '0'));
    const others = [...counters].filter(([name]) => !name.startsWith('Com_'));
    assert.deepEqual(Object.fromEntries(others), {
      Uptime: '0',
      Uptime_since_flush_status: '0',
      Connections: '0',
      Max_used_connections: '0',
      Threads_connected: '0',
      Threads_running: '1',
      Questions: '0',
      Queries: '0',
      Holdfast_store_calls: '0',
      Holdfast_store_failures: '0',
      Holdfast_store_retries: '0',
    });
  });

  it('count questions, calls of stores, those that failed, and retries', () => {
    const counters = new StatusCounters(new ManualClock());
    for (let asked = 0; asked < 3; asked++) counters.asked('SELECT 1');
    for (const outcome of ['ok', 'throttled', 'failed'] as const) counters.called(callThatWas(outcome));
    counters.retried('throttled');
    const read = counters.read(4);
    assert.equal(read.get('Questions'), '3');
    assert.equal(read.get('Threads_connected'), '4');
    assert.equal(read.get('Holdfast_store_calls'), '3');
    assert.equal(read.get('Holdfast_store_failures'), '2');
    assert.equal(read.get('Holdfast_store_retries'), '1');
  });

  it('count connections, and the most at once', () => {
    const counters = new StatusCounters(new ManualClock());
    for (const connections of [1, 3, 2]) counters.entered(connections);
    const read = counters.read(2);
    assert.equal(read.get('Connections'), '3');
    assert.equal(read.get('Max_used_connections'), '3');
  });

  const statements: readonly (readonly [text: string, name: string])[] = [
    ['select 1', 'Com_select'],
    [' /* who */ (SELECT 1)', 'Com_select'],
    ['-- why\nWITH t AS (SELECT 1) SELECT * FROM t', 'Com_select'],
    ['INSERT INTO t SELECT 1', 'Com_insert'],
    ['START TRANSACTION', 'Com_begin'],
    ['CREATE TEMPORARY TABLE t (a INT)', 'Com_create_table'],
    ['SET NAMES utf8mb4', 'Com_set_option'],
    ['use shop', 'Com_change_db'],
  ];
  for (const [text, name] of statements) {
    it(`take ${JSON.stringify(text)} for ${name} alone`, () => {
      const counters = new StatusCounters(new ManualClock());
      counters.asked(text);
      const counted = [...counters.read(0)].filter(([key, count]) => key.startsWith('Com_') && count !== '0');
      assert.deepEqual(counted, [[name, '1']]);
    });
  }

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
