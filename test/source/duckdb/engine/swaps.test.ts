import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Swaps } from '../../../../src/source/duckdb/engine/swaps.ts';

const t = { database: 'shop', name: 't' };
const u = { database: 'shop', name: 'u' };

describe('swaps of restores', () => {
  it('are seen by those who read their objects, from the commit on', () => {
    const swaps = new Swaps();
    const before = swaps.count;
    const swap = swaps.begin([{ ...t, isRedefined: false }]);
    assert.equal(swaps.isSwapped([{ database: 'SHOP', name: 'T' }], before), true, 'while it is under way');
    assert.equal(swaps.isSwapped([u], before), false);
    swap[Symbol.dispose]();
    assert.equal(swaps.isSwapped([u, t], before), true);
    assert.equal(swaps.isSwapped([t], swaps.count), false);
  });

  it('tell which objects have another definition since', () => {
    const swaps = new Swaps();
    const objects = [
      { ...t, isRedefined: false },
      { ...u, isRedefined: true },
    ];
    swaps.begin(objects)[Symbol.dispose]();
    assert.equal(swaps.redefined([t], 0), undefined);
    assert.equal(swaps.redefined([t, u], 0), u);
    assert.equal(swaps.redefined([t, u], 1), undefined);
  });

  it('are waited for by who needs one of their objects, or none at all', async () => {
    const swaps = new Swaps();
    assert.equal(await swaps.wait(), false);
    const swap = swaps.begin([{ ...t, isRedefined: true }]);
    assert.equal(swaps.isRunning, true);
    assert.equal(await swaps.wait([u]), false);
    const waits = Promise.all([swaps.wait([u, t]), swaps.wait()]);
    swap[Symbol.dispose]();
    assert.deepEqual(await waits, [true, true]);
    assert.equal(swaps.isRunning, false);
  });

  it('begin when commits under way have ended, and keep others waiting', async () => {
    const swaps = new Swaps();
    const order: string[] = [];
    const entered = await swaps.enter([t]);
    const swap = async (): Promise<Disposable> => {
      const closed = await swaps.close([t, u]);
      order.push('swap');
      return closed;
    };
    const commit = async (): Promise<void> => {
      using _entered = await swaps.enter([u]);
      order.push('commit');
    };
    const closing = swap();
    const late = commit();
    (await swaps.enter([{ database: 'shop', name: 'other' }]))[Symbol.dispose]();
    assert.deepEqual(order, []);
    entered[Symbol.dispose]();
    (await closing)[Symbol.dispose]();
    await late;
    assert.deepEqual(order, ['swap', 'commit']);
  });
});
