import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChunkRange, Frozen } from '../../../../src/source/frozen.ts';
import type { Connection } from '../../../../src/source/duckdb/connection/connection.ts';
import { EmbeddedSource } from '../../../../src/source/duckdb/source.ts';
import { assertFails, calm, sha256OfFile } from '../../../conformance/source/support.ts';
import { EngineFixture } from '../engine-fixture.ts';

const table = { database: 'shop', objects: [{ kind: 'TABLE' as const, name: 't' }] };
let files = 0;

function sourceOf(fixture: EngineFixture): EmbeddedSource {
  return new EmbeddedSource(fixture.embedded);
}

/** Rows put past the statements, which would take their time with so many. */
async function insertRange(fixture: EngineFixture, from: number, to: number): Promise<void> {
  using connection: Connection = await fixture.engine.connect();
  await connection.run(
    `INSERT INTO "db:shop".t SELECT i, 'row ' || (i * 7919 % 1000) FROM range(${from}, ${to}) AS r(i)`,
  );
}

async function planOf(
  fixture: EngineFixture,
  previous: readonly ChunkRange[] = [],
): Promise<readonly ChunkRange[]> {
  await using frozen = await sourceOf(fixture).freeze(table, calm);
  return await frozen.plan('t', undefined, previous, calm);
}

/** SHA-256 of each chunk's file. */
async function hashesOf(fixture: EngineFixture, plan: readonly ChunkRange[]): Promise<readonly string[]> {
  await using frozen = await sourceOf(fixture).freeze(table, calm);
  const extract = async (range: ChunkRange): Promise<string> => {
    files += 1;
    const file = `${fixture.engine.stagingFolder}/f${files}.parquet`;
    await frozen.extract('t', undefined, range, file, calm);
    return sha256OfFile(file);
  };
  return await Promise.all(plan.map((range) => extract(range)));
}

describe('chunks of the embedded engine', () => {
  it('follow the primary key, and a change touches only its own', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))');
    await insertRange(fixture, 0, 1_500_000);
    const plan = await planOf(fixture);
    assert.deepEqual(
      plan.map((range) => range.kind),
      ['key', 'key', 'key'],
    );
    const before = await hashesOf(fixture, plan);
    await fixture.run("UPDATE t SET v = 'changed' WHERE id = 700000");
    await fixture.run('DELETE FROM t WHERE id = 700001');
    const again = await planOf(fixture, plan);
    assert.deepEqual(again, plan);
    const after = await hashesOf(fixture, again);
    assert.deepEqual(
      after.map((hash, index) => hash === before[index]),
      [true, false, true],
    );
  });

  it('keep their bytes when rows around them come and go', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))');
    await insertRange(fixture, 0, 1_500_000);
    const plan = await planOf(fixture);
    const before = await hashesOf(fixture, plan);
    await fixture.run('DELETE FROM t WHERE id < 123457');
    using connection = await fixture.engine.connect();
    await connection.run('CHECKPOINT');
    await insertRange(fixture, 1_500_000, 1_600_000);
    const after = await hashesOf(fixture, plan);
    assert.deepEqual(
      after.map((hash, index) => hash === before[index]),
      [false, true, false],
    );
  });

  it('follow the rows as they lie when there is no key', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT, v VARCHAR(20))');
    await insertRange(fixture, 0, 1_200_000);
    const plan = await planOf(fixture);
    assert.deepEqual(
      plan.map((range) => range.kind),
      ['rows', 'rows'],
    );
    const before = await hashesOf(fixture, plan);
    await insertRange(fixture, 1_200_000, 1_300_000);
    const again = await planOf(fixture, plan);
    assert.equal((await hashesOf(fixture, again))[0], before[0]);
  });

  it('take no border of a manifest for SQL', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))');
    const evil: ChunkRange = { kind: 'key', column: 'id', lower: '0); DROP TABLE t --', upper: null };
    assert.deepEqual(await planOf(fixture, [evil]), [{ kind: 'all' }]);
    await assert.rejects(hashesOf(fixture, [evil]), RangeError);
    await assert.rejects(hashesOf(fixture, [{ ...evil, column: 'v', lower: '1' }]), RangeError);
  });
});

describe('a consistent read of the embedded engine', () => {
  it('reads several chunks at once, all at one point in time, while others write', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))');
    await insertRange(fixture, 0, 1000);
    const stop = new AbortController();
    const writing = (async () => {
      for (let id = 1000; !stop.signal.aborted; id++)
        await fixture.run(`INSERT INTO t VALUES (${id}, 'late')`);
    })();
    for (let round = 0; round < 10; round++) {
      await using frozen: Frozen = await sourceOf(fixture).freeze(table, calm);
      const sums = await Promise.all(Array.from({ length: 8 }, () => frozen.checksum('t', undefined, calm)));
      assert.equal(new Set(sums.map((sum) => sum.value)).size, 1);
    }
    stop.abort();
    await writing;
  });

  it('fails as a whole where the plan of a partition is cancelled', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run(
      'CREATE TABLE t (id INT) PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10))',
    );
    await using frozen = await sourceOf(fixture).freeze(table, calm);
    const cancelled = AbortSignal.abort(new Error('the job was cancelled'));
    // What else fails of it, and nobody sees, would end the process, and this test.
    await assertFails('interrupted', frozen.plan('t', 'low', [], cancelled));
  });

  it('is lost, and says so, once all its connections were interrupted', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20))');
    await using frozen = await sourceOf(fixture).freeze(table, calm);
    const missing = '/nowhere/file.parquet';
    for (let each = 0; each < 4; each++) {
      await frozen.extract('t', undefined, { kind: 'all' }, missing, calm).catch(() => undefined);
    }
    await assertFails('unavailable', frozen.checksum('t', undefined, calm));
  });
});
