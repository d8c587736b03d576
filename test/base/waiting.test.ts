import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pause, untilAborted } from '../../src/base/waiting.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('waiting', () => {
  it('ends with the reason of an abort, and no timer stays', async () => {
    const clock = new ManualClock();
    const controller = new AbortController();
    const waiting = [
      pause(clock, 1_000, controller.signal),
      untilAborted(new Promise(() => undefined), controller.signal),
    ];
    controller.abort(new Error('enough'));
    for (const each of waiting) await assert.rejects(each, /enough/);
    assert.equal(clock.pending, 0);
  });

  it('of no time is none', () => pause(new ManualClock(), 0));

  it('ends with the time, or with what is waited for', async () => {
    const clock = new ManualClock();
    const paused = pause(clock, 1_000);
    clock.advance(1_000);
    await paused;
    const { signal } = new AbortController();
    assert.equal(await untilAborted(Promise.resolve('done'), signal), 'done');
    await assert.rejects(untilAborted(Promise.reject(new Error('failed')), signal), /failed/);
  });
});
