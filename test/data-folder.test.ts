import assert from 'node:assert/strict';
import {
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { RowDataPacket } from 'mysql2/promise';
import { silentLog } from '../src/base/log.ts';
import { parseArguments } from '../src/config/load.ts';
import { type HoldfastServer, startServer } from '../src/server.ts';
import { connectMysql2 } from './support/clients.ts';
import { ServerProcess } from './support/server-process.ts';
import { until } from './support/until.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => folder[Symbol.asyncDispose]());

const within = (...names: readonly string[]): string => path.join(folder.path, 'data', ...names);

async function start(): Promise<HoldfastServer> {
  const command = parseArguments(['serve', '--listen', '127.0.0.1:0', '--data', within()], {});
  assert.ok(command.kind === 'serve');
  return startServer(command.config, silentLog);
}

async function run(server: HoldfastServer, ...statements: readonly string[]): Promise<void> {
  await using connection = await connectMysql2({ port: server.port, user: 'root' });
  for (const statement of statements) await connection.query(statement);
}

async function makeUsed(): Promise<void> {
  const server = await start();
  await run(server, 'CREATE DATABASE shop', "CREATE USER clerk IDENTIFIED BY 'correct-horse-9'");
  await server.stop();
}

type Loss = Readonly<{
  name: string;
  damage: () => void;
  text: RegExp;
  /** What the text asks for to begin without, besides the marker. */
  begin?: () => void;
}>;

const lost: readonly Loss[] = [
  {
    name: 'without its metastore',
    damage: () => {
      for (const end of ['', '-wal', '-shm']) rmSync(within(`metastore.db${end}`), { force: true });
    },
    text: /^the metastore of data folder '.*' is gone or empty: .* remove '.*initialised'/,
  },
  {
    name: 'with an empty metastore',
    damage: () => truncateSync(within('metastore.db'), 0),
    text: /is gone or empty/,
  },
  {
    name: 'without the file of its engine',
    damage: () => rmSync(within('engine', 'holdfast.duckdb')),
    text: /^the embedded engine's file '.*holdfast\.duckdb' is gone: .* remove '.*initialised'/,
  },
  {
    name: 'with an empty file of its engine',
    damage: () => truncateSync(within('engine', 'holdfast.duckdb'), 0),
    text: /^the embedded engine's file '.*holdfast\.duckdb' is empty or damaged: /,
    begin: () => rmSync(within('engine', 'holdfast.duckdb')),
  },
  {
    name: 'without its key',
    damage: () => rmSync(within('secret.key')),
    text: /^the key '.*secret\.key' is gone, which opens the credentials .* remove '.*initialised'/,
  },
];

describe('a data folder that was in use', () => {
  for (const { name, damage, text, begin } of lost) {
    it(`${name} is refused, again and again, until somebody decides to begin without`, async () => {
      await makeUsed();
      damage();
      for (let attempt = 0; attempt < 2; attempt++) await assert.rejects(start(), { message: text });
      rmSync(within('initialised'));
      begin?.();
      const server = await start();
      await server.stop();
      assert.ok(existsSync(within('initialised')));
    });
  }

  it('with all its parts is served', async () => {
    await makeUsed();
    const server = await start();
    await run(server, 'USE shop');
    await server.stop();
  });

  it('has its metastore in the file, so that a copy of a running server is worth something', async () => {
    await makeUsed();
    const server = await start();
    copyFileSync(within('metastore.db'), within('copy.db'));
    await server.stop();
    renameSync(within('copy.db'), within('metastore.db'));
    const again = await start();
    await run(again, 'DROP USER clerk');
    await again.stop();
  });
});

type Taking = Readonly<{ name: string; take: (file: string) => void }>;

const removed: Taking = { name: 'removed', take: (file) => rmSync(file) };
const cut: Taking = { name: 'cut to nothing', take: (file) => truncateSync(file, 0) };
const replaced: Taking = {
  name: 'replaced by a copy',
  take: (file) => {
    copyFileSync(file, `${file}.copy`);
    renameSync(`${file}.copy`, file);
  },
};

describe('a metastore that is taken away while it is in use', () => {
  for (const end of ['', '-wal']) {
    for (const { name, take } of [removed, replaced, cut]) {
      it(`nothing more is answered OK when metastore.db${end} is ${name}`, async () => {
        await makeUsed();
        const server = await start();
        await run(server, 'DROP USER clerk');
        take(within(`metastore.db${end}`));
        const create = run(server, "CREATE USER clerk IDENTIFIED BY 'correct-horse-9'");
        await assert.rejects(create, /was removed, replaced or cut while it is in use/);
        await server.stop();
      });
    }
  }

  it('keeps what it had answered OK when its log is removed and the server is stopped', async () => {
    await makeUsed();
    const server = await start();
    await run(server, "CREATE USER porter IDENTIFIED BY 'correct-horse-9'");
    rmSync(within('metastore.db-wal'));
    await server.stop();
    const again = await start();
    await run(again, 'DROP USER porter');
    await again.stop();
  });
});

type LostLog = Readonly<{ name: string; take: (log: string) => void }>;

const lostLogs: readonly LostLog[] = [
  removed,
  { name: 'cut in the middle', take: (log) => truncateSync(log, Math.floor(statSync(log).size / 2)) },
];

describe('a server that is killed after a log was taken from it', () => {
  for (const { name, take } of lostLogs) {
    it(`is not started again without what it had answered OK: that of the metastore was ${name}`, async () => {
      await withoutLog(
        within('metastore.db-wal'),
        take,
        "CREATE USER porter IDENTIFIED BY 'correct-horse-9'",
      );
      await assert.rejects(
        start(),
        /^MetastoreError: metastore '.*metastore\.db' lacks its last \d+ changes/,
      );
      rmSync(within('metastore.db-note'));
      const server = await start();
      await assert.rejects(run(server, 'DROP USER porter'), /porter/);
      await server.stop();
    });
  }

  it('is started when its logs are there', async () => {
    await withoutLog(
      within('absent'),
      () => undefined,
      'CREATE DATABASE depot',
      'CREATE TABLE depot.t (a INT)',
    );
    const server = await start();
    await run(server, 'SELECT * FROM depot.t');
    await server.stop();
  });

  /** A process of its own, ended by SIGKILL. */
  async function withoutLog(
    log: string,
    take: (log: string) => void,
    ...statements: readonly string[]
  ): Promise<void> {
    await makeUsed();
    const server = await ServerProcess.start({ data: within() });
    const connection = await server.connect();
    for (const statement of statements) await connection.query(statement);
    take(log);
    connection.destroy();
    server.signal('SIGKILL');
    await server.exited;
  }
});

describe('an engine whose file is taken away while it is in use', () => {
  const file = (): string => within('engine', 'holdfast.duckdb');
  const refused = /'.*holdfast\.duckdb' was removed, replaced or cut while it is in use/;

  for (const { name, take } of [removed, replaced, cut]) {
    it(`takes no more rows, definitions and restores when it is ${name}`, async () => {
      await makeUsed();
      const server = await start();
      await run(server, 'CREATE TABLE shop.t (a INT)', 'INSERT INTO shop.t VALUES (1)');
      take(file());
      await assert.rejects(run(server, 'INSERT INTO shop.t VALUES (2)'), refused);
      await assert.rejects(run(server, 'CREATE TABLE shop.u (a INT)'), refused);
      await assert.rejects(run(server, 'CREATE DATABASE depot'), refused);
      await run(server, 'SELECT * FROM shop.t');
      await server.stop();
    });
  }

  it('commits no transaction that had begun', async () => {
    await makeUsed();
    const server = await start();
    await run(server, 'CREATE TABLE shop.t (a INT)');
    await using connection = await connectMysql2({ port: server.port, user: 'root' });
    await connection.query('BEGIN');
    await connection.query('INSERT INTO shop.t VALUES (1)');
    removed.take(file());
    await assert.rejects(connection.query('COMMIT'), refused);
    await server.stop();
  });

  it('can still be backed up when it was removed, and is restored from that into a new one', async () => {
    await makeUsed();
    const place = `"${pathToFileURL(path.join(folder.path, 'repository')).href}"`;
    const server = await start();
    await run(
      server,
      'CREATE TABLE shop.t (a INT)',
      'INSERT INTO shop.t VALUES (1)',
      `CREATE REPOSITORY r WITH BROKER ON LOCATION ${place}`,
    );
    removed.take(file());
    await run(server, 'BACKUP SNAPSHOT shop.saved TO r');
    assert.match(await jobEnd(server, 'BACKUP'), /^FINISHED/);
    await run(server, `RESTORE SNAPSHOT shop.saved FROM r ${await timestampOf(server, 'saved')}`);
    assert.match(await jobEnd(server, 'RESTORE'), refused);
    await server.stop();
    await assert.rejects(start(), /'.*holdfast\.duckdb' is gone/);
    rmSync(within('initialised'));
    const again = await start();
    await run(again, 'CREATE DATABASE shop');
    await run(again, `RESTORE SNAPSHOT shop.saved FROM r ${await timestampOf(again, 'saved')}`);
    assert.match(await jobEnd(again, 'RESTORE'), /^FINISHED/);
    await again.stop();
  });
});

describe('a key that is taken away while the server runs', () => {
  it('is asked for at the next start, also when it was cut', async () => {
    await makeUsed();
    const key = readFileSync(within('secret.key'));
    const server = await start();
    truncateSync(within('secret.key'), 0);
    await server.stop();
    await assert.rejects(start(), /the key from '.*secret\.key' must be 64 hexadecimal digits/);
    writeFileSync(within('secret.key'), key);
    const again = await start();
    await again.stop();
  });
});

async function rowsOf(server: HoldfastServer, sql: string): Promise<readonly RowDataPacket[]> {
  await using connection = await connectMysql2({ port: server.port, user: 'root' });
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return rows;
}

async function timestampOf(server: HoldfastServer, label: string): Promise<string> {
  const [row] = await rowsOf(server, `SHOW SNAPSHOT ON r WHERE SNAPSHOT = '${label}'`);
  return `PROPERTIES ("backup_timestamp" = "${String(row?.['Timestamp'])}")`;
}

/** The state and the status of a job, when it has come to its end. */
async function jobEnd(server: HoldfastServer, kind: 'BACKUP' | 'RESTORE'): Promise<string> {
  return until(`a settled ${kind}`, async () => {
    const [row] = await rowsOf(server, `SHOW ${kind} FROM shop`);
    const state = String(row?.['State']);
    return ['FINISHED', 'CANCELLED'].includes(state) ? `${state} ${String(row?.['Status'])}` : undefined;
  });
}
