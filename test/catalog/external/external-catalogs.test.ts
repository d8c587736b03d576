import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { silentLog } from '../../../src/base/log.ts';
import { Secret } from '../../../src/base/secret.ts';
import { SqlError } from '../../../src/base/sql-error.ts';
import {
  ExternalCatalogs,
  type ExternalCatalogParts,
} from '../../../src/catalog/external/external-catalogs.ts';
import { MemoryStore } from '../../../src/metastore/memory-store.ts';
import { globalProject } from '../../../src/metastore/key.ts';
import type { Metastore } from '../../../src/metastore/metastore.ts';
import { keyBytes, secretsWithKey } from '../../../src/metastore/secrets.ts';
import { startMetastore } from '../../../src/metastore/stored-metastore.ts';
import type { MysqlOptions } from '../../../src/source/mysql/options.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const signal = new AbortController().signal;
const properties = [
  ['type', 'mysql'],
  ['host', 'localhost'],
  ['user', 'ann'],
  ['password', 'geheim'],
] as const;
const clock = new ManualClock(1_000_000);

describe('external catalogs', () => {
  let metastore: Metastore;
  let catalogs: ExternalCatalogs;
  let tried: MysqlOptions[];

  async function open(more: Partial<ExternalCatalogParts> = {}): Promise<ExternalCatalogs> {
    const secrets = secretsWithKey(new Uint8Array(keyBytes).fill(7), 'the test');
    return new ExternalCatalogs({
      metastore,
      seal: (plain) => secrets.seal(new Secret(plain)),
      unseal: (sealed) => secrets.open(sealed).reveal(),
      tryConnection: async (options) => {
        if (options.password.reveal() === 'wrong') throw new SqlError('access_denied', 'refused');
        tried.push(options);
      },
      now: () => clock.now(),
      ...more,
    });
  }

  beforeEach(async () => {
    metastore = await startMetastore(new MemoryStore(), { instance: 'test', clock, log: silentLog });
    tried = [];
    catalogs = await open();
  });

  const create = async (
    name: string,
    given = properties as readonly (readonly [string, string])[],
  ): Promise<void> => catalogs.create({ name, properties: given }, { ifNotExists: false }, 'root', signal);

  it('are tried, sealed and kept over a restart', async () => {
    await create('prod');
    assert.equal(tried.length, 1);
    const kept = JSON.stringify(metastore.list('/_global/catalog/'));
    assert.doesNotMatch(kept, /geheim/);
    catalogs = await open();
    assert.deepEqual(catalogs.properties('prod'), properties);
    assert.equal(catalogs.options('prod').password.reveal(), 'geheim');
    assert.equal(catalogs.options('prod'), catalogs.options('prod'));
  });

  it('are not kept when their server refuses', async () => {
    await assert.rejects(create('prod', [...properties.slice(0, 3), ['password', 'wrong']]), {
      kind: 'access_denied',
    });
    assert.deepEqual(catalogs.list(), []);
  });

  it('have names like tables, each once', async () => {
    await create('prod');
    for (const name of ['1a', 'a-b', '', 'a b', 'default_catalog', 'prod'])
      await assert.rejects(create(name), { kind: 'analysis' });
    await catalogs.create({ name: 'prod', properties: [] }, { ifNotExists: true }, 'root', signal);
  });

  const bad: readonly (readonly [
    name: string,
    given: readonly (readonly [string, string])[],
    kind: string,
  ])[] = [
    ['no type', [['host', 'db']], 'analysis'],
    ['a type of others', [['type', 'hive']], 'not_supported'],
    ['a property that nobody knows', [...properties, ['colour', 'red']], 'analysis'],
    [
      'no host',
      [
        ['type', 'mysql'],
        ['user', 'ann'],
      ],
      'analysis',
    ],
  ];
  for (const [name, given, kind] of bad) {
    it(`refuse ${name}`, async () => assert.rejects(create('prod', given), { kind }));
  }

  it('are altered after they were tried, which whoever uses them sees', async () => {
    await create('prod');
    const before = catalogs.options('prod');
    await catalogs.alter('prod', [['password', 'new']], 'root', signal);
    assert.notEqual(catalogs.options('prod'), before);
    assert.equal(catalogs.options('prod').password.reveal(), 'new');
    await assert.rejects(catalogs.alter('prod', [['password', 'wrong']], 'root', signal), {
      kind: 'access_denied',
    });
    await assert.rejects(catalogs.alter('prod', [['type', 'jdbc']], 'root', signal), { kind: 'analysis' });
    await assert.rejects(catalogs.alter('ghost', [], 'root', signal), { kind: 'unknown_catalog' });
    assert.equal(catalogs.options('prod').password.reveal(), 'new');
  });

  it('notice that they were changed by someone else meanwhile', async () => {
    await create('prod');
    catalogs = await open({
      tryConnection: async () => {
        const other = await open();
        await other.drop('prod', 'root');
      },
    });
    await assert.rejects(catalogs.alter('prod', [['port', '1']], 'root', signal), {
      kind: 'unknown_catalog',
    });
  });

  it('are forgotten when they are dropped', async () => {
    await create('prod');
    await catalogs.drop('prod', 'root');
    assert.throws(() => catalogs.options('prod'), { kind: 'unknown_catalog' });
    await assert.rejects(catalogs.drop('prod', 'root'), { kind: 'unknown_catalog' });
  });

  it('that were restored without their secrets say which to give', async () => {
    const bare = { name: 'prod', properties: properties.slice(0, 3), missing: ['password'] };
    await metastore.write({ project: globalProject, operator: 'job 1' }, (sandbox) =>
      catalogs.put(sandbox, bare, 'new'),
    );
    assert.throws(() => catalogs.options('prod'), {
      kind: 'access_denied',
      hint: 'Give them: ALTER CATALOG `prod` SET ("password" = "…").',
    });
    await assert.rejects(catalogs.alter('prod', [['port', '3307']], 'root', signal), {
      kind: 'access_denied',
    });
    await catalogs.alter('prod', [['password', 'geheim']], 'root', signal);
    assert.equal(catalogs.options('prod').password.reveal(), 'geheim');
  });

  it('have one that the server was started with, which nobody changes', async () => {
    catalogs = await open({ fixed: { name: 'source', properties } });
    assert.deepEqual(
      catalogs.list().map(({ name }) => name),
      ['source'],
    );
    assert.equal(catalogs.options('source').user, 'ann');
    await assert.rejects(catalogs.alter('source', [['port', '1']], 'root', signal), { kind: 'analysis' });
    await assert.rejects(catalogs.drop('source', 'root'), { kind: 'analysis' });
    await assert.rejects(create('source'), { kind: 'analysis' });
  });
});
