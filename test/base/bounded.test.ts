import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { mapBounded } from '../../src/base/bounded.ts';

const signal = new AbortController().signal;

describe('bounded work', () => {
  it('gives results in order and never runs more than its limit at once', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      await setImmediate();
      running -= 1;
      return item * 2;
    };
    assert.deepEqual(await mapBounded([1, 2, 3, 4, 5], 2, work, signal), [2, 4, 6, 8, 10]);
    assert.equal(most, 2);
  });

  it('begins with what has come of a stream, and closes the stream at a failure', async () => {
    let isClosed = false;
    const worked: number[] = [];
    async function* stream(): AsyncGenerator<number> {
      try {
        yield 1;
        yield 2;
        while (worked.length < 2) await setImmediate();
        yield 3;
        yield 4;
      } finally {
        isClosed = true;
      }
    }
    const work = async (item: number): Promise<number> => {
      worked.push(item);
      return item * 2;
    };
    assert.deepEqual(await mapBounded(stream(), 3, work, signal), [2, 4, 6, 8]);
    isClosed = false;
    worked.length = 0;
    const fail = async (item: number): Promise<void> => {
      worked.push(item);
      if (item === 3) throw new Error('third');
    };
    await assert.rejects(mapBounded(stream(), 1, fail, signal), { message: 'third' });
    assert.deepEqual([worked, isClosed], [[1, 2, 3], true]);
  });

  it('is done at once with nothing to do', async () => {
    assert.deepEqual(await mapBounded([], 4, async () => 1, signal), []);
  });

  it('throws the first failure after the others have ended, and begins no more', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (item: number, _index: number, inner: AbortSignal): Promise<void> => {
      begun.push(item);
      if (item === 2) throw new Error('second');
      while (!inner.aborted) await setImmediate();
      ended.push(item);
    };
    await assert.rejects(mapBounded([1, 2, 3], 2, work, signal), { message: 'second' });
    assert.deepEqual(begun, [1, 2]);
    assert.deepEqual(ended, [1]);
  });

  it("throws the caller's reason when the caller gives up", async () => {
    const abort = new AbortController();
    const work = async (): Promise<void> => abort.abort(new Error('enough'));
    await assert.rejects(mapBounded([1, 2], 1, work, abort.signal), { message: 'enough' });
  });
});
