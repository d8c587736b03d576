import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { MysqlRestore } from '../../../src/source/mysql/restore.ts';
import { restorePoints } from '../../../src/source/mysql/restore-prepare.ts';
import { ReaderThreads } from '../../../src/source/mysql/reader-threads.ts';
import { MysqlSource } from '../../../src/source/mysql/source.ts';
import { assertFails, calm } from '../../conformance/source/support.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';
import { tortureSchema } from './torture-schema.ts';
import { copyWhole, prepareWhole, shownDatabase } from './whole-database.ts';

describe('a restore into MariaDB', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  async function tortured(): Promise<MysqlFixture> {
    const subject = await MysqlFixture.open(server);
    for (const statement of tortureSchema) await subject.run(statement);
    return subject;
  }

  it('gives back everything as it was: into its place, and into another database', async () => {
    await using subject = await tortured();
    const shown = await shownDatabase(subject, 'shop');
    const copy = await copyWhole(subject);
    // Of many rows, tables get their indexes behind them; of few, before.
    for (const rows of [1_000_000, 3]) {
      await subject.run('DELETE FROM keyless; INSERT INTO keyless VALUES (9, NULL); DROP VIEW z_first');
      const tables = copy.plan.tables.map((table) => ({ ...table, rows }));
      await using restoring = await prepareWhole(subject, copy, { tables });
      await restoring.commit(calm);
      assert.deepEqual(await shownDatabase(subject, 'shop'), shown, `tables of ${rows} rows`);
      await restoring.forget(calm);
    }
    await using elsewhere = await prepareWhole(subject, copy, { database: 'n`ew' }, '8');
    await elsewhere.commit(calm);
    await elsewhere.forget(calm);
    await subject.run('DROP DATABASE shop');
    await subject.run('INSERT INTO `n``ew`.keyless VALUES (1, NULL); SELECT * FROM `n``ew`.a_last');
    const databases = await subject.rows('SHOW DATABASES');
    assert.deepEqual(
      databases.flat().filter((name) => String(name).startsWith('__holdfast')),
      [],
    );
  });

  async function databases(subject: MysqlFixture): Promise<readonly string[]> {
    return (await subject.rows('SHOW DATABASES')).flat().map(String).toSorted();
  }

  /** A small database in which each step behind the swap has something to do. */
  async function steps(): Promise<MysqlFixture> {
    const subject = await MysqlFixture.open(server);
    await subject.run(
      'CREATE TABLE parent (id INT PRIMARY KEY, v INT);' +
        'CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT of_parent FOREIGN KEY (p) REFERENCES parent (id));' +
        'CREATE TABLE parts (d INT, v INT) PARTITION BY RANGE (d) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20));' +
        'INSERT INTO parent VALUES (1, 1), (2, 2); INSERT INTO child VALUES (1, 1); INSERT INTO parts VALUES (1, 1), (11, 1), (12, 1);' +
        'CREATE TRIGGER count_up BEFORE INSERT ON child FOR EACH ROW SET NEW.id = NEW.id + 100;' +
        'CREATE VIEW both_of AS SELECT c.id, p.v FROM child c JOIN parent p ON p.id = c.p;' +
        'CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1',
    );
    return subject;
  }

  /** What happens after the backup: rows change, a table from outside refers to the parent, a partition is added. */
  async function goOn(subject: MysqlFixture): Promise<void> {
    await subject.run(
      'UPDATE parent SET v = 50; UPDATE parts SET v = 50; DROP FUNCTION one; DROP TRIGGER count_up;' +
        'CREATE TRIGGER count_up BEFORE INSERT ON child FOR EACH ROW SET NEW.id = NEW.id + 500;' +
        'CREATE DATABASE outside; CREATE TABLE outside.pet (id INT, p INT, CONSTRAINT owned_by FOREIGN KEY (p) REFERENCES shop.parent (id) ON DELETE CASCADE);' +
        'INSERT INTO outside.pet VALUES (1, 1); ALTER TABLE parts ADD PARTITION (PARTITION higher VALUES LESS THAN (30)); INSERT INTO parts VALUES (25, 50)',
    );
  }

  async function assertRestored(subject: MysqlFixture, database: string): Promise<void> {
    const at = `\`${database}\``;
    await subject.run(`INSERT INTO ${at}.child VALUES (2, 2)`);
    assert.deepEqual(await subject.rows(`SELECT * FROM ${at}.both_of ORDER BY id`), [
      [1, 1],
      [102, 2],
    ]);
    await assert.rejects(
      subject.run(`INSERT INTO ${at}.child VALUES (3, 77)`),
      /foreign key constraint fails/,
    );
    assert.deepEqual(await subject.rows(`SELECT ${at}.one()`), [[1]]);
  }

  for (const point of restorePoints) {
    it(`that ends at ${point} is finished or leaves nothing`, async () => {
      await using subject = await steps();
      const copy = await copyWhole(subject);
      await goOn(subject);
      const [shownBefore, before] = [await shownDatabase(subject, 'shop'), await databases(subject)];
      for (const database of ['shop', 'elsewhere']) {
        const given = {
          options: subject.source.options,
          facts: await subject.source.check(calm),
          threads: new ReaderThreads(systemClock),
        };
        const crashing = new MysqlRestore({
          ...given,
          owner: 'test',
          restoreId: '9',
          reached: (reached) => {
            if (reached === point) throw new Error('the process ended');
          },
        });
        await prepareWhole(subject, copy, { database }, crashing);
        await assert.rejects(crashing.commit(calm), /the process ended/);
        await crashing[Symbol.asyncDispose]();
        await using again = await subject.source.openRestore('9', database, calm);
        const isCommitted = await again.isCommitted(calm);
        assert.equal(isCommitted, !['swap_journalled', 'database_made'].includes(point));
        if (!isCommitted) {
          await again.rollback(calm);
          assert.deepEqual(await databases(subject), before);
          assert.deepEqual(await shownDatabase(subject, 'shop'), shownBefore);
          continue;
        }
        await assertRestored(subject, database);
        await again.forget(calm);
        assert.deepEqual(
          (await databases(subject)).filter((name) => name !== 'elsewhere'),
          before,
        );
        if (database !== 'shop') continue;
        assert.deepEqual(await subject.rows('SELECT d, v FROM parts ORDER BY d'), [
          [1, 1],
          [11, 1],
          [12, 1],
          [25, 50],
        ]);
        await subject.run('DELETE FROM child; DELETE FROM parent');
        assert.deepEqual(await subject.rows('SELECT * FROM outside.pet'), []);
        await subject.run('INSERT INTO parent VALUES (1, 1), (2, 2)');
      }
    });
  }

  it('that the server would refuse at its end is refused at its beginning, with the name', async () => {
    await using subject = await steps();
    const copy = await copyWhole(subject);
    const before = await databases(subject);
    const others = copy.plan.others.map((other) =>
      other.kind === 'VIEW' ? { ...other, ddl: other.ddl.replaceAll('`child`', '`gone`') } : other,
    );
    await using restoring = await subject.source.openRestore('9', 'shop', calm);
    const failure = await assertFails('failed', restoring.prepare({ ...copy.plan, others }, calm));
    assert.match(failure.message, /cannot make view 'both_of'/);
    assert.deepEqual(await databases(subject), before);
  });

  it('goes into a server that takes no files', async () => {
    await using subject = await tortured();
    const shown = await shownDatabase(subject, 'shop');
    const copy = await copyWhole(subject);
    const facts = { ...(await subject.source.check(calm)), loadsLocalFiles: false };
    const threads = new ReaderThreads(systemClock);
    const given = { options: subject.source.options, facts, owner: 'test', restoreId: '9', threads };
    await using restoring = await prepareWhole(subject, copy, {}, new MysqlRestore(given));
    await restoring.commit(calm);
    assert.deepEqual(await shownDatabase(subject, 'shop'), shown);
    await restoring.forget(calm);
  });

  it('goes on without materialized views, which the server does not have', async () => {
    await using subject = await steps();
    const copy = await copyWhole(subject);
    const view = {
      kind: 'MATERIALIZED_VIEW',
      name: 'm',
      target: 'm',
      ddl: 'CREATE MATERIALIZED VIEW m AS SELECT 1',
    } as const;
    await using restoring = await subject.source.openRestore('9', 'shop', calm);
    await restoring.prepare({ ...copy.plan, others: [...copy.plan.others, view] }, calm);
    assert.deepEqual(await restoring.leftOut?.(calm), [
      { target: 'm', why: 'materialized view m was not restored: the server has none' },
    ]);
    await restoring.rollback(calm);
  });

  it('of one Holdfast is not swept by another', async () => {
    await using subject = await steps();
    const copy = await copyWhole(subject);
    await using ours = await prepareWhole(subject, copy);
    const other = new MysqlSource(subject.source.options, systemClock, 'another');
    await other.sweepRestores(new Set(), calm);
    await ours.commit(calm);
    await ours.forget(calm);
    await assertRestored(subject, 'shop');
  });

  it('gives other names to triggers and foreign keys whose names another table has', async () => {
    await using subject = await steps();
    const copy = await copyWhole(subject);
    const tables = copy.plan.tables
      .filter(({ name }) => name === 'child')
      .map((table) => ({ ...table, target: 'child_then' }));
    await using restoring = await prepareWhole(subject, copy, { tables, others: [] });
    await restoring.commit(calm);
    await restoring.forget(calm);
    const triggers = await subject.rows(
      "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = 'shop' ORDER BY 1",
    );
    assert.deepEqual(triggers.flat(), ['count_up', 'count_up_child_then']);
    const [shown] = await subject.rows('SHOW CREATE TABLE child_then');
    assert.match(
      String(shown?.[1]),
      /CONSTRAINT `of_parent_child_then` FOREIGN KEY \(`p`\) REFERENCES `parent`/,
    );
  });

  it('never loads a file twice into a table without transactions, whatever was cut off', async () => {
    await using subject = await MysqlFixture.open(server);
    await subject.run('CREATE TABLE isam (a INT) ENGINE=MyISAM; INSERT INTO isam VALUES (1), (2)');
    const copy = await copyWhole(subject);
    await using restoring = await subject.source.openRestore('9', 'shop', calm);
    await restoring.prepare(copy.plan, calm);
    const file = copy.files[0]?.path ?? '';
    await assertFails('failed', restoring.load('isam', undefined, 'gone', `${file}.gone`, calm));
    const again = await assertFails('failed', restoring.load('isam', undefined, 'gone', file, calm));
    assert.match(again.message, /was cut off/);
    await restoring.load('isam', undefined, 'whole', file, calm);
    await restoring.load('isam', undefined, 'whole', file, calm);
    assert.equal((await restoring.checksum('isam', '', calm)).rows, 2);
    await restoring.rollback(calm);
  });
});
