import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { sqlErrorOf } from '../../../../src/source/duckdb/connection/errors.ts';
import { EngineFixture } from '../engine-fixture.ts';

describe('work of seconds on a connection', () => {
  let fixture: EngineFixture;
  before(async () => {
    fixture = await EngineFixture.open();
  });
  after(() => fixture[Symbol.asyncDispose]());

  it('gives what run and facts give', async () => {
    using connection = await fixture.engine.connect();
    await connection.work('CREATE TEMP TABLE t (i BIGINT)');
    assert.equal(await connection.work('INSERT INTO t SELECT i FROM range(100000) t(i)'), 100_000);
    assert.deepEqual(await connection.factsOfWork('SELECT sum(i) FROM t'), [[4_999_950_000n]]);
    assert.equal(await connection.work('DELETE FROM t WHERE i < 10'), 10);
  });

  it('is not done by the thread that asks, while a job is there', async () => {
    await using _job = await fixture.engine.jobMemory.take();
    using connection = await fixture.engine.connect();
    assert.deepEqual(await connection.factsOfWork('SELECT sum(i) FROM range(3000000) t(i)'), [
      [4_499_998_500_000n],
    ]);
  });

  it('fails with the words that run fails with', async () => {
    using connection = await fixture.engine.connect();
    for (const sql of [
      "SELECT error('no ' || i) FROM range(5) t(i)",
      'SELECT * FROM nowhere',
      "SELECT CAST('x' || i AS INT) FROM range(5) t(i)",
    ]) {
      const texts: string[] = [];
      for (const way of [() => connection.factsOfWork(sql), () => connection.facts(sql)]) {
        await assert.rejects(way(), (error) => texts.push(sqlErrorOf(error).message) > 0);
      }
      assert.equal(texts[0], texts[1]);
    }
    assert.deepEqual(await connection.factsOfWork('SELECT 1'), [[1]], 'the connection goes on');
  });

  it('ends when it is interrupted, and leaves the connection as it was', async () => {
    using connection = await fixture.engine.connect();
    const endless = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3';
    const work = connection.factsOfWork(endless);
    const again = setInterval(() => connection.interrupt(), 5);
    await assert.rejects(work);
    clearInterval(again);
    assert.deepEqual(await connection.factsOfWork('SELECT 1'), [[1]]);
  });

  it('ends when its connection is closed', async () => {
    const connection = await fixture.engine.connect();
    const file = path.join(fixture.engine.stagingFolder, 'cut.parquet');
    const endless = `COPY (SELECT a.range * b.range AS x FROM range(1000000) a, range(1000000) b) TO '${file}' (FORMAT parquet)`;
    const work = connection.work(endless);
    await new Promise(setImmediate);
    connection.close();
    await assert.rejects(work, /INTERRUPT/);
  });
});
