import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { analysisError, notSupported } from '../../src/dispatch/analysis.ts';
import { describeError } from '../../src/dispatch/sql-error.ts';

describe('a refusal of analysis', () => {
  it('stands in the frame of StarRocks, with 1064 and HY000', () => {
    assert.deepEqual(describeError(analysisError('Unknown x')), {
      number: 1064,
      sqlState: 'HY000',
      message: 'Getting analyzing error. Detail message: Unknown x.',
    });
  });

  it('keeps a code of its own when it has one', () => {
    const { number, sqlState } = describeError(analysisError('Repository [r] does not exist', 'backup'));
    assert.deepEqual([number, sqlState], [5064, '42000']);
  });
});

it('what is not built yet is 1235', () => {
  assert.deepEqual(describeError(notSupported('SAVEPOINT')), {
    number: 1235,
    sqlState: '42000',
    message: "This version of Holdfast doesn't yet support 'SAVEPOINT'",
  });
});
