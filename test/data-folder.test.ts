import assert from 'node:assert/strict';
import { copyFileSync, existsSync, renameSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { silentLog } from '../src/base/log.ts';
import { parseArguments } from '../src/config/load.ts';
import { type HoldfastServer, startServer } from '../src/server.ts';
import { connectMysql2 } from './support/clients.ts';
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

const lost: readonly Readonly<{ name: string; damage: () => void; text: RegExp }>[] = [
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
];

describe('a data folder that was in use', () => {
  for (const { name, damage, text } of lost) {
    it(`${name} is refused, again and again, until somebody decides to begin without`, async () => {
      await makeUsed();
      damage();
      for (let attempt = 0; attempt < 2; attempt++) await assert.rejects(start(), { message: text });
      rmSync(within('initialised'));
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

describe('a metastore that is taken away while it is in use', () => {
  const ways: readonly Readonly<{ name: string; take: () => void }>[] = [
    { name: 'removed', take: () => rmSync(within('metastore.db')) },
    {
      name: 'replaced by a copy',
      take: () => {
        copyFileSync(within('metastore.db'), within('copy.db'));
        renameSync(within('copy.db'), within('metastore.db'));
      },
    },
  ];
  for (const { name, take } of ways) {
    it(`when it is ${name}, nothing more is answered OK`, async () => {
      const server = await start();
      take();
      const create = run(server, "CREATE USER clerk IDENTIFIED BY 'correct-horse-9'");
      await assert.rejects(create, /was removed or replaced while it is in use/);
      await server.stop();
    });
  }
});
