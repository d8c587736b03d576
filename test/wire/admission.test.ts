import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Admission } from '../../src/wire/admission.ts';
import { type WireLimits, wireLimits } from '../../src/wire/limits.ts';
import { ManualClock } from '../support/manual-clock.ts';

const tooMany = { kind: 'too_many_connections' };

function admission(limits: Partial<WireLimits>, clock = new ManualClock()): Admission {
  return new Admission({ ...wireLimits, ...limits }, clock);
}

describe('admission', () => {
  it('counts each address, and lets a few more find out whether they are an administrator’s', () => {
    const gate = admission({
      connectionsPerAddressMax: 1,
      reservedLoginsMax: 1,
      reservedAdministratorsMax: 1,
    });
    gate.enter('a').claim('pool', false);
    gate.enter('b').claim('pool', false);
    {
      using place = gate.enter('a');
      assert.throws(() => gate.enter('a'), tooMany);
      assert.throws(() => place.claim('pool', false), tooMany);
    }
    using administrator = gate.enter('a');
    administrator.claim('root', true);
    using another = gate.enter('a');
    assert.throws(() => another.claim('root', true), tooMany);
  });

  it('gives a reserved place back when the administrator goes', () => {
    const gate = admission({ connectionsMax: 0 });
    for (let count = 0; count < 3; count++) {
      using place = gate.enter('a');
      place.claim('root', true);
    }
  });

  it('makes a reserved place an ordinary one when there is room by then', () => {
    const gate = admission({ connectionsMax: 1 });
    const first = gate.enter('a');
    using second = gate.enter('a');
    first[Symbol.dispose]();
    second.claim('pool', false);
    using third = gate.enter('a');
    assert.throws(() => third.claim('pool', false), tooMany);
  });

  it('counts an account out that has a limit of its own, an administrator too', () => {
    const gate = admission({});
    using first = gate.enter('a');
    first.claim('ann', false, 1);
    using second = gate.enter('a');
    for (const isAdministrator of [false, true]) {
      assert.throws(() => second.claim('ann', isAdministrator, 1), {
        kind: 'too_many_of_user',
        message: "User 'ann' has exceeded the 'max_user_connections' resource (current value: 1)",
      });
    }
    second.claim('bob', false, 1);
  });

  it('counts a user until the connection ends or becomes another’s, and never an administrator out', () => {
    const gate = admission({ connectionsPerUserMax: 1 });
    const first = gate.enter('a');
    first.claim('ann', false);
    using second = gate.enter('a');
    assert.throws(() => second.claim('ann', false), tooMany);
    second.claim('ann', true);
    second.claim('bob', false);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    using third = gate.enter('a');
    third.claim('ann', false);
  });

  it('lets the connections of a burst wait for their turn, and refuses those that would wait too long', () => {
    const clock = new ManualClock();
    const gate = admission({ acceptsPerSecondMax: 2, acceptWaitMsMax: 500 }, clock);
    const waits = ['a', 'b', 'c'].map((address) => gate.enter(address).waitMs);
    assert.deepEqual(waits, [0, 0, 500]);
    assert.throws(() => gate.enter('d'), tooMany);
  });

  it('takes no turn from others for a connection that finds no place', () => {
    const gate = admission({ connectionsMax: 0, reservedLoginsMax: 0, acceptsPerSecondMax: 1 });
    for (let count = 0; count < 10; count++) assert.throws(() => gate.enter('a'), tooMany);
  });
});
