import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SqlError } from '../../src/base/sql-error.ts';
import type { LockWait, SessionLocks } from '../../src/dispatch/session-state.ts';
import { locksPerSessionMax, NamedLocks } from '../../src/session/named-locks.ts';
import { ManualClock } from '../support/manual-clock.ts';

const { signal } = new AbortController();
const atOnce: LockWait = { timeoutMs: 0, signal };
const forEver: LockWait = { timeoutMs: undefined, signal };

function threeSessions(clock = new ManualClock()): readonly [SessionLocks, SessionLocks, SessionLocks] {
  const locks = new NamedLocks(clock);
  return [locks.of(1), locks.of(2), locks.of(3)];
}

describe('locks by name', () => {
  it('are held by one session, whatever the case of the name, as often as it took them', async () => {
    const [one, other] = threeSessions();
    assert.equal(await one.acquire('Job', atOnce), true);
    assert.equal(await one.acquire('JOB', atOnce), true);
    assert.equal(await other.acquire('job', atOnce), false);
    assert.equal(other.release('job'), false);
    assert.equal(other.ownerOf('jOb'), 1);
    assert.deepEqual([one.release('job'), other.ownerOf('job')], [true, 1]);
    assert.deepEqual([one.release('job'), other.ownerOf('job')], [true, undefined]);
    assert.equal(one.release('job'), undefined);
  });

  it('go to whoever waits, in the order in which they came', async () => {
    const [one, other, third] = threeSessions();
    await one.acquire('a', atOnce);
    const second = other.acquire('a', forEver);
    const last = third.acquire('a', forEver);
    one.release('a');
    assert.equal(await second, true);
    assert.equal(one.ownerOf('a'), 2);
    other.release('a');
    assert.equal(await last, true);
    assert.equal(one.ownerOf('a'), 3);
  });

  it('are given up together, and counted', async () => {
    const [one, other] = threeSessions();
    await one.acquire('a', atOnce);
    await one.acquire('a', atOnce);
    await one.acquire('b', atOnce);
    const waiting = other.acquire('b', forEver);
    assert.equal(one.releaseAll(), 3);
    assert.equal(await waiting, true);
    assert.deepEqual([one.ownerOf('a'), one.releaseAll()], [undefined, 0]);
  });

  it('are not handed to a session whose time is over', async () => {
    const clock = new ManualClock();
    const [one, other] = threeSessions(clock);
    await one.acquire('a', atOnce);
    const waiting = other.acquire('a', { timeoutMs: 5_000, signal });
    clock.advance(5_000);
    one.release('a');
    assert.equal(await waiting, false);
    assert.equal(one.ownerOf('a'), undefined);
    assert.equal(clock.pending, 0);
  });

  it('are not handed to a session that was interrupted', async () => {
    const [one, other] = threeSessions();
    const killed = new AbortController();
    await one.acquire('a', atOnce);
    const waiting = other.acquire('a', { timeoutMs: undefined, signal: killed.signal });
    killed.abort(new SqlError('query_interrupted', 'Query execution was interrupted'));
    one.release('a');
    await assert.rejects(waiting, { kind: 'query_interrupted' });
    assert.equal(one.ownerOf('a'), undefined);
  });

  it('refuse the one who would close a circle of waits', async () => {
    const [one, other, third] = threeSessions();
    await one.acquire('a', atOnce);
    await other.acquire('b', atOnce);
    await third.acquire('c', atOnce);
    const first = one.acquire('b', forEver);
    const second = other.acquire('c', forEver);
    await assert.rejects(third.acquire('a', forEver), { kind: 'named_lock_deadlock' });
    third.releaseAll();
    assert.equal(await second, true);
    other.releaseAll();
    assert.equal(await first, true);
  });

  it('have an end for each session', async () => {
    const [one] = threeSessions();
    for (let count = 0; count < locksPerSessionMax; count += 1) await one.acquire(`l${count}`, atOnce);
    await assert.rejects(one.acquire('one more', atOnce), { kind: 'resource_limit' });
    assert.equal(await one.acquire('l0', atOnce), true);
  });
});
