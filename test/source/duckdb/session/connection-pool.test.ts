import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { ConnectionPool } from '../../../../src/source/duckdb/session/connection-pool.ts';
import { EngineFixture } from '../engine-fixture.ts';

/** How many connections of the engine were opened since. */
function openings(test: TestContext, { engine }: EngineFixture): () => number {
  const connect = test.mock.method(engine, 'connect');
  return () => connect.mock.callCount();
}

describe('the connections of sessions', () => {
  it('serve one session after another', async (test) => {
    await using first = await EngineFixture.open();
    await first.run('CREATE TABLE t (id INT)');
    const opened = openings(test, first);
    for (let session = 0; session < 5; session++) {
      const other = first.other();
      await other.run('INSERT INTO t VALUES (1)');
      await other.rows('SELECT * FROM t');
      await other.all('START TRANSACTION', 'INSERT INTO t VALUES (2)', 'ROLLBACK');
      await other.session.begin();
      await other.session.commit();
      await other.session.describe('SELECT id FROM t', other.context, test.signal);
    }
    assert.equal(opened(), 0, 'the one that made the table was given back');
    assert.deepEqual(await first.lines('SELECT COUNT(*), SUM(id) FROM t'), ['5|5']);
  });

  const needs: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['an open transaction', ['START TRANSACTION', 'INSERT INTO t VALUES (1)'], ['COMMIT']],
    ['a temporary table', ['CREATE TEMPORARY TABLE own (id INT)'], ['DROP TEMPORARY TABLE own']],
  ];
  for (const [what, begin, end] of needs) {
    it(`stay with a session that has ${what}`, async (test) => {
      await using first = await EngineFixture.open();
      await first.all('CREATE TABLE t (id INT)', ...begin);
      const opened = openings(test, first);
      const other = first.other();
      await other.rows('SELECT * FROM t');
      assert.equal(opened(), 1);
      await first.all(...end);
      await Promise.all([first.rows('SELECT * FROM t'), other.rows('SELECT * FROM t')]);
      assert.equal(opened(), 1, 'both are free again');
    });
  }

  it('stay with a session whose rows are not read, and are for nobody else when it gives them up', async (test) => {
    await using first = await EngineFixture.open();
    const opened = openings(test, first);
    const answer = await first.run('SELECT 1 UNION ALL SELECT 2');
    assert.ok(answer.kind === 'rows');
    const other = first.other();
    await other.rows('SELECT 1');
    assert.equal(opened(), 1);
    await first.rows('SELECT 2');
    await Promise.all([first.rows('SELECT 3'), other.rows('SELECT 3')]);
    assert.equal(opened(), 2, 'one was closed');
  });

  it('stay with a definition to its end, also where it commits a transaction or follows rows that are not read', async () => {
    await using first = await EngineFixture.open();
    await first.run('SELECT 1 UNION ALL SELECT 2');
    await first.run('CREATE TABLE one (id INT)');
    await first.all('START TRANSACTION', 'INSERT INTO one VALUES (1)');
    await first.run('SELECT * FROM one');
    await first.run('CREATE TABLE two AS SELECT * FROM one');
    assert.deepEqual(await first.lines('SELECT * FROM two'), ['1']);
  });

  it('are given back by who reads one row of many', async (test) => {
    await using first = await EngineFixture.open();
    const opened = openings(test, first);
    const answer = await first.run('SELECT 1 UNION ALL SELECT 2');
    assert.ok(answer.kind === 'rows');
    for await (const _batch of answer.result.batches) break;
    await first.other().rows('SELECT 1');
    assert.equal(opened(), 0);
  });

  it('are closed when a statement has failed', async (test) => {
    await using first = await EngineFixture.open();
    const opened = openings(test, first);
    await first.rows('SELECT 1');
    assert.match(await first.error('SELECT 9223372036854775807 + 1'), /^value_out_of_range/);
    await first.rows('SELECT 1');
    assert.equal(opened(), 1);
  });

  it('note the warnings of the session whose statement runs', async () => {
    await using first = await EngineFixture.open();
    const other = first.other();
    const warned = await first.run("SELECT CAST('12x' AS SIGNED)");
    assert.ok(warned.kind === 'rows');
    await Array.fromAsync(warned.result.batches);
    const silent = await other.run('SELECT CAST(12 AS SIGNED)');
    assert.ok(silent.kind === 'rows');
    await Array.fromAsync(silent.result.batches);
    assert.deepEqual([warned.warnings.length, silent.warnings.length], [1, 0]);
  });

  it('are kept open up to sixteen, and none once the pool is closed', async (test) => {
    await using fixture = await EngineFixture.open();
    const opened = openings(test, fixture);
    const pool = new ConnectionPool(fixture.engine);
    const takeAll = async (): Promise<void> => {
      const taken = await Promise.all(Array.from({ length: 20 }, () => pool.take()));
      for (const each of taken) pool.give(each);
    };
    await takeAll();
    await takeAll();
    assert.equal(opened(), 24);
    const out = await pool.take();
    pool[Symbol.dispose]();
    pool.give(out);
    await assert.rejects(out.connection.run('SELECT 1'), /disconnected|closed/i);
  });
});
