import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { rowsOf, settledJob, timestampOf } from '../support/jobs.ts';
import { ServerProcess } from '../support/server-process.ts';

describe('backup and restore through a real socket', () => {
  let server: ServerProcess;
  let connection: Connection;
  const place = mkdtempSync(path.join(tmpdir(), 'holdfast-repository-'));

  before(async () => {
    server = await ServerProcess.start();
    connection = await server.connect();
    await connection.query(`CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${place}"`);
    await connection.query('CREATE DATABASE shop');
    await connection.query('USE shop');
    await connection.query(
      'CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), price DECIMAL(10,2))',
    );
    await connection.query(`CREATE TABLE sale (id INT NOT NULL, sold DATE NOT NULL, PRIMARY KEY (id, sold))
      PARTITION BY RANGE COLUMNS (sold) (PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN ('2027-01-01'))`);
    await connection.query('CREATE VIEW dear AS SELECT name FROM item WHERE price > 5');
    await connection.query(
      `INSERT INTO item (name, price) VALUES ('pen', 1.20), ('inkwell', 9.99), (NULL, NULL)`,
    );
    await connection.query(`INSERT INTO sale VALUES (1, '2025-05-05'), (2, '2026-06-06')`);
  });

  after(async () => {
    await connection.end();
    assert.equal(await server.stop(), 0);
    rmSync(place, { recursive: true, force: true });
  });

  it('restores a dropped database with its rows, views and counters', async () => {
    await connection.query('BACKUP SNAPSHOT shop.nightly TO r');
    const job = await settledJob(connection, 'BACKUP', 'shop');
    assert.equal(job['State'], 'FINISHED');
    assert.equal(job['Status'], '[OK]');
    const before = await rowsOf(connection, 'SELECT * FROM shop.item ORDER BY id');
    await connection.query('DROP DATABASE shop');
    const timestamp = await timestampOf(connection, 'r', 'nightly');
    await connection.query(
      `RESTORE SNAPSHOT shop.nightly FROM r PROPERTIES ("backup_timestamp" = "${timestamp}")`,
    );
    const restored = await settledJob(connection, 'RESTORE', 'shop');
    assert.equal(restored['State'], 'FINISHED', String(restored['Status']));
    assert.deepEqual(await rowsOf(connection, 'SELECT * FROM shop.item ORDER BY id'), before);
    assert.deepEqual(await rowsOf(connection, 'SELECT * FROM shop.dear'), [{ name: 'inkwell' }]);
    await connection.query('USE shop');
    await connection.query(`INSERT INTO item (name) VALUES ('next')`);
    const [last] = await rowsOf(connection, 'SELECT MAX(id) AS id FROM item');
    assert.equal(Number(last?.['id']), 4);
  });

  it('restores one table under another name beside the first', async () => {
    const timestamp = await timestampOf(connection, 'r', 'nightly');
    await connection.query(
      `RESTORE SNAPSHOT shop.nightly FROM r ON (item AS item_old) PROPERTIES ("backup_timestamp" = "${timestamp}")`,
    );
    const job = await settledJob(connection, 'RESTORE', 'shop');
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    const [count] = await rowsOf(connection, 'SELECT COUNT(*) AS n FROM shop.item_old');
    assert.equal(Number(count?.['n']), 3);
  });

  it('backs up one partition of a table', async () => {
    await connection.query('BACKUP SNAPSHOT shop.part TO r ON (sale PARTITION (p1))');
    const job = await settledJob(connection, 'BACKUP', 'shop');
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    assert.equal(job['BackupObjs'], '[shop.salePARTITIONS (p1)]');
  });

  it('refuses a label in use, and names what else is wrong', async () => {
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['BACKUP SNAPSHOT shop.nightly TO r', 5064, /Snapshot with name 'nightly' already exist in repository/],
      ['BACKUP SNAPSHOT shop.x TO nowhere', 5064, /Repository \[nowhere\] does not exist/],
      ['BACKUP SNAPSHOT nodb.x TO r', 5501, /Unknown database 'nodb'/],
      ['BACKUP SNAPSHOT shop.x TO r ON (ghost)', 1064, /Incorrect table name 'ghost'/],
      ['BACKUP SNAPSHOT shop.x TO r ON (sale PARTITION (p9))', 1064, /p9/],
      [
        'BACKUP SNAPSHOT shop.x TO r PROPERTIES ("speed" = "9")',
        1064,
        /Unknown backup job properties: \[speed\]/,
      ],
      ['RESTORE SNAPSHOT shop.nightly FROM r', 1064, /Missing backup_timestamp property/],
      ['BACKUP SNAPSHOT shop.x TOO r', 1064, /Getting syntax error at line 1, column \d+/],
      [`CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${place}"`, 5064, /same name already exist/],
      ['DROP REPOSITORY none', 5064, /Repository does not exist/],
    ];
    for (const [sql, number, text] of cases) {
      await assert.rejects(connection.query(sql), (error: Error & { errno?: number }) => {
        assert.match(error.message, text);
        assert.equal(error.errno, number, sql);
        return true;
      });
    }
  });

  it('stops a restore at a damaged blob before the target is touched', async () => {
    await connection.query('BACKUP SNAPSHOT shop.damaged TO r ON (item)');
    await settledJob(connection, 'BACKUP', 'shop');
    const root = path.join(place, '__holdfast_repository_r');
    const manifest = readdirSync(path.join(root, 'snapshots', 'damaged'))[0] as string;
    const text = readFileSync(path.join(root, 'snapshots', 'damaged', manifest, 'manifest.json'), 'utf8');
    const sha256 = /"sha256":\s*"([0-9a-f]{64})"/.exec(text)?.[1] as string;
    const blob = path.join(root, 'blobs', sha256.slice(0, 2), `${sha256}.parquet`);
    const bytes = readFileSync(blob);
    const intact = Buffer.from(bytes);
    bytes.writeUInt8(bytes.readUInt8(20) ^ 1, 20);
    writeFileSync(blob, bytes);
    const before = await rowsOf(connection, 'SELECT * FROM shop.item ORDER BY id');
    await connection.query(
      `RESTORE SNAPSHOT shop.damaged FROM r PROPERTIES ("backup_timestamp" = "${manifest}")`,
    );
    const job = await settledJob(connection, 'RESTORE', 'shop');
    writeFileSync(blob, intact);
    assert.equal(job['State'], 'CANCELLED');
    assert.match(String(job['Status']), /^\[BAD_FILE, msg: /);
    assert.ok(String(job['Status']).includes(sha256));
    assert.deepEqual(await rowsOf(connection, 'SELECT * FROM shop.item ORDER BY id'), before);
  });

  it('shows the same snapshots on a second server that knows the repository', async () => {
    await using other = await ServerProcess.start();
    const second = await other.connect();
    await second.query(`CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${place}"`);
    assert.deepEqual(
      await rowsOf(second, 'SHOW SNAPSHOT ON r'),
      await rowsOf(connection, 'SHOW SNAPSHOT ON r'),
    );
    const timestamp = await timestampOf(second, 'r', 'nightly');
    await second.query(`RESTORE SNAPSHOT nightly FROM r PROPERTIES ("backup_timestamp" = "${timestamp}")`);
    const job = await settledJob(second, 'RESTORE', 'shop');
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    const [count] = await rowsOf(second, 'SELECT COUNT(*) AS n FROM shop.item');
    assert.equal(Number(count?.['n']), 3);
    await second.end();
  });
});
