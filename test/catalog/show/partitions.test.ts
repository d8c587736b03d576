import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showPartitions } from '../../../src/catalog/show/partitions.ts';
import { viewOf } from '../support.ts';

const calm = new AbortController().signal;

const view = viewOf([
  "CREATE TABLE t (d DATE) PARTITION BY RANGE COLUMNS (d) (PARTITION p1 VALUES LESS THAN ('2024-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE))",
  'CREATE TABLE h (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3',
  'CREATE TABLE whole (id INT)',
  'CREATE VIEW v AS SELECT 1',
]);

describe('showPartitions', () => {
  it('has StarRocks’ columns', async () => {
    const shown = await showPartitions(view, { database: 'shop', table: 't' }, calm);
    const at = (name: string) => shown.columns.findIndex((column) => column.name === name);
    assert.deepEqual(
      shown.rows.map((row) => [row[at('PartitionName')], row[at('PartitionKey')], row[at('RowCount')]]),
      [
        ['p1', 'd', 0],
        ['p2', 'd', 1],
      ],
    );
  });

  const names: readonly (readonly [table: string, partitions: readonly string[]])[] = [
    ['h', ['p0', 'p1', 'p2']],
    ['whole', ['whole']],
  ];
  for (const [table, partitions] of names) {
    it(`names the partitions of ${table}, which no clause names`, async () => {
      const { rows } = await showPartitions(view, { database: 'shop', table: table }, calm);
      assert.deepEqual(
        rows.map((row) => row[1]),
        partitions,
      );
    });
  }

  it('fails for a view', async () => {
    await assert.rejects(showPartitions(view, { database: 'shop', table: 'v' }, calm), {
      kind: 'wrong_object',
    });
  });
});
