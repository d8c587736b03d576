import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isHashed, partitionsOf } from '../../../src/sql/ddl/partitions-of.ts';
import { tableOf } from './support.ts';

describe('the partitions of a table', () => {
  const cases: readonly (readonly [
    clause: string,
    names: readonly string[],
    isHashed: boolean | undefined,
  ])[] = [
    ['', [], undefined],
    ['PARTITION BY HASH (id)', ['p0'], true],
    ['PARTITION BY LINEAR HASH (id) PARTITIONS 3', ['p0', 'p1', 'p2'], true],
    ['PARTITION BY KEY (id) PARTITIONS 2', ['p0', 'p1'], true],
    ['PARTITION BY HASH (id) (PARTITION a, PARTITION b)', ['a', 'b'], true],
    ['PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (5))', ['a'], false],
    ['PARTITION BY LIST (id) (PARTITION a VALUES IN (1, 2))', ['a'], false],
  ];
  for (const [clause, names, hashed] of cases) {
    it(`are ${names.join(', ') || 'none'} of ${clause || 'one that has no clause'}`, () => {
      const table = tableOf(`CREATE TABLE t (id INT NOT NULL PRIMARY KEY) ${clause}`);
      assert.deepEqual(
        partitionsOf(table).map(({ name }) => name),
        names,
      );
      assert.equal(table.partitioning && isHashed(table.partitioning), hashed);
    });
  }
});
