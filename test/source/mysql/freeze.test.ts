import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Connection } from 'mysql2/promise';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Frozen } from '../../../src/source/frozen.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import type { DatabaseServer } from '../../support/database-server.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { mysqlSkipReason, startMysqlServer } from '../../support/mysql-server.ts';
import { until } from '../../support/until.ts';
import { MysqlFixture } from './mysql-fixture.ts';

const calm = new AbortController().signal;
const accounts = 200;
const startingMoney = 1_000;

type Kind = Readonly<{
  name: string;
  skip: string | false;
  start: () => Promise<DatabaseServer>;
  /** What an account needs to stop commits, and how it is done then. */
  mayStop: Readonly<{ grants: string; lock: string }>;
  gtid: RegExp;
  /** An engine without transactions beside MyISAM. */
  otherEngine: string;
}>;

const kinds: readonly Kind[] = [
  {
    name: 'MariaDB',
    skip: mariadbSkipReason(),
    start: () => MariadbServer.start(),
    mayStop: { grants: 'RELOAD, LOCK TABLES, BINLOG MONITOR ON *.*', lock: 'backup_stage' },
    gtid: /^0-1-\d+$/,
    otherEngine: 'Aria',
  },
  {
    name: 'MySQL',
    skip: mysqlSkipReason(),
    start: () => startMysqlServer(),
    mayStop: { grants: 'RELOAD, PROCESS, REPLICATION CLIENT ON *.*', lock: 'global_lock' },
    gtid: /^[0-9a-f-]{36}:1-\d+$/,
    otherEngine: 'MEMORY',
  },
];

for (const kind of kinds) describesPointInTime(kind);

