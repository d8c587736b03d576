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
