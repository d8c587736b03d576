import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { ServerProcess } from '../support/server-process.ts';

describe('the binary protocol of prepared statements', () => {
  let server: ServerProcess;
  let connection: Connection;
  before(async () => {
    server = await ServerProcess.start();
    connection = await server.connect();
    await connection.query('CREATE DATABASE d');
    await connection.query('USE d');
  });
  after(async () => {
    await connection.end();
    assert.equal(await server.stop(), 0);
  });

  const types: readonly (readonly [string, unknown, unknown])[] = [
    ['TINYINT', -128, -128],
    ['SMALLINT UNSIGNED', 65_535, 65_535],
    ['INT', -2_147_483_648, -2_147_483_648],
    ['BIGINT', '-9223372036854775808', '-9223372036854775808'],
    ['BIGINT UNSIGNED', '18446744073709551615', '18446744073709551615'],
    ['DOUBLE', 0.1, 0.1],
    ['FLOAT', 1.5, 1.5],
    ['DECIMAL(30,10)', '-12345678901234567890.0123456789', '-12345678901234567890.0123456789'],
    ['VARCHAR(40)', "it's größe 光 \\ \n", "it's größe 光 \\ \n"],
    ['TEXT', '', ''],
    ['VARBINARY(8)', Buffer.of(0, 255, 39, 92), Buffer.of(0, 255, 39, 92)],
    ['BLOB', Buffer.alloc(60_000, 7), Buffer.alloc(60_000, 7)],
    ['DATE', '2026-02-28', '2026-02-28'],
    ['DATETIME', '2026-02-28 23:59:59', '2026-02-28 23:59:59'],
    ['DATETIME(6)', '2026-02-28 23:59:59.123456', '2026-02-28 23:59:59.123456'],
    ['TIME', '-838:59:59', '-838:59:59'],
    ['TIME(3)', '12:34:56.789', '12:34:56.789'],
    ['YEAR', 2026, 2026],
    ['BIT(8)', Buffer.of(170), Buffer.of(170)],
    ['BIT(64)', Buffer.alloc(8, 255), Buffer.alloc(8, 255)],
    ["ENUM('a','b')", 'b', 'b'],
    ["SET('a','b')", 'a,b', 'a,b'],
    ['INT', null, null],
    ['VARCHAR(10)', null, null],
  ];
  for (const [index, [type, given, expected]] of types.entries()) {
    it(`carries ${type}${given === null ? ' NULL' : ''} there and back`, async () => {
      const table = `t${index}`;
      await connection.query(`CREATE TABLE ${table} (id INT PRIMARY KEY, v ${type})`);
      await connection.execute(`INSERT INTO ${table} VALUES (?, ?)`, [1, given as string]);
      const [rows] = await connection.execute<RowDataPacket[]>(`SELECT v FROM ${table} WHERE id = ?`, [1]);
      assert.deepEqual(rows[0]?.['v'], expected);
      const [text] = await connection.query<RowDataPacket[]>(`SELECT v FROM ${table}`);
      assert.deepEqual(text[0]?.['v'], expected);
    });
  }

  it('carries JSON', async () => {
    await connection.query('CREATE TABLE j (id INT PRIMARY KEY, v JSON)');
    await connection.execute('INSERT INTO j VALUES (?, ?)', [1, JSON.stringify({ a: [1, null, 'ä'] })]);
    const [rows] = await connection.execute<RowDataPacket[]>('SELECT v FROM j');
    assert.deepEqual(rows[0]?.['v'], { a: [1, null, 'ä'] });
  });

  it('runs one statement many times', async () => {
    await connection.query('CREATE TABLE many (id INT PRIMARY KEY, v VARCHAR(10))');
    const statement = await connection.prepare('INSERT INTO many VALUES (?, ?)');
    for (let id = 1; id <= 50; id++) await statement.execute([id, `v${id}`]);
    await statement.close();
    const [rows] = await connection.execute<RowDataPacket[]>(
      'SELECT COUNT(*) AS n FROM many WHERE v LIKE ?',
      ['v_'],
    );
    assert.equal(Number(rows[0]?.['n']), 9);
  });

  it('runs statements of the dialect, with and without values', async () => {
    const [repositories] = await connection.execute<RowDataPacket[]>('SHOW REPOSITORIES');
    assert.deepEqual(repositories, []);
    const [tables] = await connection.execute<RowDataPacket[]>('SHOW TABLES LIKE ?', ['man_']);
    assert.equal(tables.length, 1);
    await assert.rejects(connection.execute('BACKUP SNAPSHOT d.x TO ghost'), { errno: 5064 });
    await assert.rejects(connection.execute('SELEC 1'), { errno: 1064 });
  });
});
