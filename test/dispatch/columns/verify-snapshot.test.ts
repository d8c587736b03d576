import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type VerifiedObject, verifyTable } from '../../../src/dispatch/columns/verify-snapshot.ts';
import { assertGolden, printShown } from '../../golden/golden.ts';

const name = { label: 'nightly', timestamp: '2026-01-02-03-04-05-678' };
const counts = { blobs: 5, bytes: 1_234_567, rows: 9_007_199_254_740_991, notes: [] };

describe('VERIFY SNAPSHOT', () => {
  it('shows a row for each object, and three problems of one at most', () => {
    const problems = ['one', 'two', 'three', 'four', 'five'];
    const found: readonly VerifiedObject[] = [
      { ...name, what: 'manifest' },
      { ...name, what: 'object', verdict: { ...counts, kind: 'TABLE', name: 'sale', problems: [] } },
      { ...name, what: 'object', verdict: { ...counts, kind: 'MATERIALIZED_VIEW', name: 'sums', problems } },
      {
        ...name,
        what: 'object',
        verdict: { ...counts, kind: 'TABLE', name: 'item', problems: [], notes: ['rows were counted'] },
      },
      { ...name, timestamp: '2026-01-03-03-04-05-678', what: 'manifest', problem: 'it is cut' },
      { ...name, timestamp: '', what: 'foreign', key: 'snapshots/nightly/x' },
    ];
    const table = verifyTable(found);
    assert.equal(table.rows.length, found.length);
    assertGolden('show/verify-snapshot.txt', printShown(table));
  });
});
