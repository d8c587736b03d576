import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EngineFixture } from '../engine-fixture.ts';

/** Bytes of tables and keys that are not in the file yet; DuckDB's tags (duckdb_memory()). */
async function unwrittenBytes(fixture: EngineFixture): Promise<number> {
  using connection = await fixture.engine.connect();
  const bytes = await connection.fact(
    "SELECT CAST(sum(memory_usage_bytes) AS DOUBLE) FROM duckdb_memory() WHERE tag IN ('ART_INDEX', 'IN_MEMORY_TABLE')",
  );
  return Number(bytes);
}

async function makeTables(fixture: EngineFixture, from: number, to: number): Promise<void> {
  for (let table = from; table < to; table++) {
    await fixture.run(`CREATE TABLE t${table} (id INT PRIMARY KEY, v VARCHAR(20))`);
    await fixture.run(`INSERT INTO t${table} VALUES (1, 'one')`);
  }
}

describe('the memory of new tables', () => {
  it('is given back when there are many of them', async () => {
    await using fixture = await EngineFixture.open();
    await makeTables(fixture, 0, 60);
    const sixty = await unwrittenBytes(fixture);
    await makeTables(fixture, 60, 70);
    assert.ok(sixty > 0);
    assert.ok((await unwrittenBytes(fixture)) < sixty / 2);
  });

  it('waits for a transaction that keeps the file from being written', async () => {
    await using fixture = await EngineFixture.open();
    await fixture.run('CREATE TABLE t (id INT)');
    using reader = await fixture.engine.connect();
    await reader.run('BEGIN TRANSACTION');
    await reader.run('SELECT count(*) FROM duckdb_tables()');
    await makeTables(fixture, 0, 70);
    const held = await unwrittenBytes(fixture);
    await reader.run('COMMIT');
    await makeTables(fixture, 70, 71);
    assert.ok((await unwrittenBytes(fixture)) < held / 10);
  });
});
