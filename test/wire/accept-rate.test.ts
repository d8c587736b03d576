import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AcceptRate } from '../../src/wire/accept-rate.ts';
import { ManualClock } from '../support/manual-clock.ts';

const limits = { acceptsPerSecondMax: 10, acceptWaitMsMax: 200 };

describe('the rate at which connections are greeted', () => {
  it('greets those of a second at once, lets more wait evenly, and turns away who would wait too long', () => {
    const rate = new AcceptRate(limits, new ManualClock());
    const waits = Array.from({ length: 14 }, () => rate.takeTurn());
    assert.deepEqual(waits, [...Array.from({ length: 10 }, () => 0), 100, 200, undefined, undefined]);
  });

  it('never makes a connection wait while they come no faster than they may', () => {
    const clock = new ManualClock();
    const rate = new AcceptRate(limits, clock);
    for (let count = 0; count < 100; count++) {
      assert.equal(rate.takeTurn(), 0);
      clock.advance(100);
    }
  });

  it('has turns again as time goes on, also when the clock is set back', () => {
    const clock = new ManualClock();
    const rate = new AcceptRate(limits, clock);
    while (rate.takeTurn() !== undefined);
    clock.jump(-86_400_000);
    clock.advance(100);
    assert.equal(rate.takeTurn(), 200);
    assert.equal(rate.takeTurn(), undefined);
    clock.advance(5_000);
    assert.deepEqual(
      Array.from({ length: 11 }, () => rate.takeTurn()),
      [...Array.from({ length: 10 }, () => 0), 100],
    );
  });
});
