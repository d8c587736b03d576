import assert from 'node:assert/strict';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../src/base/clock.ts';
import { silentLog } from '../src/base/log.ts';
import { SqlError, type SqlErrorKind } from '../src/base/sql-error.ts';
import type { Config } from '../src/config/config.ts';
import { parseArguments } from '../src/config/load.ts';
import { openAdapter } from '../src/repository/open-adapter.ts';
import type { RepositoryRequest } from '../src/repository/repositories.ts';
import { type OpenServices, openServices } from '../src/services.ts';
import { calm } from './conformance/blob-store/support.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => folder[Symbol.asyncDispose]());

const within = (...names: readonly string[]): string => path.join(folder.path, ...names);

function configOf(flags: readonly string[] = [], environment: Readonly<Record<string, string>> = {}): Config {
  const command = parseArguments(['serve', '--data', within('data'), ...flags], environment);
  assert.ok(command.kind === 'serve');
  return command.config;
}

async function open(config: Config = configOf()): Promise<OpenServices> {
  return openServices(config, { clock: systemClock, log: silentLog, openAdapter });
}

function request(name: string, ...at: readonly string[]): RepositoryRequest {
  const location = pathToFileURL(within(...at)).href;
  return { name, readOnly: false, location, properties: [['aws.s3.secret_key', 'hunter2']] };
}

async function refuses(work: () => unknown, kind: SqlErrorKind, text: RegExp): Promise<void> {
  await assert.rejects(
    async () => work(),
    (error) => {
      assert.ok(error instanceof SqlError, String(error));
      assert.equal(error.kind, kind);
      assert.match(error.message, text);
      return true;
    },
  );
}

describe('the parts of the server', () => {
  it('keep repositories from one start to the next, their properties readable', async () => {
    let before: unknown;
    {
      await using services = await open();
      await services.repositories.create(request('r', 'backups'), 'root', calm);
      before = services.repositories.list();
    }
    await using services = await open();
    assert.deepEqual(services.repositories.list(), before);
    assert.deepEqual(services.repositories.properties('r'), [['aws.s3.secret_key', 'hunter2']]);
  });

  it('cannot read properties that were sealed with another key, and say so', async () => {
    const withKey = (digit: string): Config => configOf([], { HOLDFAST_SECRET_KEY: digit.repeat(64) });
    {
      await using services = await open(withKey('a'));
      await services.repositories.create(request('r', 'backups'), 'root', calm);
    }
    await using services = await open(withKey('b'));
    assert.equal(services.repositories.list().length, 1);
    assert.throws(() => services.repositories.properties('r'), { name: 'SecretsError', kind: 'wrong_key' });
  });

  it('allow no repository in the data folder, and none outside of the folders listed', async () => {
    await using services = await open(configOf(['--allowed-file-paths', within('allowed')]));
    const create = async (...at: readonly string[]): Promise<readonly string[]> =>
      services.repositories.create(request('r', ...at), 'root', calm);
    await refuses(
      async () => create('data', 'backups'),
      'backup',
      /cannot share the server's own data folder/,
    );
    await refuses(async () => create('backups'), 'backup', /allows no repository/);
    await create('allowed', 'backups');
  });

  it('attach a read-only repository to one that is there, and write nothing', async () => {
    await using services = await open();
    const { repositories } = services;
    const readOnly = { ...request('r', 'backups'), readOnly: true };
    const founding = async (): Promise<readonly string[]> => repositories.create(readOnly, 'root', calm);
    await mkdir(within('backups'));
    await refuses(founding, 'backup', /^there is no repository 'r' to read$/);
    assert.deepEqual(await readdir(within('backups'), { recursive: true }), []);
    await repositories.create(request('r', 'backups'), 'root', calm);
    const { createdAt } = repositories.get('r');
    await repositories.drop('r', 'root');
    const before = await readdir(within('backups'), { recursive: true });
    await founding();
    assert.deepEqual(await readdir(within('backups'), { recursive: true }), before);
    assert.deepEqual([repositories.get('r').readOnly, repositories.get('r').createdAt], [true, createdAt]);
    const opened = await services.openRepository('r', calm);
    assert.deepEqual([opened.name, opened.readOnly], ['r', true]);
  });

  it('know one catalog, and refuse others by name', async () => {
    await using services = await open();
    assert.deepEqual(services.catalogs.names(), ['default_catalog']);
    assert.ok(services.catalogs.source('default_catalog'));
    await refuses(() => services.catalogs.source('prod'), 'unknown_catalog', /Unknown catalog 'prod'/);
  });

  it('count questions, connections and calls of stores', async () => {
    await using services = await open();
    const none = { columns: [], rows: [] };
    const nobody = (): void => assert.fail('nobody is to be killed');
    assert.equal(services.statusCounters().get('Threads_connected'), '0');
    await refuses(() => services.connections, 'server_shutdown', /not listening yet/);
    services.connect({ count: () => 3, processes: () => none, kill: nobody, interrupt: nobody });
    services.countQuestion('SELECT 1');
    await services.repositories.create(request('r', 'backups'), 'root', calm);
    const counters = services.statusCounters();
    assert.equal(counters.get('Threads_connected'), '3');
    assert.equal(counters.get('Questions'), '1');
    assert.ok(Number(counters.get('Holdfast_store_calls')) > 0);
    assert.equal(counters.get('Holdfast_store_failures'), '0');
  });

  for (const { host, isLoopbackOnly } of [
    { host: '127.0.0.1', isLoopbackOnly: true },
    { host: '[::1]', isLoopbackOnly: true },
    { host: '0.0.0.0', isLoopbackOnly: false },
  ]) {
    it(`know that others ${isLoopbackOnly ? 'cannot' : 'can'} reach ${host}`, async () => {
      await using services = await open(configOf(['--listen', `${host}:0`]));
      assert.equal(services.isLoopbackOnly, isLoopbackOnly);
    });
  }

  it('begin sessions with the variables of the configuration', async () => {
    await using services = await open(configOf([], { HOLDFAST_WAIT_TIMEOUT_SECONDS: '77' }));
    assert.equal(services.variables.get('wait_timeout'), 77);
    assert.equal(services.variables.get('datadir'), within('data'));
  });
});

describe('opening the parts of the server', () => {
  it('fails while another process or server has the folder, and succeeds afterwards', async () => {
    {
      await using _first = await open();
      await assert.rejects(open(), { name: 'MetastoreError', kind: 'locked' });
    }
    await using _second = await open();
  });

  it('closes what it has opened when a later part fails', async () => {
    await mkdir(within('data'));
    await writeFile(within('data', 'engine'), 'a file where the engine wants a folder');
    await assert.rejects(open());
    await rm(within('data', 'engine'));
    await using services = await open();
    await services.recover();
  });

  it('closes once, also when it is asked twice', async () => {
    const services = await open();
    await services.recover();
    await services[Symbol.asyncDispose]();
    await services[Symbol.asyncDispose]();
    await using _again = await open();
  });
});
