import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { rowsOf, settledJob, timestampOf } from '../support/jobs.ts';
import { ServerProcess } from '../support/server-process.ts';

describe('backup and restore of materialized views', () => {
  let server: ServerProcess;
  let connection: Connection;
  const place = mkdtempSync(path.join(tmpdir(), 'holdfast-repository-'));
  let labels = 0;
  let label = '';

  before(async () => {
    server = await ServerProcess.start();
    connection = await server.connect();
    await connection.query(`CREATE REPOSITORY r WITH BROKER ON LOCATION "file://${place}"`);
  });

  after(async () => {
    await connection.end();
    assert.equal(await server.stop(), 0);
    rmSync(place, { recursive: true, force: true });
  });

  beforeEach(async () => {
    for (const database of ['shop', 'copy', 'apart'])
      await connection.query(`DROP DATABASE IF EXISTS ${database}`);
    for (const sql of [
      'CREATE DATABASE apart',
      'CREATE TABLE apart.rate (code CHAR(3), rate DOUBLE)',
      "INSERT INTO apart.rate VALUES ('EUR', 2)",
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE sale (id INT PRIMARY KEY, day DATE, amount INT, code CHAR(3))',
      "INSERT INTO sale VALUES (1, '2026-01-05', 10, 'EUR'), (2, '2026-02-06', 20, 'EUR')",
      'CREATE VIEW big AS SELECT * FROM sale WHERE amount > 5',
      'CREATE MATERIALIZED VIEW z_last PARTITION BY (m) REFRESH ASYNC EVERY(INTERVAL 1 DAY) AS ' +
        "SELECT date_trunc('month', day) AS m, SUM(amount) AS t FROM big GROUP BY 1",
      "CREATE MATERIALIZED VIEW a_first (m, total) COMMENT 'by month' REFRESH DEFERRED MANUAL AS " +
        'SELECT m, SUM(t) FROM z_last GROUP BY m',
      'CREATE MATERIALIZED VIEW euros REFRESH DEFERRED MANUAL AS ' +
        'SELECT sale.id, amount * rate AS e FROM sale JOIN apart.rate ON sale.code = rate.code',
    ]) {
      await connection.query(sql);
    }
    for (const view of ['z_last', 'a_first', 'euros']) {
      await connection.query(`REFRESH MATERIALIZED VIEW ${view} WITH SYNC MODE`);
    }
    label = `l${++labels}`;
  });

  async function backup(rest = ''): Promise<RowDataPacket> {
    await connection.query(`BACKUP SNAPSHOT shop.${label} TO r ${rest}`);
    const job = await settledJob(connection, 'BACKUP', 'shop');
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    return job;
  }

  async function restore(database = 'shop', on = ''): Promise<RowDataPacket> {
    const timestamp = await timestampOf(connection, 'r', label);
    await connection.query(
      `RESTORE SNAPSHOT ${database}.${label} FROM r ${on} PROPERTIES ("backup_timestamp" = "${timestamp}")`,
    );
    const job = await settledJob(connection, 'RESTORE', database);
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    return job;
  }

  async function states(database = 'shop'): Promise<Readonly<Record<string, string>>> {
    const rows = await rowsOf(connection, `SHOW MATERIALIZED VIEWS FROM ${database}`);
    return Object.fromEntries(
      rows.map((row) => [
        String(row['name']),
        row['is_active'] === 'true' ? 'active' : String(row['inactive_reason']),
      ]),
    );
  }

  const values = async (sql: string): Promise<readonly unknown[][]> =>
    (await rowsOf(connection, sql)).map((row) => Object.values(row).map(String));
  const months = [
    ['2026-01-01', '10'],
    ['2026-02-01', '20'],
  ];

  it('answers from the saved rows right after the restore, with its schedule', async () => {
    const job = await backup();
    assert.match(String(job['TaskErrMsg']), /apart\.rate: base of euros, outside of database shop/);
    const [details] = await rowsOf(
      connection,
      `SHOW SNAPSHOT ON r WHERE SNAPSHOT = '${label}' AND TIMESTAMP = '${await timestampOf(connection, 'r', label)}'`,
    );
    const order = Object.keys(
      (JSON.parse(String(details?.['Details'])) as { backup_objects: object }).backup_objects,
    );
    assert.deepEqual(order, ['sale', 'big', 'z_last', 'a_first', 'euros']);
    await connection.query('DROP DATABASE shop');
    await restore();
    await connection.query('USE shop');
    assert.deepEqual(await states(), { a_first: 'active', euros: 'active', z_last: 'active' });
    assert.deepEqual(await values('SELECT m, total FROM a_first ORDER BY m'), months);
    assert.deepEqual(await values('SELECT e FROM euros ORDER BY id'), [['20'], ['40']]);
    const [shown] = await rowsOf(connection, 'SHOW CREATE MATERIALIZED VIEW z_last');
    assert.match(
      String(Object.values(shown ?? {})[1]),
      /PARTITION BY \(`m`\)\nREFRESH ASYNC EVERY\(INTERVAL 1 DAY\)/,
    );
    const tasks = await values('SELECT SCHEDULE FROM information_schema.tasks ORDER BY SCHEDULE');
    assert.deepEqual(tasks, [['ASYNC EVERY(INTERVAL 1 DAY)'], ['MANUAL'], ['MANUAL']]);
    await connection.query("INSERT INTO sale VALUES (3, '2026-02-07', 30, 'EUR')");
    await connection.query('REFRESH MATERIALIZED VIEW z_last WITH SYNC MODE');
    assert.deepEqual(await values('SELECT t FROM z_last ORDER BY m'), [['10'], ['50']]);
  });

  it('follows a renamed database and renamed bases', async () => {
    await backup();
    await restore('copy', 'ON (TABLE sale AS sold, VIEW big, MATERIALIZED VIEW euros AS money)');
    await connection.query('USE copy');
    assert.deepEqual(await states('copy'), { money: 'active' });
    await connection.query("INSERT INTO copy.sold VALUES (9, '2026-01-01', 100, 'EUR')");
    await connection.query('REFRESH MATERIALIZED VIEW copy.money WITH SYNC MODE');
    assert.deepEqual(await values('SELECT e FROM copy.money ORDER BY id'), [['20'], ['40'], ['200']]);
    assert.deepEqual(await values('SELECT COUNT(*) FROM shop.euros'), [['2']]);
  });

  it('waits, inactive, for bases that are not there, and becomes active with them', async () => {
    await backup();
    await connection.query('DROP DATABASE shop');
    await restore('shop', 'ON (ALL MATERIALIZED VIEWS)');
    await connection.query('USE shop');
    assert.deepEqual(await states(), {
      a_first: 'base-mv inactive: z_last',
      euros: 'base-table dropped: sale',
      z_last: 'base-table dropped: big',
    });
    assert.deepEqual(await values('SELECT m, total FROM a_first ORDER BY m'), months);
    await restore('shop', 'ON (TABLE sale, VIEW big)');
    assert.deepEqual(await states(), { a_first: 'active', euros: 'active', z_last: 'active' });
  });

  it('leaves an active view alone, replaces an inactive one, and never fails for one', async () => {
    await backup();
    await connection.query('DELETE FROM sale WHERE id = 1');
    await connection.query('REFRESH MATERIALIZED VIEW z_last WITH SYNC MODE');
    await connection.query('ALTER MATERIALIZED VIEW a_first INACTIVE');
    await connection.query('DROP MATERIALIZED VIEW euros');
    await connection.query('CREATE TABLE euros (id INT)');
    const job = await restore('shop', 'ON (ALL MATERIALIZED VIEWS)');
    assert.match(String(job['TaskErrMsg']), /euros is there and is no materialized view/);
    assert.deepEqual(await values('SELECT t FROM z_last'), [['20']]);
    assert.deepEqual(await values('SELECT m, total FROM a_first ORDER BY m'), months);
    assert.deepEqual(await states(), { a_first: 'active', z_last: 'active' });
  });

  it('does not fetch the rows of a view that it leaves alone', async () => {
    await backup('ON (MATERIALIZED VIEW z_last)');
    for (const file of readdirSync(place, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.parquet')) rmSync(path.join(place, file));
    }
    await restore();
    assert.deepEqual(await values('SELECT t FROM z_last ORDER BY m'), [['10'], ['20']]);
  });

  it('names a view that it leaves out under the task of that view', async () => {
    await backup('ON (TABLE sale, MATERIALIZED VIEW euros)');
    await connection.query('DROP MATERIALIZED VIEW euros');
    await connection.query('CREATE TABLE euros (id INT)');
    const job = await restore();
    assert.equal(
      job['TaskErrMsg'],
      '[2: materialized view euros was not restored: euros is there and is no materialized view]',
    );
  });

  it('saves a synchronous one with its table', async () => {
    await connection.query(
      "CREATE MATERIALIZED VIEW per_code COMMENT 'c' AS SELECT code, SUM(amount) AS s FROM sale GROUP BY code",
    );
    await backup('ON (TABLE sale)');
    await restore('copy', 'ON (TABLE sale AS sold)');
    await connection.query("INSERT INTO copy.sold VALUES (7, '2026-01-01', 70, 'USD')");
    const sums = await values('SELECT code, s FROM copy.per_code ORDER BY code');
    assert.deepEqual(sums, [
      ['EUR', '30'],
      ['USD', '70'],
    ]);
    const [row] = await rowsOf(connection, "SHOW MATERIALIZED VIEWS FROM copy LIKE 'per%'");
    assert.deepEqual(
      [row?.['refresh_type'], row?.['is_active'], Number(row?.['rows']), row?.['task_name']],
      ['ROLLUP', 'true', 2, null],
    );
    assert.match(
      String(row?.['text']),
      /^CREATE MATERIALIZED VIEW `per_code` \(`code`, `s`\)\nCOMMENT "c"\nAS SELECT/,
    );
    const described = await values('DESC copy.sold ALL');
    assert.deepEqual(
      described.map(([index, , field]) => `${String(index)}/${String(field)}`),
      ['sold/id', '/day', '/amount', '/code', '/', 'per_code/code', '/s'],
    );
    const [altered] = await rowsOf(connection, 'SHOW ALTER MATERIALIZED VIEW FROM copy');
    assert.deepEqual([altered?.['RollupIndexName'], altered?.['State']], ['per_code', 'FINISHED']);
    const [told] = await rowsOf(
      connection,
      "SELECT REFRESH_TYPE FROM information_schema.materialized_views WHERE TABLE_SCHEMA = 'copy'",
    );
    assert.equal(told?.['REFRESH_TYPE'], 'ROLLUP');
  });

  it('saves one view alone, and none where the server is told so', async () => {
    await backup('ON (MATERIALIZED VIEW euros)');
    await connection.query('DROP MATERIALIZED VIEW euros');
    await restore('shop', 'ON (MATERIALIZED VIEW euros AS again)');
    assert.deepEqual(await values('SELECT e FROM again ORDER BY id'), [['20'], ['40']]);
    await connection.query('ADMIN SET FRONTEND CONFIG ("enable_backup_materialized_view" = "false")');
    label = `l${++labels}`;
    const job = await backup();
    assert.equal(job['BackupObjs'], '[shop.sale], [shop.big]');
    await connection.query('ADMIN SET FRONTEND CONFIG ("enable_backup_materialized_view" = "true")');
  });
});
