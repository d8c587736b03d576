import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { collectRows } from '../../../src/base/cells.ts';
import { EngineFixture } from './engine-fixture.ts';

describe('EXPLAIN', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(10))');
  });
  after(() => fixture[Symbol.asyncDispose]());

  for (const sql of [
    "EXPLAIN SELECT * FROM t WHERE v = 'a'",
    'DESCRIBE SELECT * FROM t',
    'EXPLAIN FORMAT=TREE SELECT id FROM t',
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

  const refusals: readonly (readonly [string, string])[] = [
    ['EXPLAIN DELETE FROM t', 'not_supported'],
    ['EXPLAIN ANALYZE SELECT 1', 'not_supported'],
    ['EXPLAIN SELECT nope FROM t', 'unknown_column'],
    ['EXPLAIN SELECT 1 FROM nobody', 'unknown_table'],
  ];
  for (const [sql, kind] of refusals) {
    it(`refuses ${sql}`, async () => assert.rejects(fixture.run(sql), { kind }));
  }
});
