import { describe, it } from 'node:test';
import { explainTable } from '../../../src/dispatch/columns/explain-restore.ts';
import { assertGolden, printShown } from '../../golden/golden.ts';

describe('EXPLAIN RESTORE', () => {
  it('shows a row for each object, with what would be loaded', () => {
    const table = explainTable([
      {
        kind: 'TABLE',
        name: 'item',
        target: 'item_old',
        action: 'create',
        rows: 9_007_199_254_740_991,
        bytes: 12,
      },
      {
        kind: 'TABLE',
        name: 'sale',
        target: 'sale',
        action: 'replace_partitions',
        partitions: ['p1', 'p2'],
        rows: 2,
        bytes: 900,
      },
      {
        kind: 'TABLE',
        name: 'city',
        target: 'city',
        action: 'refuse',
        note: 'Table city already exist but with different schema',
      },
      { kind: 'VIEW', name: 'names', target: 'names', action: 'replace' },
      { kind: 'MATERIALIZED_VIEW', name: 'sums', target: 'sums', action: 'keep' },
      { kind: 'TABLE', target: 'extra', action: 'drop' },
      { kind: 'CATALOG', name: 'prod', target: 'prod', action: 'create' },
    ]);
    assertGolden('show/explain-restore.txt', printShown(table));
  });
});
