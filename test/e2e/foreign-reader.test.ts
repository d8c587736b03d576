import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2';
import { MariadbServer, mariadbSkipReason } from '../support/mariadb-server.ts';
import { ServerProcess } from '../support/server-process.ts';

describe('a BI account in an external catalog', { skip: mariadbSkipReason() }, () => {
  it('browses and reads as text and prepared, and changes nothing', async () => {
    await using mariadb = await MariadbServer.start();
    const there = await mariadb.connect({ multipleStatements: true });
    await there.query(`CREATE DATABASE shop; CREATE TABLE shop.orders (id INT PRIMARY KEY, total INT);
      INSERT INTO shop.orders VALUES (1, 10), (2, 20);
      CREATE USER holdfast IDENTIFIED BY 'geheim-1'; GRANT ALL ON *.* TO holdfast WITH GRANT OPTION`);
    await using server = await ServerProcess.start();
    const root = await server.connect();
    await root.query(`CREATE EXTERNAL CATALOG prod PROPERTIES ("type" = "mysql", "host" = "127.0.0.1",
      "port" = "${mariadb.port}", "user" = "holdfast", "password" = "geheim-1")`);
    await root.query("CREATE USER bi IDENTIFIED BY 'long enough 1'");
    await root.query('GRANT USAGE ON CATALOG prod TO USER bi');
    await root.query('GRANT SELECT ON prod.*.* TO bi');
    const bi = await server.connect({ user: 'bi', password: 'long enough 1' });
    await bi.query('SET CATALOG prod');
    await bi.query('USE shop');
    const [tables] = await bi.query<RowDataPacket[]>('SHOW TABLES');
    assert.equal(tables.length, 1);
    const sums = 'SELECT SUM(total) AS total FROM orders WHERE id < ?';
    const [text] = await bi.query<RowDataPacket[]>(sums, [2]);
    assert.equal(Number(text[0]?.['total']), 10);
    const [prepared] = await bi.execute<RowDataPacket[]>(sums, [9]);
    assert.equal(Number(prepared[0]?.['total']), 30);
    for (const sql of ['DELETE FROM orders', 'SELECT * FROM mysql.user', 'DROP TABLE orders', 'USE mysql']) {
      await assert.rejects(bi.query(sql), { errno: 1227 }, sql);
      await assert.rejects(bi.execute(sql), { errno: 1227 }, sql);
    }
    await root.query('REVOKE SELECT ON prod.*.* FROM bi');
    await assert.rejects(bi.query('SELECT 1'), { errno: 1227 });
    const [left] = await there.query<RowDataPacket[]>('SELECT COUNT(*) AS n FROM shop.orders');
    assert.equal(Number(left[0]?.['n']), 2);
    for (const connection of [bi, root, there]) await connection.end();
  });
});
