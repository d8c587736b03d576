import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { mysqlSkipReason } from '../support/mysql-server.ts';
import { outcomeOf } from './compare.ts';
import { ServerPair } from './server-pair.ts';
import { refusedComparisons, warningChanges, warningData, warningQueries } from './warning-queries.ts';

describe('warnings of the embedded engine and of MySQL', { skip: mysqlSkipReason() }, () => {
  let pair: ServerPair;
  before(async () => {
    pair = await ServerPair.start();
    await pair.run(['CREATE DATABASE trial', 'USE trial', ...warningData]);
  });
  after(async () => pair[Symbol.asyncDispose]());

  for (const sql of warningQueries) {
    it(sql, async () => {
      const [ours, theirs] = await pair.both(async (connection) => {
        await connection.query(sql);
        return warningsOf(connection);
      });
      assert.deepEqual(ours, theirs);
    });
  }

  for (const sql of refusedComparisons) {
    it(`refuse ${sql}`, async () => {
      const [ours, theirs] = await pair.both(async (connection) => outcomeOf(connection, sql));
      assert.deepEqual(ours, theirs);
      assert.ok('errno' in ours);
    });
  }

  for (const mode of ['STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO', 'ERROR_FOR_DIVISION_BY_ZERO', '']) {
    for (const sql of warningChanges) {
      it(`${sql} with sql_mode '${mode}'`, async () => {
        const [ours, theirs] = await pair.both(async (connection) => {
          await connection.query(`SET sql_mode = '${mode}'`);
          await connection.query('BEGIN');
          const outcome = await outcomeOf(connection, sql);
          const warnings = 'errno' in outcome ? [] : await warningsOf(connection);
          const [rows] = await connection.query('SELECT id, n FROM w ORDER BY id');
          await connection.query('ROLLBACK');
          return { error: 'errno' in outcome ? outcome : undefined, warnings, rows };
        });
        assert.deepEqual(ours, theirs);
      });
    }
  }

  it('count more warnings than they keep', async () => {
    const [ours, theirs] = await pair.both(async (connection) => {
      await connection.query('SET max_error_count = 2, sql_mode = DEFAULT');
      await connection.query('SELECT s + 0, 1/0 FROM w');
      const kept = await warningsOf(connection);
      await connection.query('SELECT s + 0, 1/0 FROM w');
      const [shown] = await connection.query<RowDataPacket[][]>({
        sql: 'SHOW COUNT(*) WARNINGS',
        rowsAsArray: true,
      });
      await connection.query('SELECT s + 0, 1/0 FROM w');
      const [read] = await connection.query<RowDataPacket[][]>({
        sql: 'SELECT @@warning_count',
        rowsAsArray: true,
      });
      await connection.query('SET max_error_count = DEFAULT');
      return { kept: kept.length, shown: Number(shown[0]?.[0]), read: Number(read[0]?.[0]) };
    });
    assert.deepEqual(ours, theirs);
    assert.deepEqual(ours, { kept: 2, shown: 6, read: 6 });
  });
});

/** Sorted: of several expressions the engine warns one after another, MySQL row by row. */
async function warningsOf(connection: Connection): Promise<readonly string[]> {
  const [rows] = await connection.query<RowDataPacket[][]>({ sql: 'SHOW WARNINGS', rowsAsArray: true });
  return rows.map((row) => row.join(' ')).sort();
}
