import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { mysqlSkipReason } from '../support/mysql-server.ts';
import { outcomeOf } from './compare.ts';
import { byteData, byteQueries } from './byte-queries.ts';
import { clauseData, clauseQueries } from './clause-queries.ts';
import { clientData, clientQueries } from './client-queries.ts';
import { coercibilityData, coercibilityQueries } from './coercibility-queries.ts';
import { collationData, collationQueries } from './collation-queries.ts';
import { edgeData, edges } from './edges.ts';
import { functionData, functionQueries } from './function-queries.ts';
import { groupingData, groupingQueries, windowQueries } from './grouping-queries.ts';
import { joinData, joinQueries } from './join-queries.ts';
import { regexpData, regexpQueries } from './regexp-queries.ts';
import { ServerPair } from './server-pair.ts';
import { typeData, typeQueries } from './type-queries.ts';
import { wireTypeData, wireTypeQueries } from './wire-type-queries.ts';
import { jsonData, jsonQueries } from './json-queries.ts';
import { jsonSchemaQueries } from './json-schema-queries.ts';
import { jsonValueData, jsonValueQueries } from './json-value-queries.ts';

/** Tables that would tell of roles, views and indexes what is not so, were they empty, and MySQL 9's own of variables. */
const absentTables = [
  'information_schema.role_routine_grants',
  'information_schema.role_table_grants',
  'information_schema.view_routine_usage',
  'performance_schema.variables_metadata',
  'sys.schema_redundant_indexes',
  'sys.x$schema_flattened_keys',
];

describe('answers of the embedded engine and of MySQL', { skip: mysqlSkipReason() }, () => {
  let pair: ServerPair;
  before(async () => {
    pair = await ServerPair.start();
    await pair.run([
      'CREATE DATABASE trial',
      'USE trial',
      ...edgeData,
      ...collationData,
      ...jsonData,
      ...jsonValueData,
      ...clientData,
      ...groupingData,
      ...joinData,
      ...coercibilityData,
      ...typeData,
      ...functionData,
      ...byteData,
      ...wireTypeData,
      ...regexpData,
      ...clauseData,
    ]);
  });
  after(async () => pair[Symbol.asyncDispose]());

  /** The rows as text, or the number of the error. */
  async function answer(connection: Connection, sql: string): Promise<unknown> {
    const outcome = await outcomeOf(connection, sql);
    if ('errno' in outcome) return outcome.errno;
    return outcome.rows.map((row) => row.map((value) => (value === null ? null : String(value))));
  }

  async function facts(connection: Connection, sql: string): Promise<ReadonlySet<string>> {
    const [rows] = await connection.query({ sql, rowsAsArray: true });
    return new Set((rows as string[][]).map((row) => row.join('.').toLowerCase()));
  }

  it('have every table and column of the databases of the server itself', async () => {
    const sql =
      'SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS ' +
      "WHERE TABLE_SCHEMA IN ('information_schema', 'performance_schema', 'mysql', 'sys')";
    const [ours, theirs] = await pair.both((each) => facts(each, sql));
    const missing = [...theirs].filter((column) => !ours.has(column));
    const tables = new Set(missing.map((column) => column.slice(0, column.lastIndexOf('.'))));
    assert.deepEqual([...tables].sort(), absentTables);
  });

  for (const sql of [
    ...edges,
    ...clientQueries,
    ...collationQueries,
    ...jsonQueries,
    ...jsonValueQueries,
    ...jsonSchemaQueries,
    ...groupingQueries,
    ...windowQueries,
    ...joinQueries,
    ...coercibilityQueries,
    ...typeQueries,
    ...functionQueries,
    ...byteQueries,
    ...regexpQueries,
    ...clauseQueries,
  ]) {
    it(sql, async () => {
      const [ours, theirs] = await pair.both((each) => answer(each, sql));
      assert.deepEqual(ours, theirs);
    });
  }

  for (const sql of wireTypeQueries) {
    it(`with the types that clients read: ${sql}`, async () => {
      const [ours, theirs] = await pair.both(async (connection) => {
        const [rows, columns] = await connection.query({ sql, rowsAsArray: true, dateStrings: true });
        return { rows, types: columns.map((column) => [column.columnType, column.columnLength]) };
      });
      assert.deepEqual(ours, theirs);
    });
  }
});
