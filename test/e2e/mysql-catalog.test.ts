import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CatalogWorld } from '../support/catalog-world.ts';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { until } from '../support/until.ts';

const skip = mariadbSkipReason() || skipReason(findMariadbClient(), 'mariadb-client');

/** A shop with a bit of each: counters, partitions, a foreign key, a view, a trigger, programs; some 4 MB of noise. */
const shop: readonly string[] = [
  'CREATE DATABASE shop',
  'USE shop',
  'CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), price DECIMAL(10,2), UNIQUE (name))',
  "INSERT INTO item (name, price) VALUES ('pen', 1.20), ('größe 光', 9.99), (NULL, NULL)",
  `CREATE TABLE sale (id INT NOT NULL, sold DATE NOT NULL, item INT, PRIMARY KEY (id, sold)) PARTITION BY RANGE COLUMNS (sold)
     (PARTITION p1 VALUES LESS THAN ('2026-01-01'), PARTITION p2 VALUES LESS THAN ('2027-01-01'))`,
  "INSERT INTO sale SELECT seq, '2025-01-01' + INTERVAL seq % 700 DAY, 1 + seq % 3 FROM seq_1_to_2000",
  'CREATE TABLE note (id INT PRIMARY KEY, item INT, body BLOB, FOREIGN KEY (item) REFERENCES item (id))',
  'INSERT INTO note SELECT seq, 1 + seq % 3, RANDOM_BYTES(1000) FROM seq_1_to_4000',
  'CREATE VIEW dear AS SELECT name FROM item WHERE price > 5',
  'CREATE TRIGGER loud BEFORE INSERT ON item FOR EACH ROW SET NEW.name = UPPER(NEW.name)',
  'CREATE FUNCTION twice(x INT) RETURNS INT DETERMINISTIC RETURN x * 2',
  'CREATE PROCEDURE cheap() SELECT name FROM item WHERE price < 5',
];

const tables = ['item', 'sale', 'note'];

