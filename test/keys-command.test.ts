import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { present } from '../src/base/assert.ts';
import { armFailpoints, type Failpoint } from '../src/base/failpoint.ts';
import { silentLog } from '../src/base/log.ts';
import { systemClock } from '../src/base/clock.ts';
import { Secret } from '../src/base/secret.ts';
import type { Config } from '../src/config/config.ts';
import { type KeysAction, parseArguments } from '../src/config/load.ts';
import { runKeys } from '../src/keys-command.ts';
import type { Metastore } from '../src/metastore/metastore.ts';
import { openMetastore } from '../src/metastore/open-metastore.ts';
import { openSharedNode } from '../src/metastore/open-shared-node.ts';
import { openSecrets } from '../src/metastore/secret-key.ts';
import { MariadbServer, mariadbSkipReason } from './support/mariadb-server.ts';
import { type TemporaryFolder, temporaryFolder } from './support/temporary-folder.ts';

const password = 'swordfish';
const keys = ['/_global/repository/r', '/_global/catalog/c', '/a.b/thing/t'];

let folder: TemporaryFolder;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => {
  armFailpoints(() => undefined);
  await folder[Symbol.asyncDispose]();
});

function configOf(environment: Readonly<Record<string, string>> = {}, flags: readonly string[] = []): Config {
  const command = parseArguments(
    ['keys', 'rotate', '--data', path.join(folder.path, 'data'), ...flags],
    environment,
  );
  assert.ok(command.kind === 'keys');
  return command.config;
}

async function run(action: KeysAction, config = configOf()): Promise<readonly string[]> {
  const lines: string[] = [];
  const exitCode = await runKeys(config, action, { print: (text) => lines.push(text), log: silentLog });
  assert.equal(exitCode, 0, lines.join('\n'));
  return lines;
}

const openIn = ({ data: dataFolder }: Config): ReturnType<typeof openMetastore> =>
  openMetastore({ dataFolder, instance: 'test', clock: systemClock, log: silentLog });

/** Stores the password in each form that resources have it, and beside it what only looks alike. */
async function store(config: Config): Promise<void> {
  await using metastore = await openIn(config);
  await storeIn(metastore, config);
}

async function storeIn(metastore: Metastore, config: Config): Promise<void> {
  const secrets = openSecrets(config.data, config.secretKey);
  const seal = (): string => secrets.seal(new Secret(password));
  for (const key of keys) {
    await metastore.write({ project: key.split('/')[1] ?? '', operator: 'test' }, (sandbox) => {
      sandbox.put(key, {
        name: 'v1:00000000',
        properties: [['password', seal()]],
        url: seal(),
        count: 1,
        none: null,
      });
    });
  }
}

/** The sealed texts of all resources, having opened each. */
async function readAll(config: Config): Promise<readonly string[]> {
  await using metastore = await openIn(config);
  return sealedIn(metastore, config);
}

function sealedIn(metastore: Metastore, config: Config): readonly string[] {
  const secrets = openSecrets(config.data, config.secretKey);
  return keys.flatMap((key) => {
    const { content } = metastore.get(key) as { content: { properties: [[string, string]]; url: string } };
    const texts = [content.properties[0][1], content.url];
    for (const text of texts) assert.equal(secrets.open(text).reveal(), password);
    assert.deepEqual(content, {
      name: 'v1:00000000',
      properties: [['password', texts[0]]],
      url: texts[1],
      count: 1,
      none: null,
    });
    return texts;
  });
}

const keyIds = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.map((text) => text.slice(3, 11))),
];
const keyFile = (): string => readFileSync(path.join(folder.path, 'data', 'secret.key'), 'utf8');

describe('keys rotate', () => {
  it('seals every credential with a new key, and keeps the old one until it is forgotten', async () => {
    const config = configOf();
    await store(config);
    const before = await readAll(config);
    const [oldKey] = keyFile().split('\n');
    assert.equal((await run('rotate'))[0], '6 credentials are sealed with a new key.');
    const after = await readAll(config);
    assert.equal(keyIds(after).length, 1);
    assert.notDeepEqual(keyIds(after), keyIds(before));
    assert.equal(keyFile().split('\n')[1], oldKey);
    assert.equal(
      openSecrets(config.data, undefined)
        .open(before[0] ?? '')
        .reveal(),
      password,
      'old backups open',
    );
    assert.deepEqual(await run('forget'), ['1 older keys are forgotten.']);
    await readAll(config);
    assert.ok(!keyFile().includes(oldKey ?? ''));
    assert.throws(() => openSecrets(config.data, undefined).open(before[0] ?? ''), { kind: 'wrong_key' });
    assert.deepEqual(
      readdirSync(config.data).filter((name) => name.includes('partial')),
      [],
    );
  });

  it('can be run again and again', async () => {
    await store(configOf());
    for (let round = 1; round <= 3; round++) {
      await run('rotate');
      assert.equal(keyFile().trim().split('\n').length, round + 1);
      assert.equal(keyIds(await readAll(configOf())).length, 1);
    }
  });

  for (const point of [
    'keys.written',
    'metastore.before_commit',
    'metastore.after_commit',
    'keys.resealed',
  ] as const) {
    it(`that ends at ${point} leaves all readable, and is finished by the next`, async () => {
      const config = configOf();
      await store(config);
      const before = keyIds(await readAll(config));
      failAt(point);
      await assert.rejects(run('rotate'));
      armFailpoints(() => undefined);
      await readAll(config);
      await run('rotate');
      const after = keyIds(await readAll(config));
      assert.equal(after.length, 1);
      assert.notDeepEqual(after, before);
      await run('forget');
      await readAll(config);
    });
  }

  it('takes the keys of the configuration, the first of which seals', async () => {
    const [old, next] = [randomBytes(32), randomBytes(32)].map((key) => key.toString('hex'));
    await store(configOf({ HOLDFAST_SECRET_KEY: `${old}` }));
    await run('rotate', configOf({ HOLDFAST_SECRET_KEY: `${next},${old}` }));
    await readAll(configOf({ HOLDFAST_SECRET_KEY: `${next}` }));
    assert.ok(!readdirSync(configOf().data).includes('secret.key'));
  });

  it('tells of credentials that no key opens, and leaves them', async () => {
    await store(configOf({ HOLDFAST_SECRET_KEY: 'ab'.repeat(32) }));
    const lines: string[] = [];
    const config = configOf();
    assert.equal(await runKeys(config, 'rotate', { print: (text) => lines.push(text), log: silentLog }), 1);
    for (const key of keys)
      assert.ok(
        lines.some((line) => line.includes(key)),
        lines.join('\n'),
      );
    await readAll(configOf({ HOLDFAST_SECRET_KEY: 'ab'.repeat(32) }));
    await assert.rejects(run('forget'), /an older key is needed for .*: run holdfast keys rotate first/);
  });

  it('does not run beside a server', async () => {
    await using _held = await openIn(configOf());
    await assert.rejects(run('rotate'), /is in use by another Holdfast server/);
  });
});

