import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { Connection } from '../../../../src/source/duckdb/connection/connection.ts';
import { streamRows } from '../../../../src/source/duckdb/connection/result-stream.ts';

/** Fails at its 500,000th row, long after the first chunk. */
const lateFailure =
  "SELECT CAST(CASE WHEN i = 500000 THEN 'x' ELSE '1' END AS INTEGER) FROM range(1000000) t(i)";
const endless = 'SELECT sin(i) FROM range(100000000000) t(i)';

describe('a stream of rows', () => {
  it('fails when the statement fails after many rows', async () => {
    await withStream(lateFailure, new AbortController().signal, async (rows) => {
      await assert.rejects(countRows(rows), /Could not convert string 'x'/);
    });
  });

  it('fails when the statement is interrupted after its first rows', async () => {
    const abort = new AbortController();
    await withStream(endless, abort.signal, async (rows) => {
      await rows.next();
      abort.abort(new Error('stopped by the test'));
      await assert.rejects(countRows(rows), /stopped by the test/);
    });
  });

  it('leaves the connection usable when the reader stops early', async () => {
    await withStream(endless, new AbortController().signal, async (rows, connection) => {
      await rows.next();
      await rows.return(undefined);
      assert.equal(await connection.fact('SELECT 42'), 42);
    });
  });

  for (const sql of ['SELECT 1', 'SELECT i FROM range(1000000) t(i)']) {
    it(`leaves the transaction open when the reader of ${sql} stops early`, async () => {
      const instance = await DuckDBInstance.create(':memory:');
      using connection = await Connection.open(instance);
      for (let count = 0; count < 20; count++) {
        await connection.run('BEGIN TRANSACTION');
        const result = await connection.stream(sql);
        const { signal } = new AbortController();
        const rows = streamRows(connection, result, { sql, signal, release: async () => undefined });
        await rows.next();
        await rows.return(undefined);
        assert.equal(await connection.fact('SELECT 42'), 42);
        await connection.run('COMMIT');
      }
    });
  }

  it('ends after the last row of a good statement', async () => {
    await withStream('SELECT i FROM range(5000) t(i)', new AbortController().signal, async (rows) => {
      assert.equal(await countRows(rows), 5000);
    });
  });
});

type Rows = ReturnType<typeof streamRows>;

async function withStream(
  sql: string,
  signal: AbortSignal,
  work: (rows: Rows, connection: Connection) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:');
  let released = 0;
  try {
    using connection = await Connection.open(instance);
    const result = await connection.stream(sql);
    const rows = streamRows(connection, result, {
      sql,
      signal,
      release: async () => {
        released += 1;
      },
    });
    await work(rows, connection);
    assert.equal(released, 1);
  } finally {
    instance.closeSync();
  }
}

async function countRows(rows: Rows): Promise<number> {
  let count = 0;
  for await (const batch of rows) count += batch.rowCount;
  return count;
}
