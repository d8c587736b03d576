import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { codeOf, reasonOf } from '../../src/base/system-error.ts';

describe('an error of the system', () => {
  const missing = failureOf(() => readFileSync('/proc/nowhere/at-all'));

  it('has a code, and a reason without its path', () => {
    assert.equal(codeOf(missing), 'ENOENT');
    assert.equal(reasonOf(missing), 'no such file or directory');
  });

  it('is no other error', () => {
    assert.equal(codeOf(new Error('ENOENT')), undefined);
    assert.equal(codeOf({ code: 'ENOENT' }), undefined);
    assert.equal(reasonOf(new Error('it is odd')), 'it is odd');
    assert.equal(reasonOf('odd'), 'odd');
  });
});

function failureOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