describe('keys rotate of nodes that share a metastore', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  let databases = 0;
  before(async () => {
    server = await MariadbServer.start([]);
  });
  after(async () => server[Symbol.asyncDispose]());

  /** Two nodes with the same key, as they are copied there; the first has stored the passwords. */
  const twoNodes = async (): Promise<Readonly<{ one: Config; two: Config }>> => {
    const database = `metadata_${++databases}`;
    const connection = await server.connect();
    await connection.query(`CREATE DATABASE ${database}`);
    await connection.end();
    const flags = ['--metastore', `mysql://root@127.0.0.1:${server.port}/${database}`];
    const one = configOf({}, [...flags, '--node-id', 'one']);
    const two = { ...configOf({}, [...flags, '--node-id', 'two']), data: path.join(folder.path, 'two') };
    {
      await using node = await join(one);
      for (const key of keys) await node.ownership.require(key.split('/')[1] ?? '');
      await storeIn(node.metastore, one);
    }
    giveKeys(one, two);
    return { one, two };
  };

  const giveKeys = (from: Config, to: Config): void => {
    mkdirSync(to.data, { recursive: true });
    copyFileSync(path.join(from.data, 'secret.key'), path.join(to.data, 'secret.key'));
  };

  const readAllOf = async (config: Config): Promise<readonly string[]> => {
    await using node = await join(config);
    return sealedIn(node.metastore, config);
  };

  it('seals all anew, and takes in nodes that were given the new key alone', async () => {
    const { one, two } = await twoNodes();
    const before = keyIds(await readAllOf(two));
    const lines = await run('rotate', one);
    assert.equal(lines[0], '6 credentials are sealed with a new key.');
    assert.match(lines[1] ?? '', /^Give all nodes the same keys before they are started: copy .*secret\.key/);
    await assert.rejects(readAllOf(two), { kind: 'wrong_key' });
    giveKeys(one, two);
    const after = keyIds(await readAllOf(two));
    assert.equal(after.length, 1);
    assert.notDeepEqual(after, before);
    await run('forget', two);
    await readAllOf(two);
    await readAllOf(one);
  });

  for (const point of [
    'keys.written',
    'keys.required',
    'metastore.before_commit',
    'metastore.after_commit',
    'keys.resealed',
  ] as const) {
    it(`that ends at ${point} leaves all readable, and is finished by the next`, async () => {
      const { one, two } = await twoNodes();
      const before = keyIds(await readAllOf(one));
      failAt(point);
      await assert.rejects(run('rotate', one));
      armFailpoints(() => undefined);
      await readAllOf(one);
      await run('rotate', one);
      const after = keyIds(await readAllOf(one));
      assert.equal(after.length, 1);
      assert.notDeepEqual(after, before);
      await run('forget', one);
      giveKeys(one, two);
      await readAllOf(two);
    });
  }

  it('does not run while any of them does', async () => {
    const { one, two } = await twoNodes();
    await using _running = await join(two);
    await assert.rejects(run('rotate', one), /in use by 'two' at 127\.0\.0\.1:9030: stop all nodes before/);
    await assert.rejects(run('forget', one), /in use by 'two'/);
  });
});

function join(config: Config): ReturnType<typeof openSharedNode> {
  return openSharedNode({
    url: present(config.metastore, 'the URL of the metastore'),
    dataFolder: config.data,
    auditRowsMax: config.auditRowsMax,
    instance: 'test',
    node: config.nodeId,
    address: () => '127.0.0.1:9030',
    httpPort: 0,
    role: 'all',
    group: '',
    groupOf: () => '',
    version: 'test',
    secretKey: undefined,
    heartbeatMs: config.nodeHeartbeatMs,
    timeoutMs: config.nodeTimeoutMs,
    isHome: () => false,
    random: Math.random,
    elapsedMs: () => performance.now(),
    clock: systemClock,
    log: silentLog,
  });
}

function failAt(point: Failpoint): void {
  armFailpoints((name) => {
    if (name === point) throw new Error(`the process ends at ${point}`);
  });
}
