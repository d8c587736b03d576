import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';
import { agree, outcomeOf } from './compare.ts';
import { ServerPair } from './server-pair.ts';
import { tpchTables } from './tpch-data.ts';
import { tpchQueries } from './tpch-queries.ts';

/** `TPCH_SCALE=0.01 TPCH_SERVER=mysql node --test test/differential/tpch.test.ts` compares more rows, and with MySQL. */
const scale = Number(process.env['TPCH_SCALE'] ?? 0.002);
const isMysql = process.env['TPCH_SERVER'] === 'mysql';
const skip = isMysql ? mysqlSkipReason() : mariadbSkipReason();

const rowsPerInsert = 2_000;

describe("TPC-H's queries on the embedded engine", { skip }, () => {
  let pair: ServerPair;
  before(async () => {
    pair = await ServerPair.start(isMysql ? startMysqlServer : MariadbServer.start, {});
    const tables = tpchTables(scale);
    await pair.run(['CREATE DATABASE tpch', 'USE tpch']);
    await pair.both(async (connection) => {
      for (const { name, definition, rows } of tables) {
        await connection.query(`CREATE TABLE ${name} (${definition})`);
        for (let from = 0; from < rows.length; from += rowsPerInsert) {
          await connection.query(`INSERT INTO ${name} VALUES ?`, [rows.slice(from, from + rowsPerInsert)]);
        }
      }
    });
  });
  after(async () => pair[Symbol.asyncDispose]());

  for (const [index, sql] of tpchQueries.entries()) {
    it(`give another server's rows: query ${index + 1}`, async () => {
      const [ours, theirs] = await pair.both((each) => outcomeOf(each, sql));
      assert.ok('rows' in theirs && theirs.rows.length > 0, 'the data has no row for the query');
      assert.ok('rows' in ours, JSON.stringify(ours));
      if (!agree(ours, theirs)) assert.deepEqual(ours.rows, theirs.rows);
    });
  }
});
