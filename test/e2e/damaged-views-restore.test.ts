import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { rowsOf, settledJob, timestampOf } from '../support/jobs.ts';
import { blobFile, blobsOfSnapshot } from '../support/repository-folder.ts';
import { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

describe('a restore from a repository with damaged blobs', () => {
  let server: ServerProcess;
  let connection: Connection;
  let places = 0;
  let repository = '';
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-damaged-'));

  before(async () => {
    server = await ServerProcess.start();
    connection = await server.connect();
  });

  after(async () => {
    await connection.end();
    assert.equal(await server.stop(), 0);
    rmSync(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    repository = `r${++places}`;
    for (const sql of [
      'DROP DATABASE IF EXISTS shop',
      `CREATE REPOSITORY ${repository} WITH BROKER ON LOCATION "file://${place()}"`,
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE sale (id INT PRIMARY KEY, amount INT)',
      'INSERT INTO sale VALUES (1, 10), (2, 20)',
      'CREATE MATERIALIZED VIEW a_sums REFRESH DEFERRED MANUAL AS SELECT COUNT(*) AS n, SUM(amount) AS s FROM sale',
      'CREATE MATERIALIZED VIEW b_more REFRESH DEFERRED MANUAL AS SELECT n + 1 AS more FROM a_sums',
      'REFRESH MATERIALIZED VIEW a_sums WITH SYNC MODE',
      'REFRESH MATERIALIZED VIEW b_more WITH SYNC MODE',
      // What a refresh makes again is told from what was saved.
      `BACKUP SNAPSHOT shop.nightly TO ${repository}`,
    ]) {
      await connection.query(sql);
    }
    const job = await settledJob(connection, 'BACKUP', 'shop');
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
  });

  function place(): string {
    return path.join(folder, repository);
  }

  /** The file of the blob with the rows of an object, by its place in the snapshot: sale, a_sums, b_more. */
  function blobOf(object: 0 | 1 | 2): string {
    return blobFile(place(), repository, String(blobsOfSnapshot(place(), repository, 'nightly')[object]));
  }

  const harms = {
    'with a flipped bit': (file: string): void => {
      const bytes = readFileSync(file);
      const middle = bytes.length >> 1;
      bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
      writeFileSync(file, bytes);
    },
    'that is missing': (file: string): void => rmSync(file),
  } as const;

  async function restore(on = '', label = 'nightly'): Promise<RowDataPacket> {
    const timestamp = await timestampOf(connection, repository, label);
    await connection.query(
      `RESTORE SNAPSHOT shop.${label} FROM ${repository} ${on} PROPERTIES ("backup_timestamp" = "${timestamp}")`,
    );
    return settledJob(connection, 'RESTORE', 'shop');
  }

  async function stateOf(view: string): Promise<string> {
    const [row] = await rowsOf(connection, `SHOW MATERIALIZED VIEWS FROM shop LIKE '${view}'`);
    return row?.['is_active'] === 'true' ? 'active' : String(row?.['inactive_reason']);
  }

  async function value(sql: string): Promise<string | undefined> {
    const [row] = await rowsOf(connection, sql);
    return row && Object.values(row).join();
  }

  const filled = (sql: string): Promise<string> => until(`rows of ${sql}`, () => value(sql));

  for (const [name, harm] of Object.entries(harms)) {
    it(`fills a view again, one of whose blobs is one ${name}, and names both`, async () => {
      const blob = blobOf(1);
      harm(blob);
      await connection.query('DROP DATABASE shop');
      const job = await restore();
      assert.equal(job['State'], 'FINISHED', String(job['Status']));
      const message = String(job['TaskErrMsg']);
      assert.match(message, /^\[2: materialized view a_sums was restored without its rows, .*\]$/);
      assert(message.includes(path.basename(blob)), message);
      assert.equal(await value('SELECT COUNT(*), SUM(amount) FROM shop.sale'), '2,30');
      assert.equal(await value('SELECT more FROM shop.b_more'), '3');
      assert.equal(await filled('SELECT n, s FROM shop.a_sums'), '2,30');
      assert.equal(await stateOf('a_sums'), 'active');
    });

    it(`fails when a table's blob is one ${name}, and changes nothing`, async () => {
      harm(blobOf(0));
      await connection.query('INSERT INTO shop.sale VALUES (3, 30)');
      await connection.query('ALTER MATERIALIZED VIEW shop.a_sums INACTIVE');
      const job = await restore();
      assert.equal(job['State'], 'CANCELLED');
      assert.match(
        String(job['Status']),
        name.includes('bit') ? /BAD_FILE, msg: blob/ : /NOT_FOUND, msg: blob/,
      );
      assert.equal(await value('SELECT COUNT(*) FROM shop.sale'), '3');
      assert.equal(await value('SELECT n FROM shop.a_sums'), '2');
    });
  }

  it('saves a logical view that cannot be read, says why, and brings it back', async () => {
    for (const sql of [
      'CREATE TABLE shop.gone (a INT)',
      'CREATE VIEW shop.lost AS SELECT a FROM shop.gone',
      'CREATE VIEW shop.above AS SELECT * FROM shop.lost',
      'CREATE VIEW shop.names AS SELECT table_name FROM information_schema.tables',
      'DROP TABLE shop.gone',
      `BACKUP SNAPSHOT shop.weekly TO ${repository}`,
    ]) {
      await connection.query(sql);
    }
    const backup = await settledJob(connection, 'BACKUP', 'shop');
    assert.equal(backup['State'], 'FINISHED', String(backup['Status']));
    assert.equal(
      backup['TaskErrMsg'],
      "[4: view lost is saved and cannot be read: Table 'shop.gone' doesn't exist; " +
        "view above is saved and cannot be read: Table 'shop.gone' doesn't exist]",
    );
    await connection.query('DROP DATABASE shop');
    const restored = await restore('', 'weekly');
    assert.equal(restored['State'], 'FINISHED', String(restored['Status']));
    await assert.rejects(connection.query('SELECT * FROM shop.above'), { errno: 1356 });
    await connection.query('CREATE TABLE shop.gone (a INT)');
    await connection.query('INSERT INTO shop.gone VALUES (7)');
    assert.equal(await value('SELECT a FROM shop.above'), '7');
  });

  it('fills views that read each other one after another', async () => {
    harms['that is missing'](blobOf(1));
    harms['that is missing'](blobOf(2));
    await connection.query('DROP DATABASE shop');
    const job = await restore();
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    assert.match(String(job['TaskErrMsg']), /\[2: materialized view a_sums was restored without its rows/);
    assert.match(String(job['TaskErrMsg']), /\[3: materialized view b_more was restored without its rows/);
    assert.equal(await filled('SELECT more FROM shop.b_more'), '3');
  });

  it('leaves a view without rows inactive until its base is there, and fills it then', async () => {
    harms['that is missing'](blobOf(1));
    await connection.query('DROP DATABASE shop');
    const job = await restore('ON (MATERIALIZED VIEW a_sums)');
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    assert.equal(await stateOf('a_sums'), 'base-table dropped: sale');
    assert.equal(await value('SELECT COUNT(*) FROM shop.a_sums'), '0');
    await restore('ON (TABLE sale)');
    assert.equal(await filled('SELECT n, s FROM shop.a_sums'), '2,30');
  });

  it('leaves the inactive view that is there as it is, since it has rows', async () => {
    harms['that is missing'](blobOf(1));
    await connection.query('ALTER MATERIALIZED VIEW shop.a_sums INACTIVE');
    const job = await restore('ON (MATERIALIZED VIEW a_sums)');
    assert.equal(job['State'], 'FINISHED', String(job['Status']));
    assert.match(
      String(job['TaskErrMsg']),
      /^\[1: materialized view a_sums was not restored: blob '.*' is missing\]$/,
    );
    assert.equal(await value('SELECT n FROM shop.a_sums'), '2');
  });
});
