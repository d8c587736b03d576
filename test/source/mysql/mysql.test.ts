import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { quoteName } from '../../../src/sql/quote.ts';
import { connectMysql } from '../../../src/source/mysql/connect.ts';
import { describeTables } from '../../../src/source/mysql/describe-tables.ts';
import { readServerFacts } from '../../../src/source/mysql/server-facts.ts';
import { identify } from '../../../src/source/mysql/table-identity.ts';
import { assertFails, calm } from '../../conformance/source/support.ts';
import type { DatabaseServer } from '../../support/database-server.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../../support/mysql-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';
import { mysqlTortureSchema } from './mysql-torture-schema.ts';
import { copyWhole, prepareWhole, shownDatabase } from './whole-database.ts';

describe('a MySQL server', { skip: mysqlSkipReason(), concurrency: 1 }, () => {
  let server: DatabaseServer;
  before(async () => {
    server = await startMysqlServer();
  });
  after(() => server[Symbol.asyncDispose]());

  async function tortured(): Promise<MysqlFixture> {
    const subject = await MysqlFixture.open(server);
    const left = await subject.rows(
      "SELECT 1 FROM information_schema.FILES WHERE TABLESPACE_NAME = 'holdts'",
    );
    if (left.length > 0) await subject.run('DROP TABLESPACE holdts');
    for (const statement of mysqlTortureSchema) await subject.run(statement);
    return subject;
  }

  it('gets everything back as it was: in its place, and in another database', async () => {
    await using subject = await tortured();
    const shown = await shownDatabase(subject, 'shop');
    const copy = await copyWhole(subject);
    await subject.run('DELETE FROM docs; DELETE FROM gipk; DROP VIEW z_first');
    await using restoring = await prepareWhole(subject, copy);
    await restoring.commit(calm);
    assert.deepEqual(await shownDatabase(subject, 'shop'), shown);
    await restoring.forget(calm);
    await using elsewhere = await prepareWhole(subject, copy, { database: 'n`ew' }, '8');
    await elsewhere.commit(calm);
    await elsewhere.forget(calm);
    await subject.run('DROP DATABASE shop');
    await subject.run('INSERT INTO `n``ew`.keyless VALUES (1, NULL)');
    assert.deepEqual(await subject.rows('SELECT * FROM `n``ew`.a_last'), [[2, 4]]);
    const databases = await subject.rows('SHOW DATABASES');
    assert.deepEqual(
      databases.flat().filter((name) => String(name).startsWith('__holdfast')),
      [],
    );
  });

  it('gives MariaDB what that has words for, and gets it back', { skip: mariadbSkipReason() }, async () => {
    await using mariadb = await MariadbServer.start();
    await using there = await MysqlFixture.open(mariadb);
    await there.run('DROP DATABASE shop');
    await using subject = await tortured();
    const copy = await copyWhole(subject);
    const refused = await assertFails('failed', prepareWhole(there, copy));
    for (const name of ['colls', 'docs', 'indexed', 'vectors', 'jt']) {
      assert.match(refused.message, new RegExp(`cannot make (table|view) '${name}'`));
    }
    const goes = ({ name }: Readonly<{ name: string }>): boolean =>
      !['colls', 'docs', 'indexed', 'vectors', 'jt'].includes(name);
    const part = { tables: copy.plan.tables.filter(goes), others: copy.plan.others.filter(goes) };
    // Rows are compared by checksum as they are loaded, there and back.
    await using gone = await prepareWhole(there, copy, part);
    await gone.commit(calm);
    await gone.forget(calm);
    assert.deepEqual(await there.rows('SELECT * FROM shop.a_last'), [[2, 4]]);
    const back = await copyWhole(there);
    await using again = await prepareWhole(subject, back, { database: 'back' }, '8');
    assert.match((await again.remarks?.(calm))?.[0]?.text ?? '', /no collation utf8mb4_uca1400_nopad_ai_ci/);
    await again.commit(calm);
    await again.forget(calm);
    assert.deepEqual(
      await subject.rows('SELECT *, hidden FROM back.computed'),
      await subject.rows('SELECT *, hidden FROM shop.computed'),
    );
  });

  it('gets everything back where it takes no files and wants a primary key for each table', async () => {
    await using subject = await tortured();
    const shown = await shownDatabase(subject, 'shop');
    const copy = await copyWhole(subject);
    const set = (value: number): Promise<unknown> =>
      subject.run(
        `SET GLOBAL sql_require_primary_key = ${value}, GLOBAL sql_generate_invisible_primary_key = ${value}, GLOBAL local_infile = ${1 - value}`,
      );
    await set(1);
    try {
      await using fresh = await MysqlFixture.open(server, {}, false);
      await using restoring = await prepareWhole(fresh, copy);
      await restoring.commit(calm);
      await restoring.forget(calm);
    } finally {
      await set(0);
    }
    assert.deepEqual(await shownDatabase(subject, 'shop'), shown);
  });

  it('gets partitions back whose rows have JSON', async () => {
    await using subject = await MysqlFixture.open(server);
    await subject.run(
      'CREATE TABLE docs (id INT, j JSON, b VARBINARY(9), KEY (id)) PARTITION BY RANGE (id) ' +
        '(PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN (20)); ' +
        `INSERT INTO docs VALUES (1, '{"price": 1.5}', NULL), (2, JSON_OBJECT('price', 1.50), x'00FF'), (11, '[]', '')`,
    );
    const rows = await subject.rows('SELECT * FROM docs ORDER BY id');
    const copy = await copyWhole(subject);
    await subject.run('DELETE FROM docs; INSERT INTO docs VALUES (12, NULL, NULL)');
    const tables = copy.plan.tables.map((table) => ({ ...table, partitions: ['low'] }));
    const files = copy.files.filter(({ partition }) => partition === 'low');
    await using restoring = await subject.source.openRestore('9', 'shop', calm);
    await restoring.prepare({ ...copy.plan, tables }, calm);
    for (const { path } of files) await restoring.load('docs', 'low', path, path, calm);
    await restoring.seal('docs', calm);
    await restoring.commit(calm);
    await restoring.forget(calm);
    const [one, two] = rows;
    assert.deepEqual(await subject.rows('SELECT * FROM docs ORDER BY id'), [one, two, [12, null, null]]);
  });

  it('is told tables apart by their ids, where their names are of plain letters', async () => {
    const names = ['plain', 'a b.c', '`\'"', '☃日本', 'x#P#y', '%_\\', '-1', 'Größe'];
    await using subject = await MysqlFixture.open(server);
    for (const name of names) {
      await subject.run(`CREATE TABLE ${quoteName(name)} (id INT) PARTITION BY HASH (id) PARTITIONS 2`);
    }
    await using connection = await connectMysql(subject.source.options, { severalStatements: true }, calm);
    const facts = await readServerFacts(connection, calm);
    const objects = names.map((name) => ({ kind: 'TABLE' as const, name }));
    const tables = await describeTables(connection, { database: 'shop', objects }, calm);
    const { ids, held } = await identify(connection, facts, { database: 'shop', tables }, calm);
    assert.deepEqual([[...ids.keys()], held], [names.slice(0, -1), ['Größe']]);
    for (const { answer } of ids.values()) assert.equal(JSON.parse(answer).length, 2);
  });
});