describe('the databases of a catalog, as its user saves and restores them', { skip }, () => {
  let world: CatalogWorld;
  let moment = '';
  /** Of the shop's tables as they were backed up. */
  let sums: readonly string[] = [];

  before(async () => {
    world = await CatalogWorld.open();
    await world.direct(world.prod, ...shop);
    sums = await checksums(world, 'prod', 'shop');
    await world.ask('SET CATALOG prod', 'USE shop', 'BACKUP SNAPSHOT nightly TO repo');
    await world.finished('BACKUP', 'prod.shop');
    moment = await world.moment('nightly');
  });

  after(async () => world[Symbol.asyncDispose]());

  it('restores a database that was dropped, to the same server', async () => {
    await world.ask('SET CATALOG prod', 'DROP DATABASE shop');
    await world.ask('SET CATALOG prod', `RESTORE SNAPSHOT nightly FROM repo ${moment}`);
    await world.finished('RESTORE', 'prod.shop');
    assert.deepEqual(await checksums(world, 'prod', 'shop'), sums);
    const used = await world.ask(
      'SET CATALOG prod',
      'USE shop',
      'SELECT twice(21), name FROM dear',
      'CALL cheap()',
    );
    assert.equal(used, '42\tgröße 光\npen');
  });

  it('restores three tables under other names beside the first', async () => {
    const list = tables.map((table) => `${table} AS ${table}_old`).join(', ');
    await world.ask(`RESTORE SNAPSHOT prod.shop.nightly FROM repo ON (${list}) ${moment}`);
    await world.finished('RESTORE', 'prod.shop');
    assert.deepEqual(await checksums(world, 'prod', 'shop', '_old'), sums);
    assert.deepEqual(await checksums(world, 'prod', 'shop'), sums);
  });

  it('restores one partition and leaves the other as it is', async () => {
    await world.direct(world.prod, 'DELETE FROM shop.sale');
    await world.ask(
      `RESTORE SNAPSHOT nightly FROM repo DATABASE prod.shop ON (sale PARTITION (p1)) ${moment}`,
    );
    await world.finished('RESTORE', 'prod.shop');
    const left = 'SELECT COUNT(*), MAX(sold) FROM shop.sale';
    assert.equal(
      await world.direct(world.prod, left),
      await world.direct(
        world.prod,
        "SELECT COUNT(*), MAX(sold) FROM shop.sale_old WHERE sold < '2026-01-01'",
      ),
    );
  });

  it('restores to another server and under another name, without what EXCLUDE names', async () => {
    await world.ask(`RESTORE SNAPSHOT nightly FROM repo DATABASE other.shop AS copy ${moment}`);
    await world.finished('RESTORE', 'other.copy');
    assert.deepEqual(await checksums(world, 'other', 'copy'), sums);
    await world.ask(`RESTORE SNAPSHOT other.less.nightly FROM repo EXCLUDE (VIEW dear, note) ${moment}`);
    await world.finished('RESTORE', 'other.less');
    assert.equal(await world.direct(world.other, 'SHOW TABLES FROM less'), 'item\nsale');
  });

  it('restores tables into the embedded engine, and those of the engine to a server', async () => {
    await world.ask(`RESTORE SNAPSHOT default_catalog.inside.nightly FROM repo ON (item, sale) ${moment}`);
    await world.finished('RESTORE', 'default_catalog.inside');
    const shown = await world.ask('SHOW RESTORE FROM default_catalog.inside');
    assert.match(shown, /trigger 'loud' of table item was not restored: the embedded engine has none/);
    const rows = 'SELECT * FROM inside.item ORDER BY id';
    assert.equal(await world.ask(rows), '1\tpen\t1.20\n2\tgröße 光\t9.99\n3\tNULL\tNULL');
    await world.ask('BACKUP SNAPSHOT inside.again TO repo');
    await world.finished('BACKUP', 'default_catalog.inside');
    await world.ask(`RESTORE SNAPSHOT other.inside.again FROM repo ${await world.moment('again')}`);
    await world.finished('RESTORE', 'other.inside');
    assert.equal(await world.direct(world.other, rows), await world.ask(rows));
    const count = "SELECT COUNT(*), MIN(sold) FROM inside.sale WHERE sold < '2026-01-01'";
    assert.equal(await world.direct(world.other, count), await world.ask(count));
  });

  it('takes names of catalogs wherever a database stands', async () => {
    await world.ask('BACKUP SNAPSHOT prod.shop.second TO repo EXCLUDE (note)');
    await world.finished('BACKUP', 'prod.shop');
    const shown = await world.ask('SET CATALOG prod', 'USE shop', 'SHOW BACKUP');
    assert.match(shown, /\tsecond\tshop\tFINISHED\t\[shop\.item\], \[shop\.item_old\]/);
    assert.equal(await world.ask('USE information_schema', 'SHOW BACKUP'), await world.ask('SHOW BACKUP'));
  });

  it('says what is wrong with a name', async () => {
    const cases: readonly (readonly [statement: string, error: string])[] = [
      [
        'BACKUP SNAPSHOT prod.nosuch.x TO repo',
        "ERROR 5501 (3F000): Unknown database 'nosuch'. SHOW DATABASES FROM prod lists those that are there.",
      ],
      [
        'BACKUP SNAPSHOT nosuch.shop.x TO repo',
        "ERROR 5061 (42000): Unknown catalog 'nosuch'. SHOW CATALOGS lists those that are there.",
      ],
      [
        'SHOW RESTORE FROM other.nosuch',
        "ERROR 5501 (3F000): Unknown database 'nosuch'. SHOW DATABASES FROM other lists those that are there.",
      ],
      [
        'CANCEL BACKUP FROM other.mysql',
        'ERROR 5064 (42000): No backup job is currently running. SHOW BACKUP tells how the last ones ended.',
      ],
      [
        'BACKUP SNAPSHOT prod.shop.x TO repo ON (nosuch)',
        "ERROR 1064 (HY000): Getting analyzing error. Detail message: Incorrect table name 'nosuch'. SHOW FULL TABLES lists those that are there.",
      ],
      [
        `RESTORE SNAPSHOT prod.shop.nightly FROM repo ON (sale PARTITION (p9)) ${moment}`,
        'ERROR 5064 (42000): Partition p9 of table sale does not exist in snapshot nightly',
      ],
    ];
    for (const [statement, error] of cases) assert.equal(await world.refusal(statement), error);
  });

  it('cancels a job of a catalog and leaves its label free', async () => {
    await renewNotes(world, 'shop.note');
    await slowly(world, 'max_upload_speed_kbps');
    await world.ask('BACKUP SNAPSHOT prod.shop.stopped TO repo ON (note)');
    await world.reached('BACKUP', 'prod.shop', ['UPLOADING']);
    await world.ask('CANCEL BACKUP FROM prod.shop');
    const { state, status } = (await world.job('BACKUP', 'prod.shop')) ?? {};
    assert.equal(`${state} ${status}`, 'CANCELLED [COMMON_ERROR, msg: user cancelled]');
    await fully(world, 'max_upload_speed_kbps');
    await world.ask('BACKUP SNAPSHOT prod.shop.stopped TO repo ON (item)');
    await world.finished('BACKUP', 'prod.shop');
  });

  it('goes on with a backup that kill -9 met while uploading', async () => {
    await renewNotes(world, 'shop.note_old');
    const sum = await checksum(world, 'prod', 'shop.note_old');
    await slowly(world, 'max_upload_speed_kbps');
    await world.ask('BACKUP SNAPSHOT prod.shop.killed TO repo ON (note_old)');
    assert.equal((await world.reached('BACKUP', 'prod.shop', ['UPLOADING'])).state, 'UPLOADING');
    await world.kill();
    await world.start();
    await fully(world, 'max_upload_speed_kbps');
    await world.finished('BACKUP', 'prod.shop');
    await world.ask(
      `RESTORE SNAPSHOT other.killed.killed FROM repo ON (note_old AS note) ${await world.moment('killed')}`,
    );
    await world.finished('RESTORE', 'other.killed');
    assert.equal(await checksum(world, 'other', 'killed.note'), sum);
  });

  it('goes on with a restore that kill -9 met while downloading', async () => {
    await slowly(world, 'max_download_speed_kbps');
    await world.ask(`RESTORE SNAPSHOT other.resumed.nightly FROM repo ${moment}`);
    assert.equal((await world.reached('RESTORE', 'other.resumed', ['DOWNLOADING'])).state, 'DOWNLOADING');
    await world.kill();
    await world.start();
    await fully(world, 'max_download_speed_kbps');
    await world.finished('RESTORE', 'other.resumed');
    assert.deepEqual(await checksums(world, 'other', 'resumed'), sums);
    await world.withoutShadows(world.other);
  });

  it('starts without a server of its jobs, says what they wait for, and cleans up when it is back', async () => {
    await slowly(world, 'max_download_speed_kbps');
    await world.ask(`RESTORE SNAPSHOT other.lost.nightly FROM repo ${moment}`);
    await world.reached('RESTORE', 'other.lost', ['DOWNLOADING']);
    await world.kill();
    await world.other.goDown();
    await world.start();
    const refused = await world.refusal('SHOW TABLES FROM other.mysql');
    assert.match(refused, /^ERROR 1429 /);
    await until('a restore that says what it waits for', async () => {
      const jobs = await world.ask('SET CATALOG other', 'SHOW RESTORE');
      return /the server .* cannot be reached|ECONNREFUSED/.test(jobs) ? true : undefined;
    });
    await world.ask('CANCEL RESTORE FROM other.lost');
    assert.match(await world.settledOf('RESTORE', 'other'), /\tCANCELLED\t/);
    await world.other.comeBack();
    await fully(world, 'max_download_speed_kbps');
    await world.withoutShadows(world.other);
    await world.ask(`RESTORE SNAPSHOT other.lost.nightly FROM repo ${moment}`);
    await world.finished('RESTORE', 'other.lost');
    assert.deepEqual(await checksums(world, 'other', 'lost'), sums);
  });
});

type Server = 'prod' | 'other';

async function checksums(
  world: CatalogWorld,
  server: Server,
  database: string,
  suffix = '',
): Promise<readonly string[]> {
  return Promise.all(tables.map((table) => checksum(world, server, `${database}.${table}${suffix}`)));
}

/** The server's own, so that nothing of ours takes part in it. */
async function checksum(world: CatalogWorld, server: Server, table: string): Promise<string> {
  const [, sum = ''] = (await world.direct(world[server], `CHECKSUM TABLE ${table}`)).split('\t');
  return sum;
}

/** What the repository has is not sent again, however slowly. */
async function renewNotes(world: CatalogWorld, table: string): Promise<void> {
  await world.direct(world.prod, `UPDATE ${table} SET body = RANDOM_BYTES(1000)`);
}

/** Kilobytes a second: the notes, which nothing makes smaller, then take longer than it takes to look. */
async function slowly(world: CatalogWorld, setting: string): Promise<void> {
  await world.ask(`ADMIN SET FRONTEND CONFIG ("${setting}" = "200")`);
}

async function fully(world: CatalogWorld, setting: string): Promise<void> {
  await world.ask(`ADMIN SET FRONTEND CONFIG ("${setting}" = "0")`);
}
