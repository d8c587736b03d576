import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { automaticItems, automaticSlice, sliceOf } from '../../../src/sql/ddl/automatic.ts';
import type { Partitioning } from '../../../src/sql/ddl/definition.ts';

function partitioned(text: string): Partitioning {
  return { kind: 'EXPRESSION', columns: [], expression: { text }, spelling: 'EXPRESSION', partitions: [] };
}

const slices: readonly (readonly [text: string, at: string, begin: string, end: string])[] = [
  ["date_trunc('minute', d)", '2024-02-29 13:14:15', '2024-02-29 13:14:00', '2024-02-29 13:15:00'],
  ["date_trunc('hour', d)", '2024-02-29 13:14:15', '2024-02-29 13:00:00', '2024-02-29 14:00:00'],
  ["date_trunc('DAY', d)", '2024-02-29 13:14:15', '2024-02-29 00:00:00', '2024-03-01 00:00:00'],
  ["date_trunc('month', d)", '2024-02-29 13:14:15', '2024-02-01 00:00:00', '2024-03-01 00:00:00'],
  ["date_trunc('year', d)", '2024-02-29 13:14:15', '2024-01-01 00:00:00', '2025-01-01 00:00:00'],
  ['time_slice(d, INTERVAL 7 DAY)', '2024-01-05 10:00:00', '2024-01-01 00:00:00', '2024-01-08 00:00:00'],
  [
    'time_slice(d, INTERVAL 2 HOUR, floor)',
    '2024-01-05 11:00:00',
    '2024-01-05 10:00:00',
    '2024-01-05 12:00:00',
  ],
  ['time_slice(d, INTERVAL 1 MONTH)', '2024-02-29 13:14:15', '2024-02-01 00:00:00', '2024-03-01 00:00:00'],
  ['time_slice(d, INTERVAL 5 YEAR)', '2024-02-29 13:14:15', '2021-01-01 00:00:00', '2026-01-01 00:00:00'],
];

describe('automatic partitions', () => {
  for (const [text, at, begin, end] of slices) {
    it(`by ${text} hold ${at}`, () => {
      const item = automaticSlice(partitioned(text));
      assert.ok(item);
      assert.equal(item.column, 'd');
      const slice = sliceOf(item, Date.parse(`${at}Z`));
      assert.deepEqual(
        [slice.begin, slice.end].map((each) => new Date(each).toISOString()),
        [begin, end].map((each) => `${each.replace(' ', 'T')}.000Z`),
      );
    });
  }

  it('by several items are lists of values', () => {
    const both = partitioned("c, date_trunc('month', `d`)");
    assert.equal(automaticSlice(both), undefined);
    assert.deepEqual(
      automaticItems(both).map(({ kind, column }) => [kind, column]),
      [
        ['column', 'c'],
        ['slice', 'd'],
      ],
    );
  });

  for (const text of [
    "date_trunc('week', d)",
    "date_trunc('month')",
    'from_unixtime(d)',
    'time_slice(d, 7)',
  ]) {
    it(`refuse ${text}`, () => {
      assert.throws(() => automaticItems(partitioned(text)), { kind: 'analysis' });
    });
  }
});
