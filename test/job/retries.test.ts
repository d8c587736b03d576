import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withRetries } from '../../src/job/retries.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { SourceError } from '../../src/source/source-error.ts';
import { instantClock, ManualClock } from '../support/manual-clock.ts';

const none = new AbortController().signal;

/** Fails with each of `errors` in turn, then answers. */
function failing(errors: readonly Error[]): { work: () => Promise<string>; calls: () => number } {
  let calls = 0;
  const work = async (): Promise<string> => {
    const error = errors[calls++];
    if (error !== undefined) throw error;
    return 'done';
  };
  return { work, calls: () => calls };
}

describe('a task that fails', () => {
  const throttled = new StorageError('throttled', 'slow down');
  const denied = new StorageError('permission_denied', 'no');

  it('is tried again after a wait, and every failure is told', async () => {
    const clock = new ManualClock();
    const { work, calls } = failing([throttled, throttled]);
    const told: unknown[] = [];
    const retries = { clock, attemptsMax: 3, onFailure: (error: unknown) => told.push(error) };
    const result = withRetries(retries, work, none);
    for (const waitMs of [1_000, 2_000]) {
      await new Promise(setImmediate);
      clock.advance(waitMs - 1);
      await new Promise(setImmediate);
      assert.equal(calls(), told.length, 'it waits');
      clock.advance(1);
    }
    assert.equal(await result, 'done');
    assert.deepEqual(told, [throttled, throttled]);
  });

  it('is not tried again when that cannot help', async () => {
    const { work, calls } = failing([denied, denied]);
    const retries = { clock: new ManualClock(), attemptsMax: 3, onFailure: () => undefined };
    await assert.rejects(withRetries(retries, work, none), denied);
    assert.equal(calls(), 1);
  });

  it('is tried for two minutes while its source is away, and no longer', async () => {
    const away = new SourceError('away', 'connect ECONNREFUSED');
    const clock = instantClock(0);
    const { work } = failing(Array.from({ length: 20 }, () => away));
    const retries = { clock, attemptsMax: 1, onFailure: () => undefined };
    await assert.rejects(withRetries(retries, work, none), away);
    assert.deepEqual(clock.waitsMs, [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
  });

  it('is not tried for ever', async () => {
    const { work } = failing([throttled]);
    const retries = { clock: new ManualClock(), attemptsMax: 1, onFailure: () => undefined };
    await assert.rejects(withRetries(retries, work, none), throttled);
  });
});
