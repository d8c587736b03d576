import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showPartitions } from '../../../src/catalog/show/partitions.ts';
import { viewOf } from '../support.ts';

const view = viewOf([
  "CREATE TABLE t (d DATE) PARTITION BY RANGE COLUMNS (d) (PARTITION p1 VALUES LESS THAN ('2024-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE))",
  'CREATE VIEW v AS SELECT 1',
]);

describe('showPartitions', () => {
  it('has StarRocks’ columns', async () => {
    const shown = await showPartitions(view, 'shop', 't', AbortSignal.timeout(5_000));
    const at = (name: string) => shown.columns.findIndex((column) => column.name === name);
    assert.deepEqual(
      shown.rows.map((row) => [row[at('PartitionName')], row[at('PartitionKey')], row[at('RowCount')]]),
      [
        ['p1', 'd', 0],
        ['p2', 'd', 1],
      ],
    );
  });

  it('fails for a view', async () => {
    await assert.rejects(showPartitions(view, 'shop', 'v', AbortSignal.timeout(5_000)), {
      kind: 'wrong_object',
    });
  });
});
