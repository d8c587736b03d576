import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { quoteName } from '../../../src/sql/quote.ts';
import { connectMysql } from '../../../src/source/mysql/connect.ts';
import { describeTables } from '../../../src/source/mysql/describe-tables.ts';
import { readServerFacts, type ServerFacts } from '../../../src/source/mysql/server-facts.ts';
import { type Identities, identify } from '../../../src/source/mysql/table-identity.ts';
import type { Frozen } from '../../../src/source/frozen.ts';
import { SourceError } from '../../../src/source/source-error.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { until } from '../../support/until.ts';
import { MysqlFixture } from './mysql-fixture.ts';

const calm = new AbortController().signal;
const changed = "reading table 't': its definition was changed while it was being backed up";
const rowsOfTable = 1000;

/** Each makes `t` of 1,000 rows, and `twin`, older, with the same definition but for partitions, of two. */
const exchanges = [
  {
    name: 'RENAME TABLE',
    table: '(id INT PRIMARY KEY)',
    sql: 'RENAME TABLE t TO gone, twin TO t',
  },
  {
    name: 'RENAME TABLE of a partitioned one',
    table: '(id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2',
    sql: 'RENAME TABLE t TO gone, twin TO t',
  },
  {
    name: 'EXCHANGE PARTITION',
    table: '(id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p VALUES LESS THAN MAXVALUE)',
    twin: '(id INT PRIMARY KEY)',
    sql: 'ALTER TABLE t EXCHANGE PARTITION p WITH TABLE twin',
  },
] as const;

const accounts = [
  { name: 'with PROCESS', grants: 'RELOAD, PROCESS, BINLOG ADMIN' },
  { name: 'without PROCESS', grants: 'RELOAD, BINLOG ADMIN' },
  { name: 'that may only read', grants: 'USAGE' },
] as const;

describe('a table exchanged for an older one', { skip: mariadbSkipReason(), concurrency: 1 }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  for (const account of accounts) {
    for (const exchange of exchanges) {
      const ages =
        account.grants !== 'USAGE' && exchange.name === 'EXCHANGE PARTITION' ? [false, true] : [false];
      for (const isOld of ages) {
        const made = isOld ? 'an old table' : 'a table made just now';
        it(`by ${exchange.name} is never read for ${made} by an account ${account.name}`, async () => {
          await using fixture = await open(server, account.grants, exchange);
          if (isOld) await until('t is old', () => isOlder(fixture, 't', 3));
          await using source = await MysqlFixture.open(server, { user: 'reader' }, false);
          await using frozen = await freeze(source);
          await fixture.run('SET SESSION lock_wait_timeout = 1');
          const exchanged = await isDone(fixture.run(exchange.sql));
          // With the right to see more, nobody has to wait.
          if (account.grants.includes('PROCESS')) assert.equal(exchanged, true);
          await assertRowsOrReason(frozen);
          await frozen[Symbol.asyncDispose]();
          if (!exchanged) await fixture.run(exchange.sql);
        });
      }
    }
  }

  it('is never read while tables are exchanged to and fro all the time', async () => {
    await using fixture = await open(server, accounts[0].grants, exchanges[0]);
    await using source = await MysqlFixture.open(server, { user: 'reader' }, false);
    await using frozen = await freeze(source);
    const stop = new AbortController();
    const exchanging = (async () => {
      let rounds = 0;
      for (; !stop.signal.aborted; rounds += 1) {
        await fixture.run('RENAME TABLE t TO gone, twin TO t');
        await fixture.run('RENAME TABLE t TO twin, gone TO t');
      }
      return rounds;
    })();
    try {
      for (let read = 0; read < 50; read += 1) await assertRowsOrReason(frozen);
    } finally {
      stop.abort();
    }
    assert.ok((await exchanging) > 0);
  });

  it('holds up nobody where the time of its making tells', async () => {
    await using fixture = await open(server, accounts[1].grants, exchanges[0]);
    await until('t is old', () => isOlder(fixture, 't', 3));
    await using source = await MysqlFixture.open(server, { user: 'reader' }, false);
    await using frozen = await freeze(source);
    await fixture.run(exchanges[0].sql);
    await assert.rejects(frozen.checksum('t', undefined, calm), { message: changed });
  });
});

