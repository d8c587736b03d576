import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { collectRows } from '../../../../src/base/cells.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('EXPLAIN', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    await fixture.all(
      'CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10))',
      "INSERT INTO t VALUES (1, 'a'), (2, 'b')",
      'CREATE TABLE u (id INT, w VARCHAR(10))',
      'INSERT INTO u VALUES (1, NULL)',
      'CREATE VIEW view_of_t AS SELECT id, v FROM t',
    );
  });
  after(() => fixture[Symbol.asyncDispose]());

  for (const sql of [
    "EXPLAIN SELECT * FROM t WHERE v = 'a'",
    'DESCRIBE SELECT * FROM t',
    'EXPLAIN EXTENDED (SELECT id FROM t)',
  ]) {
    it(`shows the plan of ${sql}`, async () => {
      const answer = await fixture.run(sql);
      assert.ok(answer.kind === 'rows');
      assert.deepEqual(
        answer.result.columns.map(({ name }) => name),
        ['EXPLAIN'],
      );
      const lines = await collectRows(answer.result, 1_000);
      assert.ok(
        lines.some(([line]) => String(line).includes('SCAN')),
        JSON.stringify(lines),
      );
    });
  }

  it('gives one document of the tables and the plan with FORMAT=JSON', async () => {
    const answer = await fixture.run(
      "EXPLAIN FORMAT=JSON SELECT * FROM t JOIN t AS o USING (id) WHERE t.v = 'a'",
    );
    assert.ok(answer.kind === 'rows');
    const [[text] = [], ...more] = await collectRows(answer.result, 10);
    assert.deepEqual(more, []);
    const { query_block: block } = JSON.parse(String(text)) as {
      query_block: { select_id: number; nested_loop: { table: { table_name: string } }[]; plan: unknown[] };
    };
    assert.equal(block.select_id, 1);
    assert.deepEqual(
      block.nested_loop.map(({ table }) => table.table_name),
      ['t', 't'],
    );
    assert.equal(block.plan.length, 1);
  });

  const traditional: readonly (readonly [string, readonly string[]])[] = [
    ['EXPLAIN FORMAT=TRADITIONAL SELECT * FROM t', ['1|SIMPLE|t|null|ALL|null|null|null|null|2|100.00|null']],
    [
      'EXPLAIN FORMAT=TRADITIONAL SELECT 1',
      ['1|SIMPLE|null|null|null|null|null|null|null|null|null|No tables used'],
    ],
    ["EXPLAIN INSERT INTO t VALUES (9, 'x')", ['1|INSERT|t|null|ALL|null|null|null|null|null|null|null']],
    ['EXPLAIN REPLACE INTO t SET id = 1', ['1|REPLACE|t|null|ALL|null|null|null|null|null|null|null']],
    [
      'EXPLAIN INSERT INTO t SELECT id + 10, w FROM u',
      [
        '1|INSERT|t|null|ALL|null|null|null|null|null|null|null',
        '1|SIMPLE|u|null|ALL|null|null|null|null|1|100.00|null',
      ],
    ],
    ["EXPLAIN UPDATE t SET v = 'z'", ['1|UPDATE|t|null|ALL|null|null|null|null|2|100.00|null']],
    ["EXPLAIN UPDATE view_of_t SET v = 'z'", ['1|UPDATE|t|null|ALL|null|null|null|null|2|100.00|null']],
    ['EXPLAIN DELETE FROM t', ['1|DELETE|t|null|ALL|null|null|null|null|2|100.00|null']],
    [
      'EXPLAIN DELETE FROM t WHERE FALSE',
      ['1|DELETE|t|null|null|null|null|null|null|null|null|Impossible WHERE'],
    ],
  ];
  for (const [sql, rows] of traditional) {
    it(`gives MySQL’s columns for ${sql}, and does nothing`, async () => {
      assert.deepEqual(await fixture.lines(sql), rows);
      assert.deepEqual(await fixture.lines('SELECT * FROM t ORDER BY id'), ['1|a', '2|b']);
    });
  }

  const trees: readonly (readonly [string, string])[] = [
    ['EXPLAIN FORMAT=TREE SELECT id FROM t', '-> Table scan on t  (rows=2)\n'],
    [
      'EXPLAIN FORMAT=TREE INSERT INTO t VALUES (9, NULL)',
      '-> Insert into t\n    -> Rows fetched before execution\n',
    ],
    [
      'EXPLAIN FORMAT=TREE DELETE FROM t WHERE id > 1',
      '-> Delete from t\n    -> Filter: (id>1)\n        -> Table scan on t  (rows=1)\n',
    ],
  ];
  for (const [sql, tree] of trees) {
    it(`draws ${sql}`, async () => assert.deepEqual(await fixture.lines(sql), [tree]));
  }

  it('runs a query with ANALYZE, and says how many rows each operation had', async () => {
    const [tree = ''] = await fixture.lines('EXPLAIN ANALYZE SELECT COUNT(*) FROM t WHERE id > 1');
    assert.match(tree, /^-> Aggregate: count_star\(\) \(actual own time=\d+\.\d{4} rows=1 loops=1\)\n/);
    assert.match(
      tree,
      /-> (?:Table|Index) scan on t  \(rows=\d+\) \(actual own time=\S+ rows=1 loops=1\)\n$/,
    );
  });

  it('marks the table that is changed with FORMAT=JSON', async () => {
    const [text = ''] = await fixture.lines('EXPLAIN FORMAT=JSON DELETE FROM t');
    const { query_block: block } = JSON.parse(text) as { query_block: { table: unknown } };
    assert.deepEqual(block.table, {
      delete: true,
      table_name: 't',
      access_type: 'ALL',
      rows_examined_per_scan: 2,
    });
  });

  it('goes by explain_format, and by FOR DATABASE', async () => {
    fixture.variables.set('explain_format', 'TREE');
    assert.deepEqual(await fixture.lines('EXPLAIN FOR DATABASE shop SELECT id FROM t'), [
      '-> Table scan on t  (rows=2)\n',
    ]);
    fixture.variables.delete('explain_format');
  });

  const refusals: readonly (readonly [string, string])[] = [
    ['EXPLAIN ANALYZE DELETE FROM t', 'not_supported'],
    ['EXPLAIN ANALYZE FORMAT=JSON SELECT 1', 'not_supported'],
    ['EXPLAIN INTO @x SELECT 1', 'not_supported'],
    ['EXPLAIN FORMAT=DOT SELECT 1', 'unknown_explain_format'],
    ['EXPLAIN FOR SCHEMA nowhere SELECT 1', 'unknown_database'],
    ['EXPLAIN INSERT INTO t VALUES (1, 2, 3)', 'column_count_mismatch'],
    ['EXPLAIN INSERT INTO t SELECT 1', 'column_count_mismatch'],
    ['EXPLAIN UPDATE t SET nope = 1', 'unknown_column'],
    ['EXPLAIN SELECT nope FROM t', 'unknown_column'],
    ['EXPLAIN SELECT 1 FROM nobody', 'unknown_table'],
  ];
  for (const [sql, kind] of refusals) {
    it(`refuses ${sql}`, async () => assert.rejects(fixture.run(sql), { kind }));
  }
});
