import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../../src/base/clock.ts';
import { historyOf, rowsOf } from '../../../src/source/mysql/history.ts';
import { ReaderThreads } from '../../../src/source/mysql/reader-threads.ts';
import { MysqlRestore } from '../../../src/source/mysql/restore.ts';
import { parseTableText } from '../../../src/source/mysql/table-text.ts';
import { assertFails, calm } from '../../conformance/source/support.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { MysqlFixture } from './mysql-fixture.ts';
import { copyWhole, prepareWhole } from './whole-database.ts';

const named =
  '`s` timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE, `e` timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (`s`, `e`)';
const byTransaction = named.replaceAll('timestamp(6)', 'bigint(20) unsigned');

describe('the history of a table', () => {
  const cases = [
    { name: 'there is none', items: '', tail: 'ENGINE=InnoDB', hidden: undefined, end: undefined },
    {
      name: 'there is none behind a comment that says so',
      items: '',
      tail: "ENGINE=InnoDB COMMENT='WITH SYSTEM VERSIONING'",
      hidden: undefined,
      end: undefined,
    },
    {
      name: 'its times are hidden',
      items: '',
      tail: 'ENGINE=InnoDB WITH SYSTEM VERSIONING',
      hidden: ['row_start', 'row_end'],
      end: 'row_end',
    },
    {
      name: 'its times are columns',
      items: `, ${named}`,
      tail: 'ENGINE=InnoDB WITH SYSTEM VERSIONING\n PARTITION BY HASH (`a`)\nPARTITIONS 3',
      hidden: [],
      end: 'e',
    },
    {
      name: 'its versions are transactions',
      items: `, ${byTransaction}`,
      tail: 'ENGINE=InnoDB WITH SYSTEM VERSIONING',
      hidden: undefined,
      end: undefined,
    },
  ] as const;
  for (const { name, items, tail, hidden, end } of cases) {
    it(`is found when ${name}`, () => {
      const history = historyOf(parseTableText(`CREATE TABLE \`t\` (\n  \`a\` int${items}\n) ${tail}`));
      assert.deepEqual(
        history?.hiddenColumns.map((column) => column.name),
        hidden,
      );
      assert.equal(history?.end, end);
    });
  }

  it('is asked for behind FROM, but not of partitions by time', () => {
    const history = { hiddenColumns: [], end: 'e', isByTime: true };
    assert.equal(rowsOf('t', undefined, undefined), 't');
    assert.equal(rowsOf('t', undefined, history), 't FOR SYSTEM_TIME ALL');
    assert.equal(rowsOf('t', 'p`', history), 't PARTITION (`p```)');
    assert.equal(rowsOf('t', 'p', { ...history, isByTime: false }), 't PARTITION (`p`) FOR SYSTEM_TIME ALL');
  });
});

describe('rows of the past', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  async function withHistory(table: string, items = ''): Promise<MysqlFixture> {
    const subject = await MysqlFixture.open(server);
    await subject.run(
      `CREATE TABLE t (id INT PRIMARY KEY, v INT${items}) WITH SYSTEM VERSIONING ${table};` +
        'INSERT INTO t (id, v) VALUES (1, 1), (2, 2), (3, 3), (4, 4); UPDATE t SET v = v + 10; DELETE FROM t WHERE id = 4',
    );
    return subject;
  }

  it('of one partition come back with it', async () => {
    await using subject = await withHistory(
      'PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (3), PARTITION high VALUES LESS THAN MAXVALUE)',
    );
    const shown = (partition: string): Promise<unknown> =>
      subject.rows(
        `SELECT *, row_start, row_end FROM t PARTITION (${partition}) FOR SYSTEM_TIME ALL ORDER BY id, v`,
      );
    const copy = await copyWhole(subject);
    const low = await shown('low');
    await subject.run('UPDATE t SET v = 100');
    const high = await shown('high');
    const tables = copy.plan.tables.map((table) => ({ ...table, partitions: ['low'] }));
    const files = copy.files.filter(({ partition }) => partition === 'low');
    await using restoring = await subject.source.openRestore('9', 'shop', calm);
    await restoring.prepare({ ...copy.plan, tables }, calm);
    for (const { path } of files) await restoring.load('t', 'low', path, path, calm);
    await restoring.seal('t', calm);
    await restoring.commit(calm);
    await restoring.forget(calm);
    assert.deepEqual([await shown('low'), await shown('high')], [low, high]);
  });

  it('kept by transactions stay behind, and the manifest says so', async () => {
    await using subject = await withHistory('', `, ${byTransaction}`);
    await using frozen = await subject.source.freeze(
      { database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] },
      calm,
    );
    assert.deepEqual(frozen.warnings, [
      'the current rows were saved, but not the history, of the system-versioned `t`',
    ]);
    assert.equal((await frozen.checksum('t', undefined, calm)).rows, 3);
  });

  it('are refused by a server whose rows end at another time, before anything is written', async () => {
    await using subject = await withHistory('');
    const copy = await copyWhole(subject);
    const facts = await subject.source.check(calm);
    await using restoring = new MysqlRestore({
      options: subject.source.options,
      facts: { ...facts, version: '11.8.2-MariaDB', numbers: [11, 8, 2] },
      owner: 'test',
      restoreId: '9',
      threads: new ReaderThreads(systemClock),
    });
    const { message } = await assertFails('failed', restoring.prepare(copy.plan, calm));
    assert.match(
      message,
      /^cannot restore the history of table 't': rows that are valid end at another time in 10\./,
    );
    await using plain = await prepareWhole(subject, copy);
    await plain.rollback(calm);
  });
});