describe('how tables are told apart', { skip: mariadbSkipReason(), concurrency: 1 }, () => {
  let server: MariadbServer;
  before(async () => {
    server = await MariadbServer.start();
  });
  after(() => server[Symbol.asyncDispose]());

  const names = ['plain', 'a b.c', '`\'"', 'Größe', 'è/é', '☃日本', 'x#P#y', '%_\\', '-1'];

  /** Of tables of these names, each of two partitions. */
  async function identities(facts: Readonly<Partial<ServerFacts>>): Promise<Identities> {
    await using fixture = await MysqlFixture.open(server);
    for (const name of names) {
      await fixture.run(`CREATE TABLE ${quoteName(name)} (id INT) PARTITION BY HASH (id) PARTITIONS 2`);
    }
    await using connection = await connectMysql(fixture.source.options, { severalStatements: true }, calm);
    const real = await readServerFacts(connection, calm);
    const objects = names.map((name) => ({ kind: 'TABLE' as const, name }));
    const tables = await describeTables(connection, { database: 'shop', objects }, calm);
    return await identify(connection, { ...real, ...facts }, { database: 'shop', tables }, calm);
  }

  it('by the ids of all their partitions, whatever their names', async () => {
    const { ids, held } = await identities({});
    assert.deepEqual(held, []);
    assert.deepEqual([...ids.keys()], names);
    for (const { answer } of ids.values()) assert.equal(JSON.parse(answer).length, 2);
    assert.equal(new Set([...ids.values()].map(({ answer }) => answer)).size, names.length);
  });

  it('not at all where the server has no such view: they are held', async () => {
    const { ids, held } = await identities({ vendor: 'mysql', numbers: [8, 0, 36] });
    assert.deepEqual([[...ids.keys()], held], [[], names]);
  });

  it('by nothing on servers that name a point in time, or have none', async () => {
    const { ids, held } = await identities({ vendor: 'tidb' });
    assert.deepEqual([[...ids.keys()], held], [[], []]);
  });
});

async function open(
  server: MariadbServer,
  grants: string,
  { table, ...exchange }: (typeof exchanges)[number],
): Promise<MysqlFixture> {
  const fixture = await MysqlFixture.open(server);
  await fixture.run(
    `CREATE OR REPLACE USER reader; GRANT SELECT, SHOW VIEW ON shop.* TO reader; GRANT ${grants} ON *.* TO reader`,
  );
  const twin = 'twin' in exchange ? exchange.twin : table;
  await fixture.run(`CREATE TABLE twin ${twin}; INSERT INTO twin VALUES (1), (2)`);
  await until('twin is of another second', () => isOlder(fixture, 'twin', 1));
  await fixture.run(`CREATE TABLE t ${table}; INSERT INTO t SELECT seq FROM seq_1_to_${rowsOfTable}`);
  return fixture;
}

/** The time of a table's making has whole seconds. */
async function isOlder(fixture: MysqlFixture, table: string, seconds: number): Promise<true | undefined> {
  const [row] = await fixture.rows(
    `SELECT CREATE_TIME <= now() - INTERVAL ${seconds} SECOND FROM information_schema.TABLES ` +
      `WHERE TABLE_SCHEMA = 'shop' AND TABLE_NAME = '${table}'`,
  );
  return row?.[0] === 1 ? true : undefined;
}

async function freeze(fixture: MysqlFixture): Promise<Frozen> {
  return await fixture.source.freeze({ database: 'shop', objects: [{ kind: 'TABLE', name: 't' }] }, calm);
}

/** False when the statement was given up because somebody holds the table. */
async function isDone(statement: Promise<unknown>): Promise<boolean> {
  try {
    await statement;
    return true;
  } catch (error) {
    assert.match(String(error), /Lock wait timeout exceeded/);
    return false;
  }
}

async function assertRowsOrReason(frozen: Frozen): Promise<void> {
  const answer = await frozen.checksum('t', undefined, calm).catch((error: unknown) => error);
  if (answer instanceof SourceError) assert.deepEqual([answer.kind, answer.message], ['failed', changed]);
  else assert.partialDeepStrictEqual(answer, { rows: rowsOfTable });
}
