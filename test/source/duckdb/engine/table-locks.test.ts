import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { TableLocks } from '../../../../src/source/duckdb/engine/table-locks.ts';

const never = new AbortController().signal;

describe('locks of tables', () => {
  it('are given one after another, in the order asked for', async () => {
    const locks = new TableLocks();
    const order: string[] = [];
    const first = await locks.acquire(['t'], never);
    const waiting = ['second', 'third'].map(async (name) => {
      using _lock = await locks.acquire(['T'], never);
      order.push(name);
    });
    order.push('first');
    first[Symbol.dispose]();
    await Promise.all(waiting);
    assert.deepEqual(order, ['first', 'second', 'third']);
  });

  it('let two holders of different tables go side by side', async () => {
    const locks = new TableLocks();
    using _a = await locks.acquire(['a'], never);
    using _b = await locks.acquire(['b'], never);
  });

  it('cannot wait in a circle', async () => {
    const locks = new TableLocks();
    const both = await Promise.all(
      [
        ['a', 'b'],
        ['b', 'a'],
      ].map(async (tables) => {
        using _lock = await locks.acquire(tables, never);
        return true;
      }),
    );
    assert.deepEqual(both, [true, true]);
  });

  it('give up when the waiter is aborted, and pass on to the next', async () => {
    const locks = new TableLocks();
    const held = await locks.acquire(['t'], never);
    const abort = new AbortController();
    const aborted = locks.acquire(['t'], abort.signal);
    const next = locks.acquire(['t'], never);
    abort.abort(new Error('no more'));
    await assert.rejects(aborted, /no more/);
    held[Symbol.dispose]();
    (await next)[Symbol.dispose]();
  });

  it('stay with their holder when the last who waits gives up', async () => {
    const locks = new TableLocks();
    const held = await locks.acquire(['t'], never);
    const abort = new AbortController();
    const aborted = locks.acquire(['t'], abort.signal);
    abort.abort(new Error('no more'));
    await assert.rejects(aborted, /no more/);
    let isHeld = true;
    const later = locks.acquire(['t'], never).then((lock) => {
      assert.equal(isHeld, false, 'two holders at once');
      return lock;
    });
    await setImmediate();
    isHeld = false;
    held[Symbol.dispose]();
    (await later)[Symbol.dispose]();
  });
});