function describesPointInTime(kind: Kind): void {
  describe(`a point in time of a ${kind.name} server`, { skip: kind.skip, concurrency: 1 }, () => {
    let server: DatabaseServer;
    before(async () => {
      server = await kind.start();
    });
    after(() => server[Symbol.asyncDispose]());

    const rights = [
      { name: 'that may stop commits', ...kind.mayStop, warning: undefined },
      {
        name: 'that may only lock tables',
        grants: 'LOCK TABLES ON shop.*',
        lock: 'table_locks',
        warning: /writes to the tables/,
      },
      {
        name: 'that may only read',
        grants: 'SELECT ON shop.*',
        lock: 'one_reader',
        warning: /read by one connection/,
      },
    ];
    for (const { name, grants, lock, warning } of rights) {
      it(`of an account ${name} has every sum right while money is moved between tables`, async () => {
        await using fixture = await MysqlFixture.open(server);
        await fixture.run(
          `DROP USER IF EXISTS reader; CREATE USER reader; GRANT SELECT, SHOW VIEW ON shop.* TO reader; GRANT ${grants} TO reader`,
        );
        const names = await openBank(fixture);
        await using source = await MysqlFixture.open(server, { user: 'reader' }, false);
        const stop = new AbortController();
        const writers = [1, 2, 3].map((seed) => moveMoney(server, names, seed, stop.signal));
        try {
          for (let round = 0; round < 3; round += 1) {
            const objects = names.map((table) => ({ kind: 'TABLE' as const, name: table }));
            await using frozen = await source.source.freeze({ database: 'shop', objects }, calm);
            assert.equal(frozen.position['lock'], lock);
            // Milliseconds where the machine has no other work; the rows are read behind it.
            assert.ok(Number(frozen.position['lock_held_ms']) < 20_000);
            if (warning === undefined) assert.deepEqual(frozen.warnings, []);
            else assert.match(frozen.warnings.join(), warning);
            const files = await extractAll(frozen, names, `${source.folder}/${lock}${round}`);
            assert.deepEqual(
              await duckdb(`SELECT sum(money)::VARCHAR, count(*)::INT FROM read_parquet(${files})`),
              [[String(names.length * accounts * startingMoney), names.length * accounts]],
            );
          }
        } finally {
          stop.abort();
        }
        const moves = await Promise.all(writers);
        assert.ok(
          moves.every((count) => count > 0),
          'every writer moved money',
        );
      });
    }

    it('is read on by the readers that are left when one is lost', async () => {
      await using fixture = await MysqlFixture.open(server);
      await fixture.run('CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t ' + numbers(1000));
      await using frozen = await freeze(fixture, 't');
      const readers = await readerIds(fixture);
      assert.ok(readers.length >= 2);
      await fixture.run('DELETE FROM t');
      await fixture.run(`KILL ${readers[0]}`);
      for (let file = 0; file < 3; file += 1) {
        const chunk = await frozen.extract(
          't',
          undefined,
          { kind: 'all' },
          `${fixture.folder}/${file}.parquet`,
          calm,
        );
        assert.equal(chunk.rows, 1000);
      }
    });

    it('is lost with the last reader, and says that it may be taken again', async () => {
      await using fixture = await MysqlFixture.open(server);
      await fixture.run('CREATE TABLE t (id INT PRIMARY KEY)');
      await using frozen = await freeze(fixture, 't');
      for (const reader of await readerIds(fixture)) await fixture.run(`KILL ${reader}`);
      await assertFails(
        'unavailable',
        frozen.extract('t', undefined, { kind: 'all' }, `${fixture.folder}/a`, calm),
      );
    });

    const changes = [
      { name: 'a rebuilt', sql: 'ALTER TABLE t ADD COLUMN more INT, ALGORITHM=COPY' },
      { name: 'an instantly altered', sql: 'ALTER TABLE t ADD COLUMN more INT' },
      { name: 'a truncated', sql: 'TRUNCATE TABLE t' },
      { name: 'a dropped', sql: 'DROP TABLE t' },
      { name: 'a dropped and newly made', sql: 'DROP TABLE t; CREATE TABLE t (id INT PRIMARY KEY)' },
      {
        name: 'an exchanged',
        sql: 'CREATE TABLE u LIKE t; INSERT INTO u VALUES (7); RENAME TABLE t TO old, u TO t',
      },
      {
        name: 'an altered and altered back',
        sql: 'ALTER TABLE t ADD COLUMN x INT; ALTER TABLE t DROP COLUMN x',
      },
    ];
    for (const { name, sql } of changes) {
      it(`gives ${name} table as it was, or fails with the reason`, async () => {
        await using fixture = await MysqlFixture.open(server);
        await fixture.run('CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t ' + numbers(1000));
        await using before = await freeze(fixture, 't');
        const expected = await before.checksum('t', undefined, calm);
        await using frozen = await freeze(fixture, 't');
        await fixture.run(sql);
        try {
          assert.deepEqual(await frozen.checksum('t', undefined, calm), expected);
        } catch (error) {
          assert.ok(error instanceof SourceError, String(error));
          assert.equal(error.kind, 'failed');
          assert.equal(
            error.message,
            "reading table 't': its definition was changed while it was being backed up",
          );
        }
      });
    }

    it('holds no lock on a table between its reads', async () => {
      await using fixture = await MysqlFixture.open(server);
      await fixture.run('CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)');
      await using frozen = await freeze(fixture, 't');
      await frozen.extract('t', undefined, { kind: 'all' }, `${fixture.folder}/a.parquet`, calm);
      await fixture.run(
        'SET SESSION lock_wait_timeout = 2; ALTER TABLE t ADD COLUMN more INT, ALGORITHM=COPY',
      );
    });

    it('keeps tables without transactions from being written until all is read', async () => {
      await using fixture = await MysqlFixture.open(server);
      await fixture.run(
        'CREATE TABLE m (id INT) ENGINE=MyISAM; INSERT INTO m VALUES (1); ' +
          `CREATE TABLE a (id INT) ENGINE=${kind.otherEngine}; INSERT INTO a VALUES (1)`,
      );
      const objects = ['m', 'a'].map((name) => ({ kind: 'TABLE' as const, name }));
      const frozen = await fixture.source.freeze({ database: 'shop', objects }, calm);
      assert.match(frozen.warnings.join(), /`m`, `a`/);
      const writing = fixture.run('INSERT INTO m VALUES (2)');
      assert.equal((await frozen.checksum('m', undefined, calm)).rows, 1);
      assert.equal((await frozen.checksum('a', undefined, calm)).rows, 1);
      await frozen[Symbol.asyncDispose]();
      await writing;
    });

    it('says where the binary log stood, and lets go of everything at its end', async () => {
      await using fixture = await MysqlFixture.open(server);
      await fixture.run('CREATE TABLE t (id INT)');
      const frozen = await freeze(fixture, 't');
      assert.match(frozen.position['binlog_file'] ?? '', /^binlog\.\d+$/);
      assert.match(frozen.position['gtid'] ?? '', kind.gtid);
      await frozen[Symbol.asyncDispose]();
      await frozen[Symbol.asyncDispose]();
      // The server lists a closed connection until its thread has seen that.
      await until('no reader is left', async () =>
        (await readerIds(fixture)).length === 0 ? true : undefined,
      );
    });

    const limits = [
      { name: 'rows', property: 'max_source_rows_per_second', value: '20000' },
      // Rows of twenty bytes and more on the way.
      { name: 'bytes', property: 'max_source_speed_kbps', value: '400' },
    ];
    for (const { name, property, value } of limits) {
      it(`reads no more ${name} in a second than it may`, async () => {
        await using fixture = await MysqlFixture.open(server, {
          [property]: value,
          max_source_connections: '2',
        });
        await fixture.run(
          `CREATE TABLE t (id INT PRIMARY KEY, pad CHAR(10) DEFAULT '0123456789'); INSERT INTO t (id) ${numbers(20_000)}`,
        );
        await using frozen = await freeze(fixture, 't');
        assert.equal(frozen.readers, 1);
        const startedAt = performance.now();
        await frozen.checksum('t', undefined, calm);
        assert.ok(performance.now() - startedAt > 400);
      });
    }
  });
}

