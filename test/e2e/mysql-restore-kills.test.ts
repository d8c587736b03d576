import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { RowDataPacket } from 'mysql2/promise';
import { CatalogWorld } from '../support/catalog-world.ts';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { findMariadbClient, skipReason } from '../support/programs.ts';
import { until } from '../support/until.ts';

const skip = mariadbSkipReason() || skipReason(findMariadbClient(), 'mariadb-client');

const allNotes = '6000';
const fewNotes = '10';

/** Each step of a restore has something to do: rows, foreign keys from inside and outside, a trigger, programs. */
const shop: readonly string[] = [
  'CREATE DATABASE shop',
  'USE shop',
  'CREATE TABLE item (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40), UNIQUE (name))',
  "INSERT INTO item (name) VALUES ('pen'), ('ink'), ('nib')",
  'CREATE TABLE note (id INT PRIMARY KEY, item INT, body BLOB, KEY (body(20)), CONSTRAINT of_item FOREIGN KEY (item) REFERENCES item (id))',
  'INSERT INTO note SELECT seq, 1 + seq % 3, RANDOM_BYTES(1000) FROM seq_1_to_' + allNotes,
  'CREATE TRIGGER loud BEFORE INSERT ON item FOR EACH ROW SET NEW.name = UPPER(NEW.name)',
  'CREATE FUNCTION twice(x INT) RETURNS INT DETERMINISTIC RETURN x * 2',
  'CREATE VIEW pens AS SELECT id, twice(id) AS two FROM item',
  'CREATE DATABASE outside',
  'CREATE TABLE outside.pet (id INT PRIMARY KEY, item INT, CONSTRAINT owned FOREIGN KEY (item) REFERENCES shop.item (id))',
  'INSERT INTO outside.pet VALUES (1, 1)',
];

/** What the server says of all that, in its own words. */
const shown: readonly string[] = [
  'USE shop',
  'SHOW CREATE TABLE item',
  'SHOW CREATE TABLE note',
  'SHOW CREATE VIEW pens',
  'SHOW CREATE FUNCTION twice',
  'SHOW CREATE TABLE outside.pet',
  'SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "shop"',
  'SELECT * FROM pens ORDER BY id',
  'CHECKSUM TABLE item, note, outside.pet',
];

/** Holdfast is killed while the server is at the statement `at`, which waits for somebody who has run `holder`. */
const points = [
  {
    name: 'while rows are loaded',
    at: 'INSERT INTO%',
    locksShadow: true,
    isSwapped: false,
    leavesAtOnce: true,
  },
  {
    name: 'before the swap, which then is given up',
    at: 'RENAME TABLE%',
    holder: 'SELECT * FROM shop.item',
    isSwapped: false,
  },
  {
    name: 'before the swap, which the server then does alone',
    at: 'RENAME TABLE%',
    holder: 'SELECT * FROM shop.item',
    isSwapped: true,
    leavesAtOnce: true,
  },
  {
    name: 'behind the swap',
    at: 'ALTER TABLE `outside`.`pet`%',
    holder: 'SELECT * FROM outside.pet',
    isSwapped: true,
  },
  {
    name: 'among the programs behind the swap',
    at: 'DROP FUNCTION IF EXISTS `shop`%',
    holder: 'SELECT shop.twice(1)',
    isSwapped: true,
  },
] as const;

