import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoginDeadline } from '../../src/wire/login-deadline.ts';
import { ManualClock } from '../support/manual-clock.ts';

describe('the deadline of a login', () => {
  it('rests while the server computes, and goes on with what is left', async () => {
    const clock = new ManualClock();
    let expiries = 0;
    using deadline = new LoginDeadline(clock, 10_000, () => (expiries += 1));
    clock.advance(4_000);
    const hash = Promise.withResolvers<string>();
    const resting = deadline.resting(hash.promise);
    clock.advance(60_000);
    hash.resolve('done');
    assert.equal(await resting, 'done');
    clock.advance(5_999);
    assert.equal(expiries, 0);
    clock.advance(1);
    assert.equal(expiries, 1);
  });

  it('goes on when the work has failed', async () => {
    const clock = new ManualClock();
    let expiries = 0;
    using deadline = new LoginDeadline(clock, 10_000, () => (expiries += 1));
    await assert.rejects(deadline.resting(Promise.reject(new Error('no key'))), /no key/);
    clock.advance(10_000);
    assert.equal(expiries, 1);
  });

  it('is none once it is disposed of, also in the middle of work', async () => {
    const clock = new ManualClock();
    const deadline = new LoginDeadline(clock, 10_000, () => assert.fail('nobody waits'));
    const resting = deadline.resting(Promise.resolve());
    deadline[Symbol.dispose]();
    await resting;
    assert.equal(clock.pending, 0);
  });
});