/** A query of the numbers from 1 to `count`. */
function numbers(count: number): string {
  const ten = `(SELECT 0 AS d ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((d) => `UNION ALL SELECT ${d}`).join(' ')})`;
  const from = `${ten} AS a, ${ten} AS b, ${ten} AS c, ${ten} AS d, ${ten} AS e`;
  const number = 'a.d + 10 * b.d + 100 * c.d + 1000 * d.d + 10000 * e.d + 1';
  return `SELECT ${number} AS n FROM ${from} WHERE ${number} <= ${count}`;
}

async function freeze(fixture: MysqlFixture, table: string): Promise<Frozen> {
  return await fixture.source.freeze({ database: 'shop', objects: [{ kind: 'TABLE', name: table }] }, calm);
}

async function openBank(fixture: MysqlFixture): Promise<readonly string[]> {
  const names = ['bank_a', 'bank_b', 'bank_c'];
  for (const name of names) {
    await fixture.run(
      `CREATE TABLE ${name} (id INT PRIMARY KEY, money BIGINT NOT NULL); ` +
        `INSERT INTO ${name} SELECT n.*, ${startingMoney} FROM (${numbers(accounts)}) AS n`,
    );
  }
  return names;
}

/** Moves money until it is aborted, and says how often. */
async function moveMoney(
  server: DatabaseServer,
  names: readonly string[],
  seed: number,
  signal: AbortSignal,
): Promise<number> {
  const connection: Connection = await server.connect({ database: 'shop' });
  let state = seed;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (state >> 8) % below;
  };
  let moves = 0;
  while (!signal.aborted) {
    const [from, to] = [names[next(names.length)], names[next(names.length)]];
    const [giver, taker, money] = [1 + next(accounts), 1 + next(accounts), 1 + next(50)];
    try {
      await connection.query('START TRANSACTION');
      await connection.query(`UPDATE ${from} SET money = money - ${money} WHERE id = ${giver}`);
      await connection.query(`UPDATE ${to} SET money = money + ${money} WHERE id = ${taker}`);
      await connection.query('COMMIT');
      moves += 1;
    } catch (error) {
      // Writers meet each other in a deadlock now and then; one of them has to begin anew.
      if (!/deadlock/i.test(String(error))) throw error;
      await connection.query('ROLLBACK');
    }
  }
  await connection.end();
  return moves;
}

async function extractAll(frozen: Frozen, names: readonly string[], prefix: string): Promise<string> {
  const files = await Promise.all(
    names.map(async (name) => {
      const file = `${prefix}-${name}.parquet`;
      await frozen.extract(name, undefined, { kind: 'all' }, file, calm);
      return `'${file}'`;
    }),
  );
  return `[${files.join(', ')}]`;
}

/** Connections that have an open transaction of a reader: all of ours but the one that asks. */
async function readerIds(fixture: MysqlFixture): Promise<readonly string[]> {
  const rows = await fixture.rows('SELECT trx_mysql_thread_id FROM information_schema.INNODB_TRX ORDER BY 1');
  return rows.map(([id]) => String(id)).filter((id) => id !== '0');
}

async function assertFails(kind: string, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => error instanceof SourceError && error.kind === kind);
}

async function duckdb(sql: string): Promise<readonly (readonly unknown[])[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
