import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readFilter } from '../../src/sql/where-filter.ts';

const read: readonly (readonly [where: string, expected: object])[] = [
  ["snapshot = 'a'", { kind: 'equals', pairs: [['SNAPSHOT', 'a']] }],
  [
    '`Snapshot`="a" and TIMESTAMP = \'b\'',
    {
      kind: 'equals',
      pairs: [
        ['SNAPSHOT', 'a'],
        ['TIMESTAMP', 'b'],
      ],
    },
  ],
  ["Label IN ('a')", { kind: 'in', name: 'LABEL', values: ['a'] }],
  ['snapshot in (\'a\', "b")', { kind: 'in', name: 'SNAPSHOT', values: ['a', 'b'] }],
];

const left = [
  "snapshot LIKE 'a'",
  "snapshot > 'a'",
  'snapshot = 1',
  "snapshot = 'a' OR timestamp = 'b'",
  "snapshot = 'a' AND timestamp = 'b' AND x = 'c'",
  "(snapshot = 'a')",
  "snapshot = 'a' AND",
  'snapshot IN ()',
  "snapshot IN ('a',)",
  "snapshot IN ('a' 'b')",
  'snapshot IN (1)',
  "snapshot NOT IN ('a')",
];

describe('conditions that StarRocks understands', () => {
  for (const [where, expected] of read) {
    it(`are read: ${where}`, () => assert.deepEqual(readFilter(where), expected));
  }

  for (const where of left) {
    it(`leave ${where} to the evaluation`, () => assert.equal(readFilter(where), undefined));
  }
});
