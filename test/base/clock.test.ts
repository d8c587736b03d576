import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';

describe("the system's clock", () => {
  it('wakes once after the delay, unless it was told not to', () => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 5_000 });
    try {
      const woken: string[] = [];
      systemClock.schedule(100, () => woken.push('first'));
      systemClock.schedule(50, () => woken.push('second'))[Symbol.dispose]();
      mock.timers.tick(99);
      assert.deepEqual(woken, []);
      mock.timers.tick(1_000);
      assert.equal(systemClock.now(), 6_099);
      assert.deepEqual(woken, ['first']);
    } finally {
      mock.timers.reset();
    }
  });
});
