import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { ReaderThreads } from '../../../src/source/mysql/reader-threads.ts';
import { ManualClock } from '../../support/manual-clock.ts';

describe('threads of readers', () => {
  it('are kept for the next reader', async () => {
    const threads = new ReaderThreads(new ManualClock());
    const worker = threads.take();
    await threads.give(worker);
    assert.equal(threads.idle, 1);
    assert.equal(threads.take(), worker);
    assert.equal(threads.idle, 0);
    await worker.terminate();
  });

  it('end when nobody needs them for a minute', async () => {
    const clock = new ManualClock();
    const threads = new ReaderThreads(clock);
    const worker = threads.take();
    await threads.give(worker);
    const ended = once(worker, 'exit');
    clock.advance(60_000);
    await ended;
    assert.equal(threads.idle, 0);
  });

  it('are not kept beyond a few', async () => {
    const threads = new ReaderThreads(new ManualClock());
    const workers = Array.from({ length: 5 }, () => threads.take());
    for (const worker of workers) await threads.give(worker);
    assert.equal(threads.idle, 4);
    for (const worker of workers) await worker.terminate();
  });

  it('are forgotten when they end by themselves', async () => {
    const threads = new ReaderThreads(new ManualClock());
    const worker = threads.take();
    await threads.give(worker);
    await worker.terminate();
    assert.equal(threads.idle, 0);
    const another = threads.take();
    assert.notEqual(another, worker);
    await another.terminate();
  });
});
