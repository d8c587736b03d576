import assert from 'node:assert/strict';
import { cp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SqlErrorKind } from '../../../src/base/sql-error.ts';
import { World } from '../world.ts';

describe('RESTORE SNAPSHOT', () => {
  let world: World;
  let stamp = '';
  before(async () => {
    world = await World.open();
    const statements = [
      `CREATE REPOSITORY r WITH BROKER ON LOCATION "${world.place()}"`,
      'CREATE DATABASE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(40))',
      "INSERT INTO shop.item VALUES (1, 'pen'), (2, 'ink')",
      'CREATE VIEW shop.names AS SELECT name FROM shop.item',
      'BACKUP SNAPSHOT shop.all_of_it TO r',
    ];
    for (const statement of statements) await world.run(statement);
    await world.settled();
    const [snapshot] = await world.rows("SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'all_of_it'");
    stamp = `"backup_timestamp" = "${snapshot?.[1]}"`;
  });
  after(() => world[Symbol.asyncDispose]());

  /** State, RestoreObjs and Status of the restore. */
  async function restore(sql: string, database: string): Promise<readonly unknown[]> {
    await world.run(sql);
    await world.settled();
    const [job] = await world.rows(`SHOW RESTORE FROM ${database}`);
    return [job?.[4], job?.[7], job?.[16]];
  }

  it('brings everything back where it was', async () => {
    await world.run('DROP DATABASE shop');
    const sql = `RESTORE SNAPSHOT shop.all_of_it FROM r PROPERTIES (${stamp})`;
    assert.deepEqual(await restore(sql, 'shop'), ['FINISHED', 'item, names', '[OK]']);
    assert.deepEqual(await world.rows('SELECT * FROM shop.names ORDER BY name'), [['ink'], ['pen']]);
  });

  it('takes the database of the snapshot when none is named', async () => {
    await world.run('DROP DATABASE shop');
    const sql = `RESTORE SNAPSHOT all_of_it FROM r PROPERTIES (${stamp}, "replication_num" = "1")`;
    assert.deepEqual(await restore(sql, 'shop'), ['FINISHED', 'item, names', '[OK]']);
  });

  it('brings a database back under another name', async () => {
    const sql = `RESTORE SNAPSHOT all_of_it FROM r DATABASE shop AS copy PROPERTIES (${stamp})`;
    assert.deepEqual(await restore(sql, 'copy'), ['FINISHED', 'item, names', '[OK]']);
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM copy.item'), [['2']]);
  });

  it('brings a table back under another name', async () => {
    const sql = `RESTORE SNAPSHOT shop.all_of_it FROM r ON (item AS item_old) PROPERTIES (${stamp})`;
    assert.deepEqual(await restore(sql, 'shop'), ['FINISHED', 'item AS item_old', '[OK]']);
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM shop.item_old'), [['2']]);
  });

  it('is explained, with rows and bytes, and without a job', async () => {
    const jobs = world.services.scheduler.list().length;
    const sql = `RESTORE SNAPSHOT shop.all_of_it FROM r ON (item AS fresh, names) PROPERTIES (${stamp})`;
    const [table, view, ...others] = await world.rows(`EXPLAIN ${sql}`);
    const [, , , , , , bytes] = table ?? [];
    assert.deepEqual(table, ['TABLE', 'item', 'fresh', 'CREATE', null, '2', bytes, null]);
    assert.ok(Number(bytes) > 100, 'the size of a Parquet file');
    assert.deepEqual(view, ['VIEW', 'names', 'names', 'REPLACE', null, null, null, null]);
    assert.deepEqual(others, []);
    assert.equal(world.services.scheduler.list().length, jobs);
    await world.refuses(
      `EXPLAIN ${sql.replace('item', 'no_such')}`,
      'backup',
      /no_such does not exist in snapshot/,
    );
    await world.refuses(`EXPLAIN ${sql.replace(' r ', ' nowhere ')}`, 'backup', /nowhere/);
  });

  it('is cancelled by a table of another form, which stays as it was', async () => {
    await world.run('CREATE TABLE copy.other (id INT PRIMARY KEY, colour INT)');
    const sql = `RESTORE SNAPSHOT copy.all_of_it FROM r ON (item AS other) PROPERTIES (${stamp})`;
    const [state, , status] = await restore(sql, 'copy');
    assert.equal(state, 'CANCELLED');
    assert.match(String(status), /^\[COMMON_ERROR, msg: Table other already exist but with different schema/);
    assert.deepEqual(await world.rows('SELECT * FROM copy.other'), []);
  });

  it('takes the one of two snapshots under one label that the timestamp names', async () => {
    const folder = path.join(fileURLToPath(world.place()), '__holdfast_repository_r', 'snapshots', 'twice');
    await world.run('CREATE DATABASE two');
    await world.run('CREATE TABLE two.t (id INT)');
    // As two servers leave it that have made the same label in the same moment.
    for (const id of [1, 2]) {
      await world.run(`INSERT INTO two.t VALUES (${id})`);
      await world.run('BACKUP SNAPSHOT two.twice TO r');
      await world.settled();
      if (id === 1) await rename(folder, `${folder}.aside`);
    }
    await cp(`${folder}.aside`, folder, { recursive: true });
    await rm(`${folder}.aside`, { recursive: true });
    const snapshots = await world.rows("SHOW SNAPSHOT ON r WHERE SNAPSHOT = 'twice'");
    assert.equal(snapshots.length, 2);
    for (const [index, [, timestamp]] of snapshots.entries()) {
      await restore(
        `RESTORE SNAPSHOT two.twice FROM r PROPERTIES ("backup_timestamp" = "${timestamp}")`,
        'two',
      );
      assert.deepEqual(await world.rows('SELECT COUNT(*) FROM two.t'), [[String(index + 1)]]);
    }
  });

  it('takes the only partition of a table without partitions, which has the table’s name', async () => {
    const sql = `RESTORE SNAPSHOT shop.all_of_it FROM r ON (item PARTITION (item) AS whole) PROPERTIES (${stamp})`;
    assert.deepEqual(await restore(sql, 'shop'), ['FINISHED', 'item AS whole', '[OK]']);
    assert.deepEqual(await world.rows('SELECT COUNT(*) FROM shop.whole'), [['2']]);
  });

  it('is refused while another job works in its database, which goes on', async () => {
    const sql = `RESTORE SNAPSHOT shop.all_of_it FROM r PROPERTIES (${stamp})`;
    await world.run(sql);
    const message = /Can only run one backup or restore job of a database at same time/;
    await world.refuses(sql, 'backup', message);
    await world.refuses(sql.replace('shop.', 'SHOP.'), 'backup', message);
    await world.refuses('BACKUP SNAPSHOT shop.meanwhile TO r', 'backup', message);
    await world.refuses('DROP TABLE shop.item', 'backup', /Table item's state is not NORMAL: RESTORE/);
    await world.settled();
    assert.equal((await world.rows('SHOW RESTORE FROM shop'))[0]?.[4], 'FINISHED');
  });

  const from = 'RESTORE SNAPSHOT shop.all_of_it FROM r';
  const refusals: readonly (readonly [string, SqlErrorKind, RegExp])[] = [
    [from, 'analysis', /Missing backup_timestamp property/],
    ['RESTORE SNAPSHOT shop.x FROM none PROPERTIES (STAMP)', 'backup', /Repository \[none\] does not exist/],
    [
      'RESTORE SNAPSHOT shop.x FROM r PROPERTIES (STAMP)',
      'backup',
      /Failed to get info of snapshot 'x' because/,
    ],
    [`${from} PROPERTIES ("backup_timestamp" = "")`, 'backup', /Maybe specified wrong backup timestamp/],
    [
      `${from} PROPERTIES ("backup_timestamp" = "yesterday")`,
      'backup',
      /Maybe specified wrong backup timestamp/,
    ],
    [`${from} ON (ghost) PROPERTIES (STAMP)`, 'backup', /Table ghost does not exist in snapshot all_of_it/],
    [`${from} ON (FUNCTION f) PROPERTIES (STAMP)`, 'backup', /Can not find restore function: f/],
    [
      `${from} ON (item PARTITION (p9)) PROPERTIES (STAMP)`,
      'backup',
      /Partition p9 of table item does not exist in snapshot/,
    ],
    [`${from} ON (item AS a, names AS a) PROPERTIES (STAMP)`, 'analysis', /Duplicated alias name: a/],
    [`${from} PROPERTIES (STAMP, "allow_load" = "yes")`, 'analysis', /Invalid allow load value: yes/],
    [`${from} PROPERTIES (STAMP, "replication_num" = "x")`, 'analysis', /Invalid meta version format: x/],
    [`${from} PROPERTIES (STAMP, "meta_version" = "x")`, 'analysis', /Invalid meta version format: x/],
    [`${from} PROPERTIES (STAMP, "timeout" = "1")`, 'analysis', /timeout must be at least 10 min/],
    [
      `${from} PROPERTIES (STAMP, "a" = "1", "b" = "2")`,
      'analysis',
      /Unknown restore job properties: \[a, b\]/,
    ],
    [
      `${from} PROPERTIES (STAMP, "replication_num" = "0")`,
      'analysis',
      /Replication num should larger than 0/,
    ],
    [
      `${from} PROPERTIES (STAMP, "replication_allocation" = "3")`,
      'analysis',
      /Invalid replication allocation property: 3/,
    ],
    [`${from} EXCLUDE (item, names) PROPERTIES (STAMP)`, 'backup', /every object .* is excluded/],
    [`${from} EXCLUDE (item AS old) PROPERTIES (STAMP)`, 'analysis', /AS in the EXCLUDE clause/],
    [
      `${from} PROPERTIES (STAMP, "clean_tables" = "maybe")`,
      'analysis',
      /Invalid boolean property clean_tables value: maybe/,
    ],
    [
      'RESTORE SNAPSHOT all_of_it FROM r DATABASE wrong PROPERTIES (STAMP)',
      'backup',
      /target database: wrong is not existed in snapshot/,
    ],
    [
      'RESTORE SNAPSHOT all_of_it FROM r DATABASE shop AS `9 lives` PROPERTIES (STAMP)',
      'bad_database_name',
      /Incorrect database name '9 lives'/,
    ],
    ['RESTORE SNAPSHOT nocat.shop.x FROM r PROPERTIES (STAMP)', 'unknown_catalog', /Unknown catalog 'nocat'/],
  ];
  for (const [sql, kind, message] of refusals) {
    it(`refuses ${sql}`, () => world.refuses(sql.replace('STAMP', stamp), kind, message));
  }

  it('accepts what changes nothing here', async () => {
    const ours =
      '"atomic_restore" = "true", "reserve_replica" = "TRUE", "clean_tables" = "false", "meta_version" = "7"';
    const sql = `${from} ON (item) PROPERTIES (${stamp}, ${ours}, "allow_load" = "true")`;
    assert.deepEqual(await restore(sql, 'shop'), ['FINISHED', 'item', '[OK]']);
    const [job] = await world.rows('SHOW RESTORE FROM shop');
    assert.deepEqual(job?.slice(5, 7), ['true', '3']);
    const allocation = '"replication_allocation" = "tag.location.default: 1, tag.location.far:1"';
    await restore(`${from} ON (item) PROPERTIES (${stamp}, ${allocation})`, 'shop');
    assert.equal((await world.rows('SHOW RESTORE FROM shop'))[0]?.[6], '2');
  });
});
