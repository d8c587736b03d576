import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LoginThrottle, throttleLimits } from '../../src/auth/login-throttle.ts';
import { ManualClock } from '../support/manual-clock.ts';

const { addressFailuresFree, accountFailuresFree, attemptsAtOnceMax, forgetMs } = throttleLimits;
const remote = '192.0.2.7';

describe('logins that fail', () => {
  it('are free for a while, then wait twice as long each time, up to a bound', () => {
    const clock = new ManualClock();
    const throttle = new LoginThrottle(clock);
    for (let count = 0; count < addressFailuresFree; count++) fail(throttle, 'ann', remote);
    const waits: number[] = [];
    for (let count = 0; count < 12; count++) {
      const waitMs = throttle.begin('ann', remote);
      waits.push(waitMs);
      clock.advance(waitMs);
      fail(throttle, 'ann', remote);
    }
    assert.deepEqual(waits.slice(0, 5), [1_000, 2_000, 4_000, 8_000, 16_000]);
    assert.equal(waits.at(-1), throttleLimits.addressDelayMsMax);
  });

  it('wait no longer, and no shorter, when the clock is set meanwhile', () => {
    for (const jumpMs of [-86_400_000, 172_800_000]) {
      const clock = new ManualClock();
      const throttle = new LoginThrottle(clock);
      for (let count = 0; count <= addressFailuresFree; count++) fail(throttle, 'ann', remote);
      const waitMs = throttle.begin('ann', remote);
      clock.jump(jumpMs);
      assert.equal(throttle.begin('ann', remote), waitMs);
      clock.advance(waitMs);
      assert.equal(throttle.begin('ann', remote), 0);
    }
  });

  it('slow down one address, not the others', () => {
    const throttle = new LoginThrottle(new ManualClock());
    for (let count = 0; count < addressFailuresFree; count++) fail(throttle, `user${count}`, remote);
    assert.ok(throttle.begin('ann', remote) > 0);
    assert.equal(throttle.begin('ann', '192.0.2.8'), 0);
  });

  it('from all addresses of one IPv6 network count together', () => {
    const throttle = new LoginThrottle(new ManualClock());
    for (let count = 0; count < addressFailuresFree; count++) {
      fail(throttle, `user${count}`, `2001:db8:0:1::${count + 1}`);
    }
    assert.ok(throttle.begin('ann', '2001:db8::1:0:0:0:99') > 0);
    assert.equal(throttle.begin('ann', '2001:db8:0:2::1'), 0);
  });

  it('from many addresses slow down the account for a short time, but not on this machine', () => {
    const throttle = new LoginThrottle(new ManualClock());
    for (let count = 0; count < accountFailuresFree; count++) fail(throttle, 'ann', `198.51.100.${count}`);
    const waitMs = throttle.begin('ann', '203.0.113.1');
    assert.ok(waitMs > 0 && waitMs <= throttleLimits.accountDelayMsMax);
    assert.equal(throttle.begin('ann', '127.0.0.1'), 0);
    assert.equal(throttle.begin('bob', '203.0.113.1'), 0);
  });

  it('on this machine slow down the account they tried, not the administrator', () => {
    const throttle = new LoginThrottle(new ManualClock());
    for (let count = 0; count < addressFailuresFree; count++) fail(throttle, 'cron', '::1');
    assert.ok(throttle.begin('cron', '127.0.0.1') > 0);
    assert.equal(throttle.begin('root', '127.0.0.1'), 0);
  });

  it('are forgotten after a while', () => {
    const clock = new ManualClock();
    const throttle = new LoginThrottle(clock);
    for (let count = 0; count < addressFailuresFree; count++) fail(throttle, 'ann', remote);
    clock.advance(forgetMs + 1);
    assert.equal(throttle.begin('ann', remote), 0);
  });
});

describe('logins at once', () => {
  it('of a pool pass while nothing has failed', () => {
    const throttle = new LoginThrottle(new ManualClock());
    const waits = Array.from({ length: attemptsAtOnceMax }, () => throttle.begin('pool', remote));
    assert.deepEqual(new Set(waits), new Set([0]));
    assert.ok(throttle.begin('pool', remote) > 0);
    throttle.end('pool', remote, true);
    assert.equal(throttle.begin('pool', remote), 0);
  });

  it('are one at a time after failures, so that many guesses at once gain nothing', () => {
    const clock = new ManualClock();
    const throttle = new LoginThrottle(clock);
    for (let count = 0; count < addressFailuresFree; count++) fail(throttle, 'ann', remote);
    clock.advance(1_000);
    assert.equal(throttle.begin('ann', remote), 0);
    assert.ok(throttle.begin('ann', remote) > 0);
  });
});

describe('a success', () => {
  it('clears the account, but not the address, which may hold a good password and guess others', () => {
    const clock = new ManualClock();
    const throttle = new LoginThrottle(clock);
    for (let count = 0; count < addressFailuresFree - 1; count++) fail(throttle, 'ann', remote);
    assert.equal(throttle.begin('mallory', remote), 0);
    throttle.end('mallory', remote, true);
    fail(throttle, 'ann', remote);
    assert.ok(throttle.begin('ann', remote) > 0);
  });
});

function fail(throttle: LoginThrottle, user: string, address: string): void {
  throttle.begin(user, address);
  throttle.end(user, address, false);
}
