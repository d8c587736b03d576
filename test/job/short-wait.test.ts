import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { waitShortly } from '../../src/job/short-wait.ts';
import { none, whileAdvancing } from '../support/job-scenarios.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('a short wait', () => {
  it('is none for what is over', async () => {
    const clock = new ManualClock();
    await waitShortly(clock, () => true, none);
    assert.equal(clock.elapsed(), 0);
  });

  it('ends when it is over', async () => {
    const clock = new ManualClock();
    await whileAdvancing(
      clock,
      waitShortly(clock, () => clock.elapsed() >= 3_000, none),
    );
    assert.equal(clock.elapsed(), 3_000);
  });

  it('ends after ten seconds', async () => {
    const clock = new ManualClock();
    await whileAdvancing(
      clock,
      waitShortly(clock, () => false, none),
    );
    assert.equal(clock.elapsed(), 10_000);
  });

  it('ends with the statement', async () => {
    const controller = new AbortController();
    const waited = waitShortly(new ManualClock(), () => false, controller.signal);
    controller.abort(new Error('the statement was killed'));
    await assert.rejects(waited, /the statement was killed/);
  });
});