describe('a restore to a server whose Holdfast is killed', { skip }, () => {
  let world: CatalogWorld;
  let moment = '';
  let backedUp = '';

  before(async () => {
    world = await CatalogWorld.open();
    await world.direct(world.prod, ...shop);
    backedUp = await world.direct(world.prod, ...shown);
    await world.ask('BACKUP SNAPSHOT prod.shop.nightly TO repo');
    await world.finished('BACKUP', 'prod.shop');
    moment = await world.moment('nightly');
  });

  after(async () => world[Symbol.asyncDispose]());

  for (const point of points) {
    it(`${point.name} is finished after its start`, async () => {
      const { changed, atKill, notes } = await killAt(point);
      assert.equal(notes, point.isSwapped ? allNotes : fewNotes);
      if (!point.isSwapped) assert.equal(atKill, changed);
      await world.start();
      const row = await world.settledOf('RESTORE', 'prod');
      assert.match(row, /\tFINISHED\t/);
      assert.equal(await world.direct(world.prod, ...shown), backedUp);
      await world.withoutShadows(world.prod);
    });
  }

  for (const point of points.filter(({ isSwapped }) => !isSwapped)) {
    it(`${point.name} leaves the server as it was when it is cancelled`, async () => {
      const { changed } = await killAt(point, 'CANCEL RESTORE FROM prod.shop');
      await world.start();
      assert.match(await world.settledOf('RESTORE', 'prod'), /\tCANCELLED\t/);
      await world.withoutShadows(world.prod);
      assert.equal(await world.direct(world.prod, ...shown), changed);
    });
  }

  /** Changes what was backed up, restores it and kills Holdfast on the way, after `last` where it is given. */
  async function killAt(
    point: (typeof points)[number],
    last?: string,
  ): Promise<Readonly<{ changed: string; atKill: string; notes: string }>> {
    await world.direct(
      world.prod,
      'USE shop',
      `DELETE FROM note WHERE id > ${fewNotes}`,
      "UPDATE item SET name = concat(name, 'x') WHERE id = 2",
      'CREATE OR REPLACE FUNCTION twice(x INT) RETURNS INT DETERMINISTIC RETURN x * 3',
    );
    const changed = await world.direct(world.prod, ...shown);
    await using holder = await closing(world.prod.connect());
    await using watcher = await closing(world.prod.connect());
    if ('holder' in point) {
      await holder.connection.query('START TRANSACTION');
      await holder.connection.query(point.holder);
    }
    const isThere = async (): Promise<boolean> => {
      const [rows] = await watcher.connection.query<RowDataPacket[]>(
        'SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE ? AND ID <> connection_id()',
        [point.at],
      );
      return rows.length > 0;
    };
    if ('locksShadow' in point) await download(slowKbps);
    await world.ask(`RESTORE SNAPSHOT prod.shop.nightly FROM repo ${moment}`);
    if ('locksShadow' in point) {
      await lockShadow(holder.connection);
      await download(0);
    }
    await until(point.at, async () => ((await isThere()) ? true : undefined));
    if (last !== undefined) await world.ask(last);
    await world.kill();
    if (!('leavesAtOnce' in point)) {
      await until(`no ${point.at}`, async () => ((await isThere()) ? undefined : true));
    }
    await holder.connection.query('ROLLBACK');
    await holder.connection.query('UNLOCK TABLES');
    await until(`no ${point.at}`, async () => ((await isThere()) ? undefined : true));
    const notes = await world.direct(world.prod, 'SELECT count(*) FROM shop.note');
    return {
      changed,
      atKill: await world.direct(world.prod, ...shown.slice(0, point.isSwapped ? 1 : undefined)),
      notes,
    };
  }

  async function download(kbps: number): Promise<void> {
    await world.ask(`ADMIN SET FRONTEND CONFIG ("max_download_speed_kbps" = "${kbps}")`);
  }

  /** As soon as the table is there, and long before its rows are. */
  async function lockShadow(holder: Closing['connection']): Promise<void> {
    const found = String.raw`SELECT TABLE_SCHEMA AS shadows FROM information_schema.TABLES
      WHERE TABLE_SCHEMA LIKE '\_\_holdfast\_%' AND TABLE_NAME = 'note'`;
    const shadows = await until('a shadow', async () => {
      const [rows] = await holder.query<RowDataPacket[]>(found);
      return rows[0]?.['shadows'] as string | undefined;
    });
    await holder.query(`LOCK TABLES \`${shadows}\`.note WRITE`);
  }
});

/** Kilobytes a second; 0 is as fast as it goes. The notes take ten seconds at this one. */
const slowKbps = 600;

type Closing = AsyncDisposable &
  Readonly<{ connection: Awaited<ReturnType<CatalogWorld['prod']['connect']>> }>;

async function closing(opening: Promise<Closing['connection']>): Promise<Closing> {
  const connection = await opening;
  return { connection, [Symbol.asyncDispose]: () => connection.end() };
}
