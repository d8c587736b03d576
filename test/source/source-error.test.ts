import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPassing, isUnanswered, SourceError, type SourceErrorKind } from '../../src/source/source-error.ts';

describe('a source’s failure', () => {
  const cases: Readonly<Record<SourceErrorKind, 'an answer' | 'cut off' | 'for now'>> = {
    missing: 'an answer',
    conflict: 'an answer',
    bad_replace: 'an answer',
    failed: 'an answer',
    interrupted: 'cut off',
    unavailable: 'for now',
    away: 'for now',
  };
  for (const [kind, expected] of Object.entries(cases) as [SourceErrorKind, string][]) {
    it(`of kind ${kind} is ${expected}`, () => {
      const error = new SourceError(kind, 'no');
      assert.equal(isPassing(error), expected === 'for now');
      assert.equal(isUnanswered(error), expected !== 'an answer');
    });
  }

  it('is neither when it is another error', () => {
    assert.equal(isPassing(new Error('no')), false);
    assert.equal(isUnanswered(new Error('no')), false);
  });
});
