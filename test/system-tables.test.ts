import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { rowsOf } from './support/jobs.ts';
import { ServerProcess } from './support/server-process.ts';

describe('the system tables of a real server', () => {
  let server: ServerProcess;
  let connection: Connection;

  before(async () => {
    server = await ServerProcess.start();
    connection = await server.connect();
    await connection.query('CREATE DATABASE shop');
    await connection.query(
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(40) COMMENT "what it is")',
    );
    await connection.query("CREATE USER 'clerk' IDENTIFIED BY 'a long password'");
  });

  after(async () => {
    await connection.end();
    await server.stop();
  });

  it('list tables and columns', async () => {
    const rows = await rowsOf(
      connection,
      `SELECT c.COLUMN_NAME AS name, c.COLUMN_TYPE AS type, c.COLUMN_KEY AS k, c.COLUMN_COMMENT AS about
       FROM information_schema.TABLES t JOIN information_schema.COLUMNS c USING (TABLE_SCHEMA, TABLE_NAME)
       WHERE t.TABLE_SCHEMA = 'shop' ORDER BY c.ORDINAL_POSITION`,
    );
    assert.deepEqual(rows, [
      { name: 'id', type: 'int', k: 'PRI', about: '' },
      { name: 'name', type: 'varchar(40)', k: '', about: 'what it is' },
    ]);
  });

  it('tell accounts and what they were granted, without hosts', async () => {
    assert.deepEqual(await rowsOf(connection, 'SELECT user FROM mysql.user ORDER BY user'), [
      { user: 'clerk' },
      { user: 'root' },
    ]);
  });

  it('have the connection that asks among the processes', async () => {
    const rows = await rowsOf(
      connection,
      'SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE ID = CONNECTION_ID()',
    );
    assert.equal(Number(rows[0]?.['n']), 1);
  });

  it('show an account without privileges nothing of the data', async () => {
    const clerk = await server.connect({
      user: 'clerk',
      password: 'a long password',
      ssl: { rejectUnauthorized: false },
    });
    const databases = await rowsOf(clerk, 'SHOW DATABASES');
    assert.ok(!databases.some((row) => row['Database'] === 'shop'));
    await assert.rejects(clerk.query('SELECT * FROM shop.item'), { errno: 1142 });
    await assert.rejects(clerk.query('SHOW BACKUP'), { errno: 5203 });
    await clerk.end();
  });
});
