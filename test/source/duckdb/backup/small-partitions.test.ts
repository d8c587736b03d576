import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { groupsOf, isSmall } from '../../../../src/source/duckdb/backup/small-partitions.ts';

const mebibyte = 1024 ** 2;

describe('small partitions', () => {
  const cases: readonly (readonly [
    name: string,
    rows: number,
    rowBytes: number | undefined,
    expected: boolean,
  ])[] = [
    ['a vector of rows, whatever they hold', 2_048, undefined, true],
    ['more rows of unknown width', 2_049, undefined, false],
    ['many narrow rows', 131_072, 128, true],
    ['more than a group has use for', 131_073, 8, false],
    ['wide rows', 20_000, mebibyte, false],
  ];
  for (const [name, rows, rowBytes, expected] of cases) {
    it(`are ${expected ? '' : 'not '}${name}`, () =>
      assert.equal(isSmall({ name: 'p', rows, rowBytes }), expected));
  }

  const sizes = (count: number, rows: number, rowBytes: number | undefined) =>
    Array.from({ length: count }, (_, index) => ({ name: `p${index}`, rows, rowBytes }));
  const groups: readonly (readonly [string, ReturnType<typeof sizes>, readonly number[]])[] = [
    ['so many that their number is the bound', sizes(130, 10, 8), [60, 60, 10]],
    ['of so many rows that these are', sizes(20, 100_000, 8), [10, 10]],
    ['of so many bytes that these are', sizes(9, 1_000, 16 * 1024), [4, 4, 1]],
    ['of unknown width', sizes(3, 2_000, undefined), [3]],
    ['alone', sizes(1, 10, 8), [1]],
  ];
  for (const [name, partitions, expected] of groups) {
    it(`are grouped in order: ${name}`, () => {
      const made = groupsOf(partitions);
      assert.deepEqual(
        made.map((group) => group.length),
        expected,
      );
      assert.deepEqual(
        made.flat(),
        partitions.slice(0, made.flat().length).map(({ name: each }) => each),
      );
    });
  }
});
