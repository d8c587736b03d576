import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PlanNode } from '../../../../src/source/duckdb/explain/plan.ts';
import { printTree } from '../../../../src/source/duckdb/explain/tree.ts';

function node(name: string, facts: PlanNode['facts'] = {}, ...children: readonly PlanNode[]): PlanNode {
  return { name, facts, children };
}

const scan = node('SEQ_SCAN', { Table: 'holdfast."db:d".t', 'Estimated Cardinality': '3' });

describe('a plan as a tree', () => {
  const lines: readonly (readonly [PlanNode, string])[] = [
    [scan, '-> Table scan on t  (rows=3)'],
    [node('SEQ_SCAN', { Table: 'a."b""c"', Type: 'Index Scan' }), '-> Index scan on b"c'],
    [node('PROJECTION', {}, scan), '-> Table scan on t  (rows=3)'],
    [node('FILTER', { Expression: '(a > 1)' }, scan), '-> Filter: (a > 1)\n    -> Table scan on t  (rows=3)'],
    [
      node('HASH_JOIN', { 'Join Type': 'LEFT', Conditions: 'a = b' }, scan, scan),
      '-> Left hash join (a = b)\n    -> Table scan on t  (rows=3)\n    -> Table scan on t  (rows=3)',
    ],
    [node('ORDER_BY', { 'Order By': 'a ASC' }), '-> Sort: a ASC'],
    [node('TOP_N', { 'Order By': 'a ASC', Top: '3' }), '-> Sort: a ASC, limit input to 3 row(s) per chunk'],
    [node('UNGROUPED_AGGREGATE', { Aggregates: 'sum(a)' }), '-> Aggregate: sum(a)'],
    [node('HASH_GROUP_BY', { Groups: '#0' }), '-> Group aggregate: #0'],
    [node('UNION', {}, scan), '-> Append\n    -> Table scan on t  (rows=3)'],
    [node('EMPTY_RESULT'), '-> Zero rows (Impossible WHERE)'],
    [node('REC_CTE_SCAN'), '-> Rec cte scan'],
    [
      { ...scan, actual: { rows: 2, seconds: 0.001_25 } },
      '-> Table scan on t  (rows=3) (actual own time=1.2500 rows=2 loops=1)',
    ],
  ];
  for (const [plan, text] of lines) {
    it(text, () => assert.equal(printTree([plan], undefined), `${text}\n`));
  }

  it('stands below what is done with its rows', () => {
    const root = { verb: 'Update', tables: ['t', 'u'] };
    assert.equal(printTree([scan], root), '-> Update t, u\n    -> Table scan on t  (rows=3)\n');
    assert.equal(printTree([], root), '-> Update t, u\n    -> Rows fetched before execution\n');
  });
});
