import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadInBulk } from '../../../src/source/mysql/bulk-load.ts';
import { connectMysql } from '../../../src/source/mysql/connect.ts';
import type { MysqlConnection } from '../../../src/source/mysql/connection.ts';
import { serverErrorNumber } from '../../../src/source/mysql/errors.ts';
import { mysqlOptionsOf } from '../../../src/source/mysql/options.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import { calm } from '../../conformance/source/support.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';

describe('rows in batches into MariaDB', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  const columns = [
    { column: '`id`', fields: [{ select: '', isText: false }] },
    { column: '`t`', fields: [{ select: '', isText: true }] },
    { column: '`b`', fields: [{ select: '', isText: false }], decode: 'UNHEX({0})' },
  ];

  const target = { into: '`shop`.`t`', columns, packetBytesMax: 64 * 1024 };

  function open(): Promise<MysqlConnection> {
    const choice = { mayLoadLocal: true, mayInsertInBulk: true };
    return connectMysql(mysqlOptionsOf(server.properties({})), choice, calm);
  }

  async function load(
    subject: MysqlFixture,
    session: MysqlConnection,
    csv: string,
    signal: AbortSignal = calm,
  ): Promise<void> {
    const file = path.join(subject.folder, 'rows.csv');
    await writeFile(file, csv);
    await loadInBulk(session, target, file, signal);
  }

  async function emptied(): Promise<MysqlFixture> {
    const subject = await MysqlFixture.open(server);
    await subject.run('CREATE TABLE t (id INT PRIMARY KEY, t LONGTEXT, b LONGBLOB)');
    return subject;
  }

  it('is what the server is asked for, and only then', async () => {
    await using session = await open();
    assert.equal(session.insertsInBulk, true);
    await using other = await connectMysql(mysqlOptionsOf(server.properties({})), {}, calm);
    assert.equal(other.insertsInBulk, false);
  });

  it('takes many batches, no values, and rows longer than a packet', async () => {
    await using subject = await emptied();
    await using session = await open();
    const long = 'say ""x"", '.repeat(30_000);
    const rows = Array.from(
      { length: 20_000 },
      (_, id) => `${id},"row ${id}",${id % 2 === 0 ? 'NULL' : '00FF'}\n`,
    );
    rows.splice(7_000, 0, `-1,"${long}",\n`);
    rows.push('-2,"NULL",NULL\n', '-3,NULL,NULL\n');
    await load(subject, session, rows.join(''));
    assert.deepEqual(
      await subject.rows("SELECT COUNT(*), SUM(t = CONCAT('row ', id)), SUM(b = 0x00FF) FROM t"),
      [['20003', '20000', '10000']],
    );
    assert.deepEqual(
      await subject.rows("SELECT id, LENGTH(t), t <=> 'NULL', b IS NULL FROM t WHERE id < 0 ORDER BY id"),
      [
        [-3, null, 0, 1],
        [-2, 4, 1, 1],
        [-1, 270_000, 0, 0],
      ],
    );
    assert.equal(await session.value('SELECT 1', calm), '1', 'the session goes on');
  });

  it('takes an empty file', async () => {
    await using subject = await emptied();
    await using session = await open();
    await load(subject, session, '');
    assert.deepEqual(await subject.rows('SELECT COUNT(*) FROM t'), [['0']]);
  });

  it('fails with what the server says', async () => {
    await using subject = await emptied();
    await using session = await open();
    const rows = Array.from({ length: 50_000 }, (_, id) => `${id % 40_000},"row ${id}",NULL\n`).join('');
    await assert.rejects(load(subject, session, rows), (error: unknown) => {
      assert.ok(error instanceof SourceError);
      assert.equal(serverErrorNumber(error), 1062);
      return true;
    });
  });

  it('fails when the connection is killed, or the job is cancelled', async () => {
    await using subject = await emptied();
    const rows = Array.from({ length: 1_000 }, (_, id) => `${id},"row ${id}",NULL\n`).join('');
    {
      await using session = await open();
      await subject.run(`KILL ${session.threadId}`);
      await assert.rejects(load(subject, session, rows), SourceError);
    }
    await using session = await open();
    await subject.run('LOCK TABLES t WRITE');
    const cancel = new AbortController();
    const loading = load(subject, session, rows, cancel.signal);
    cancel.abort();
    await assert.rejects(loading, { kind: 'interrupted' });
    await subject.run('UNLOCK TABLES');
  });
});
