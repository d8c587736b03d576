import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Secret } from '../../../src/base/secret.ts';
import { MetastoreError } from '../../../src/metastore/metastore.ts';
import type { StoredUnit } from '../../../src/metastore/metadata-store.ts';
import type { SharedStore } from '../../../src/metastore/shared-store.ts';
import { readMysqlUrl } from '../../../src/metastore/mysql/options.ts';
import { openMysqlStore } from '../../../src/metastore/mysql/store.ts';
import { conformsToMetadataStore } from '../../conformance/metadata-store.ts';
import { conformsToSharedStore } from '../../conformance/shared-store.ts';
import { FlakyPort } from '../../doubles/flaky-port.ts';
import { MariadbServer, mariadbSkipReason } from '../../support/mariadb-server.ts';
import { until } from '../../support/until.ts';

const signal = new AbortController().signal;

describe('the metastore in MariaDB', { skip: mariadbSkipReason() }, () => {
  let server: MariadbServer;
  let places = 0;

  before(async () => {
    // As a server in use is set: what it has answered survives its crash.
    server = await MariadbServer.start(['--innodb-flush-log-at-trx-commit=1']);
    const connection = await server.connect();
    await connection.query('CREATE DATABASE metadata');
    await connection.end();
  });
  after(async () => server[Symbol.asyncDispose]());

  const open = async (prefix: string, auditRowsMax = 1_000, port = server.port): Promise<SharedStore> => {
    const url = new Secret(`mysql://root@127.0.0.1:${port}/metadata?prefix=${prefix}`);
    return openMysqlStore(readMysqlUrl(url), { auditRowsMax, now: 1, idleSecondsMax: 2 });
  };

  conformsToMetadataStore('MariaDB', async () => {
    const prefix = `c${++places}_`;
    return { open: async (auditRowsMax) => open(prefix, auditRowsMax), close: async () => {} };
  });

  conformsToSharedStore('MariaDB', async () => {
    const prefix = `s${++places}_`;
    return { open: async () => open(prefix) };
  });

  it('knows whether a unit lasts whose connection was lost during its COMMIT', async () => {
    for (const moment of ['before it arrives', 'before its answer'] as const) {
      const prefix = `l${++places}_`;
      await using port = await FlakyPort.open(server.port);
      await using store = await open(prefix, 1_000, port.port);
      await store.commit(unit('first', '/p/t/first'));
      port.cutAt(/COMMIT/, moment);
      const { auditId } = await store.commit(unit('second', '/p/t/second'));
      assert.equal(port.cuts, 1);
      const rows = await store.audit(0, 10, signal);
      assert.deepEqual(
        rows.map(({ key }) => key),
        ['/p/t/first', '/p/t/second'],
        `cut ${moment}`,
      );
      assert.equal(auditId, rows.at(-1)?.id);
    }
  });

  it('lets another node take over from one that stands still in the middle of a transaction', async () => {
    const prefix = `h${++places}_`;
    await using port = await FlakyPort.open(server.port);
    await using still = await open(prefix, 1_000, port.port);
    await using other = await open(prefix);
    const wish = { project: 'p', node: 'a', folder: 'a', timeoutMs: 500, isHome: false };
    assert.equal(await still.claim(wish), 1);
    port.holdAt(/COMMIT/);
    const lost = still.commit(unit('lost', '/p/t/lost'));
    const startedAt = Date.now();
    const epoch = await until('the lease is free', () =>
      other.claim({ ...wish, node: 'b', folder: 'b', timeoutMs: 60_000 }),
    );
    assert.equal(epoch, 2);
    assert.ok(
      Date.now() - startedAt < 40_000,
      'its locks are not waited for: the server would give up after 50 s',
    );
    port.heal();
    await assert.rejects(lost, (error) => error instanceof MetastoreError && error.kind === 'stale_epoch');
    assert.deepEqual((await other.load(signal)).resources, []);
  });

  it('goes on after the database was restarted', async () => {
    await using store = await open(`r${++places}_`);
    await store.commit(unit('first', '/p/t/first'));
    await server.crash();
    await store.commit(unit('second', '/p/t/second'));
    assert.equal((await store.audit(0, 10, signal)).length, 2);
  });

  it('is unavailable while the database is, and says nothing of the password', async () => {
    const url = new Secret(`mysql://root:open-sesame@127.0.0.1:${server.port}/metadata`);
    await assert.rejects(
      () => openMysqlStore(readMysqlUrl(url), { auditRowsMax: 10, now: 1 }),
      (error) =>
        error instanceof MetastoreError &&
        error.kind === 'unavailable' &&
        error.message.includes(`127.0.0.1:${server.port}/metadata`) &&
        !error.message.includes('sesame'),
    );
  });

  it('refuses tables of a later version', async () => {
    const prefix = `v${++places}_`;
    await (await open(prefix))[Symbol.asyncDispose]();
    const connection = await server.connect({ database: 'metadata' });
    await connection.query(`INSERT INTO ${prefix}schema_version VALUES (99, 1)`);
    await connection.end();
    await assert.rejects(
      () => open(prefix),
      (error) => error instanceof MetastoreError && error.kind === 'newer_version',
    );
  });

  it('is made once by nodes that start together', async () => {
    const prefix = `t${++places}_`;
    const stores = await Promise.all([open(prefix), open(prefix), open(prefix)]);
    await stores[0]?.commit(unit('first', '/p/t/first'));
    assert.equal((await stores[1]?.load(signal))?.resources.length, 1);
    for (const store of stores) await store[Symbol.asyncDispose]();
  });

  it('writes a unit of many resources in few statements', async () => {
    await using store = await open(`m${++places}_`);
    const changes = Array.from({ length: 3_000 }, (_, index) => put(`/p/t/${index}`));
    await store.commit({ ...unit('many', '/p/t/x'), changes });
    assert.equal((await store.load(signal)).resources.length, 3_000);
    assert.equal((await store.auditRange(signal)).newest, 3_000);
  });
});

function put(key: string): StoredUnit['changes'][number] {
  return { kind: 'put', key, content: '{}', mvcc: 0 };
}

function unit(unitId: string, key: string): StoredUnit {
  const facts = { project: 'p', epoch: 1, operator: 'root', instance: 'node:9030', at: 1_000 };
  return { ...facts, unitId, changes: [put(key)] };
}
