import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { mysqlSkipReason } from '../support/mysql-server.ts';
import { foreignKeyScripts } from './foreign-key-statements.ts';
import { ServerPair } from './server-pair.ts';

describe('foreign keys of the embedded engine and of MySQL', { skip: mysqlSkipReason() }, () => {
  let pair: ServerPair;
  before(async () => {
    pair = await ServerPair.start();
  });
  after(async () => pair[Symbol.asyncDispose]());

  for (const [name, statements] of Object.entries(foreignKeyScripts)) {
    it(name, async () => {
      await pair.run([
        'SET foreign_key_checks = 0',
        'DROP DATABASE IF EXISTS f',
        'DROP DATABASE IF EXISTS g',
        'SET foreign_key_checks = 1',
        'CREATE DATABASE f',
        'CREATE DATABASE g',
        'USE f',
      ]);
      const [ours, theirs] = await pair.both(async (connection) => answers(connection, statements));
      assert.deepEqual(ours, theirs);
    });
  }
});

/** By statement: its rows, or what it answers with its warnings, or its error. */
async function answers(
  connection: Connection,
  statements: readonly string[],
): Promise<readonly (readonly [string, string])[]> {
  const found: [string, string][] = [];
  for (const sql of statements) found.push([sql, await answer(connection, sql)]);
  return found;
}

async function answer(connection: Connection, sql: string): Promise<string> {
  try {
    const [result] = await connection.query<RowDataPacket[][] | ResultSetHeader>({ sql, rowsAsArray: true });
    if (Array.isArray(result)) return result.map((row) => row.map(String).join('|')).join(' ');
    const [warnings] = await connection.query<RowDataPacket[][]>({ sql: 'SHOW WARNINGS', rowsAsArray: true });
    // What an ALTER copies is each server's own affair.
    if (sql.startsWith('ALTER')) return 'altered';
    // The client reads the length of the text as its first letter where a server tells of its state.
    const info = result.info.replace(/^.(?=Records:|Rows matched:)/, '');
    return [result.affectedRows, info, ...warnings.map((row) => row.join(' '))].join('/');
  } catch (error) {
    if (!(error instanceof Error) || !('errno' in error)) throw error;
    // MySQL names the copy that ALTER TABLE makes.
    return `${String(error.errno)} ${error.message.replace(/#sql-[0-9a-f]+_[0-9a-f]+/, 'copy')}`;
  }
}
