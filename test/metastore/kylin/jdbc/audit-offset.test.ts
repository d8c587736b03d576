import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { safeOffset } from '../../../../src/metastore/kylin/jdbc/audit-offset.ts';

const now = 10_000_000;
const old = now - 600_000;
const young = now - 1_000;

describe('the offset of a backup', () => {
  const cases = [
    ['is zero for an empty log', [], 0],
    [
      'is the newest id of a log without gaps',
      [
        [1, young],
        [2, young],
      ],
      2,
    ],
    [
      'stops before a young gap, whose rows may still be committed',
      [
        [1, old],
        [2, young],
        [4, young],
      ],
      2,
    ],
    [
      'passes over old gaps: they were rolled back',
      [
        [1, old],
        [3, old],
        [4, young],
      ],
      4,
    ],
    [
      'stops at the first of several young gaps',
      [
        [1, young],
        [3, young],
        [5, young],
      ],
      1,
    ],
  ] as const;
  for (const [name, marks, expected] of cases) {
    it(name, () => {
      assert.equal(
        safeOffset(
          marks.map(([id, at]) => ({ id, at })),
          now,
        ),
        expected,
      );
    });
  }
});
