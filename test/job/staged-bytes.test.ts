import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { describe, it } from 'node:test';
import { Queue } from '../../src/job/queue.ts';
import { StagedBytes } from '../../src/job/staged-bytes.ts';

const turn = (): Promise<void> => new Promise(setImmediate);

describe('staged bytes', () => {
  it('wait until there is room, and a file larger than all the room passes alone', async () => {
    const staged = new StagedBytes(10, new AbortController().signal);
    await staged.reserve(50);
    const order: string[] = [];
    const second = staged.reserve(6).then(() => order.push('second'));
    const third = staged.reserve(6).then(() => order.push('third'));
    await turn();
    assert.deepEqual(order, []);
    staged.release(50);
    await second;
    await turn();
    assert.deepEqual(order, ['second'], 'both do not fit');
    staged.release(6);
    await third;
  });

  it('stop waiting when all is aborted', async () => {
    const controller = new AbortController();
    const staged = new StagedBytes(10, controller.signal);
    staged.add(20);
    const waiting = staged.reserve(0);
    controller.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
  });

  it('leave no listener behind, which would keep a signal of many for as long as the oldest of them', () => {
    const { signal } = new AbortController();
    {
      using _staged = new StagedBytes(10, signal);
      assert.equal(getEventListeners(signal, 'abort').length, 1);
    }
    assert.equal(getEventListeners(signal, 'abort').length, 0);
  });

  it('are never less than nothing', () => {
    const staged = new StagedBytes(10, new AbortController().signal);
    assert.throws(() => staged.release(1), { name: 'AssertionError' });
  });
});

describe('a queue', () => {
  it('hands each item to one consumer, in order, and ends when it is closed', async () => {
    const queue = new Queue<number>();
    const taken: number[] = [];
    const consume = async (): Promise<void> => {
      for (let item = await queue.next(); item !== undefined; item = await queue.next()) taken.push(item);
    };
    const consumers = [consume(), consume()];
    for (const item of [1, 2, 3, 4]) queue.push(item);
    await turn();
    queue.push(5);
    queue.close();
    await Promise.all(consumers);
    assert.deepEqual(taken, [1, 2, 3, 4, 5]);
  });
});
