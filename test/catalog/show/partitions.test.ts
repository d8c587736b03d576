import { assertGolden, printShown } from '../../golden/golden.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { showPartitions } from '../../../src/catalog/show/partitions.ts';
import { viewOf } from '../support.ts';

const view = viewOf([
  `CREATE TABLE by_range (id INT, sold DATE) PARTITION BY RANGE COLUMNS (sold)
    (PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN (MAXVALUE))`,
  `CREATE TABLE by_list (id INT, land CHAR(2)) PARTITION BY LIST COLUMNS (land)
    (PARTITION west VALUES IN ('FR', 'DE'), PARTITION rest VALUES IN (NULL))`,
  'CREATE TABLE plain (id INT)',
  'CREATE VIEW names AS SELECT id FROM plain',
]);
const { signal } = new AbortController();

describe('SHOW PARTITIONS', () => {
  for (const name of ['by_range', 'by_list', 'plain']) {
    it(`prints those of ${name}`, async () => {
      const shown = await showPartitions(view, 'shop', name, signal);
      assertGolden(`show/show-partitions-${name.replace('_', '-')}.txt`, printShown(shown));
    });
  }

  it('is about tables', async () => {
    await assert.rejects(showPartitions(view, 'shop', 'names', signal), { kind: 'wrong_object' });
    await assert.rejects(showPartitions(view, 'shop', 'ghost', signal), { kind: 'unknown_table' });
  });
});
