import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

describe('a synchronous materialized view', () => {
  let world: EngineFixture;
  beforeEach(async () => {
    world = await EngineFixture.open();
    await world.all(
      'CREATE TABLE t (k INT, v DECIMAL(10,2), day DATE) PARTITION BY RANGE COLUMNS (day) ' +
        "(PARTITION p1 VALUES LESS THAN ('2026-02-01'), PARTITION p2 VALUES LESS THAN ('2026-03-01'))",
      "INSERT INTO t VALUES (1, 10, '2026-01-05'), (1, 5, '2026-02-05'), (2, 7, '2026-02-06')",
      'CREATE MATERIALIZED VIEW r AS SELECT k, SUM(v) AS v, COUNT(*) AS n FROM shop.t GROUP BY k',
    );
  });
  afterEach(async () => world[Symbol.asyncDispose]());

  const rows = (): Promise<readonly string[]> => world.lines('SELECT * FROM r ORDER BY k');

  it('shows each change of its table in the transaction that makes it', async () => {
    assert.deepEqual(await rows(), ['1|15.00|2', '2|7.00|1']);
    await world.all('BEGIN', "INSERT INTO t VALUES (3, 1, '2026-01-01')", 'UPDATE t SET v = 20 WHERE v = 10');
    assert.deepEqual(await rows(), ['1|25.00|2', '2|7.00|1', '3|1.00|1']);
    assert.deepEqual(await world.other().lines('SELECT k, v FROM r ORDER BY k'), ['1|15.00', '2|7.00']);
    await world.run('ROLLBACK');
    await world.run('DELETE FROM t WHERE k = 2');
    assert.deepEqual(await rows(), ['1|15.00|2']);
    await world.run('ALTER TABLE t DROP PARTITION p1');
    assert.deepEqual(await rows(), ['1|5.00|1']);
    await world.run('TRUNCATE TABLE t');
    assert.deepEqual(await rows(), []);
  });

  it('is part of its table: renamed, reopened and dropped with it', async () => {
    await world.run('RENAME TABLE t TO u');
    await world.reopen();
    assert.deepEqual(await rows(), ['1|15.00|2', '2|7.00|1']);
    assert.deepEqual(await world.lines('SELECT u.k, r.n FROM u JOIN r ON u.k = r.k WHERE u.k = 2'), ['2|1']);
    await world.run('DROP TABLE u');
    assert.match(await world.error('SELECT * FROM r'), /^unknown_table/);
  });

  it('has a name of its own, and goes by DROP MATERIALIZED VIEW', async () => {
    assert.match(await world.error('CREATE TABLE r (a INT)'), /^table_exists/);
    assert.match(await world.error('CREATE MATERIALIZED VIEW r AS SELECT k FROM t'), /^table_exists/);
    assert.match(await world.error('INSERT INTO r VALUES (1, 1, 1)'), /^unknown_table/);
    assert.match(await world.error('REFRESH MATERIALIZED VIEW r'), /always current/);
    await world.run('DROP MATERIALIZED VIEW r');
    assert.match(await world.error('SELECT * FROM r'), /^unknown_table/);
    await world.run('CREATE TABLE r (a INT)');
  });

  it('keeps the columns it reads from being changed', async () => {
    assert.match(await world.error('ALTER TABLE t DROP COLUMN v'), /related materialized view r/);
    assert.match(await world.error('ALTER TABLE t MODIFY COLUMN v DOUBLE'), /related materialized view r/);
    await world.run('ALTER TABLE t ADD COLUMN note TEXT');
    assert.deepEqual(await rows(), ['1|15.00|2', '2|7.00|1']);
  });

  const refused: readonly (readonly [string, RegExp])[] = [
    ['SELECT t.k FROM t JOIN t u ON t.k = u.k', /only support one table in from clause/],
    ['SELECT k FROM t LIMIT 1', /without WITH and LIMIT/],
    ['SELECT k FROM t WHERE v = (SELECT MAX(v) FROM t)', /subqueries or window/],
    ['SELECT * FROM t', /must name its columns/],
    ['SELECT k, RAND() AS x FROM t', /nondeterministic/],
  ];
  for (const [select, error] of refused) {
    it(`is refused for ${select}`, async () => {
      assert.match(await world.error(`CREATE MATERIALIZED VIEW s AS ${select}`), error);
    });
  }
});
