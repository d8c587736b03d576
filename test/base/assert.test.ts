import check from 'node:assert/strict';
import { AssertionError } from 'node:assert';
import { describe, it } from 'node:test';
import { assert, present, unreachable } from '../../src/base/assert.ts';

describe('an assertion', () => {
  it('lets a right program go on', () => {
    assert(1, 'one');
    check.equal(present(0, 'zero'), 0);
    check.equal(present('', 'empty'), '');
  });

  it('stops a wrong one with its message', () => {
    check.throws(() => assert(0, 'zero is false'), new AssertionError({ message: 'zero is false' }));
    check.throws(() => present(null, 'the key'), { name: 'AssertionError', message: 'the key is missing' });
    check.throws(() => present(undefined, 'the key'), { name: 'AssertionError' });
  });

  it('names the case that a switch has forgotten', () => {
    const forgotten: unknown = { kind: 'new' };
    const broken: (value: never) => never = unreachable;
    check.throws(() => Reflect.apply(broken, undefined, [forgotten]), {
      message: 'unreachable: {"kind":"new"}',
    });
  });
});
