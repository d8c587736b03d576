import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../support/mysql-server.ts';
import { ServerProcess } from '../support/server-process.ts';
import { agree, outcomeOf } from './compare.ts';
import { tpchTables } from './tpch-data.ts';
import { tpchQueries } from './tpch-queries.ts';

/** `TPCH_SCALE=0.01 TPCH_SERVER=mysql node --test test/differential/tpch.test.ts` compares more rows, and with MySQL. */
const scale = Number(process.env['TPCH_SCALE'] ?? 0.002);
const isMysql = process.env['TPCH_SERVER'] === 'mysql';
const skip = isMysql ? mysqlSkipReason() : mariadbSkipReason();

const rowsPerInsert = 2_000;

describe("TPC-H's queries on the embedded engine", { skip }, () => {
  let server: ServerProcess;
  let reference: MariadbServer;
  let connections: readonly Connection[] = [];
  before(async () => {
    [server, reference] = await Promise.all([
      ServerProcess.start(),
      isMysql ? startMysqlServer() : MariadbServer.start(),
    ]);
    connections = await Promise.all([server.connect(), reference.connect()]);
    const tables = tpchTables(scale);
    await Promise.all(
      connections.map(async (connection) => {
        await connection.query('CREATE DATABASE tpch');
        await connection.query('USE tpch');
        for (const { name, definition, rows } of tables) {
          await connection.query(`CREATE TABLE ${name} (${definition})`);
          for (let from = 0; from < rows.length; from += rowsPerInsert) {
            await connection.query(`INSERT INTO ${name} VALUES ?`, [rows.slice(from, from + rowsPerInsert)]);
          }
        }
      }),
    );
  });
  after(async () => {
    for (const connection of connections) connection.destroy();
    await Promise.all([server.stop(), reference[Symbol.asyncDispose]()]);
  });

  for (const [index, sql] of tpchQueries.entries()) {
    it(`give another server's rows: query ${index + 1}`, async () => {
      const [ours, theirs] = await Promise.all(connections.map((each) => outcomeOf(each, sql)));
      assert.ok(ours !== undefined && theirs !== undefined);
      assert.ok('rows' in theirs && theirs.rows.length > 0, 'the data has no row for the query');
      assert.ok('rows' in ours, JSON.stringify(ours));
      if (!agree(ours, theirs)) assert.deepEqual(ours.rows, theirs.rows);
    });
  }
});
