import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addUnkept,
  addWarning,
  forgetWarnings,
  roomFor,
  type WarningList,
  warningCount,
} from '../../src/source/warnings.ts';

function filled(keptMax: number | undefined, count: number): WarningList {
  const list: WarningList = [];
  if (keptMax !== undefined) list.keptMax = keptMax;
  for (let number = 1; number <= count; number++) addWarning(list, { level: 'Warning', number, message: '' });
  return list;
}

describe('the warnings of a statement', () => {
  it('are kept up to a bound, and counted beyond it', () => {
    const list = filled(2, 5);
    assert.deepEqual(
      list.map(({ number }) => number),
      [1, 2],
    );
    assert.equal(roomFor(list), 0);
    addUnkept(list, 10);
    assert.equal(warningCount(list), 15);
  });

  it('are kept up to MySQL’s bound without one of their own', () => {
    const list = filled(undefined, 1_030);
    assert.deepEqual([list.length, warningCount(list)], [1_024, 1_030]);
  });

  it('begin anew with those that came before', () => {
    const list = filled(3, 5);
    forgetWarnings(list, 1);
    assert.deepEqual([list.length, warningCount(list), roomFor(list)], [1, 1, 2]);
  });
});
