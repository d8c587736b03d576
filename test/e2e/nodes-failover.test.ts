import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { heartbeatMs, NodeWorld, timeoutMs } from '../support/node-world.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** For the machine that runs the test, which may be busy: a take-over itself takes a few milliseconds. */
const slackMs = 6_000;

describe('when the node that runs a backup stops', { skip: mariadbSkipReason() }, () => {
  let world: NodeWorld;
  let nodes = new Map<string, ServerProcess>();
  let round = 0;

  before(async () => {
    world = await NodeWorld.open();
    await world.direct(
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(200))',
      "INSERT INTO shop.item SELECT seq, RPAD('', 200, MD5(seq)) FROM seq_1_to_30000",
    );
    for (const name of ['a', 'b']) nodes.set(name, await world.start(name));
    // Slow enough to be caught in the middle.
    await world.prepare(one(nodes), { max_source_rows_per_second: '6000' });
  });
  beforeEach(() => {
    round += 1;
  });
  after(async () => world[Symbol.asyncDispose]());

  /** Begins a backup and waits until its rows are read; its owner and the other node. */
  async function begin(): Promise<Readonly<{ owner: string; other: string; label: string }>> {
    const label = `round_${round}`;
    const asked = one(nodes);
    await until('the backup is taken', async () =>
      world.ask(asked, 'SET CATALOG prod', `BACKUP SNAPSHOT shop.${label} TO repo`).then(
        () => true,
        () => undefined,
      ),
    );
    const owner = await world.owner(asked, 'prod.shop');
    const other = [...nodes.keys()].find((name) => name !== owner);
    assert.ok(owner !== undefined && other !== undefined);
    await until('rows are read', async () => {
      const row = await world.lastBackup(node(owner), 'shop');
      return row?.['SnapshotName'] === label && /UPLOAD/.test(row['State'] ?? '') ? true : undefined;
    });
    return { owner, other, label };
  }

  function node(name: string): ServerProcess {
    const found = nodes.get(name);
    assert.ok(found);
    return found;
  }

  async function takenOver(by: string, since: number): Promise<number> {
    await until('the other node takes over', async () =>
      (await world.owner(node(by), 'prod.shop')) === by ? true : undefined,
    );
    return Date.now() - since;
  }

  it('by kill -9, another node finishes it, in time', async () => {
    const { owner, other, label } = await begin();
    const since = Date.now();
    node(owner).signal('SIGKILL');
    const tookMs = await takenOver(other, since);
    assert.ok(tookMs <= timeoutMs + heartbeatMs + slackMs, `after ${tookMs} ms`);
    await world.finished(node(other), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
    nodes.set(owner, await world.start(owner));
    await world.finished(node(owner), 'shop', label);
  });

  it('by SIGTERM, another node goes on at once', async () => {
    const { owner, other, label } = await begin();
    const since = Date.now();
    await node(owner).stop();
    const tookMs = await takenOver(other, since);
    assert.ok(tookMs <= heartbeatMs + slackMs, `after ${tookMs} ms`);
    await world.finished(node(other), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
    nodes.set(owner, await world.start(owner));
  });

  it('by SIGSTOP, another node finishes it, and the paused one writes nothing more', async () => {
    const { owner, other, label } = await begin();
    node(owner).signal('SIGSTOP');
    await takenOver(other, Date.now());
    const finished = await world.finished(node(other), 'shop', label);
    const rows = await auditRows();
    node(owner).signal('SIGCONT');
    const seen = await world.finished(node(owner), 'shop', label);
    assert.deepEqual(seen['FinishedTime'], finished['FinishedTime']);
    // It has seen that it is not the owner; whatever it had begun has ended.
    await until('it knows', async () =>
      (await world.owner(node(owner), 'prod.shop')) === other ? true : undefined,
    );
    assert.equal(snapshotsOf(label), 1);
    const later = (await auditRows()).slice(rows.length).filter(({ key }) => key.startsWith('/prod.shop/'));
    assert.deepEqual(
      later.filter(({ instance }) => instance.startsWith(`${owner}:`)),
      [],
    );
  });

  it('never has a job written by two nodes under one epoch, and loses no write', async () => {
    const rows = (await auditRows()).filter(({ key }) => key.startsWith('/prod.shop/job/'));
    const versions = Map.groupBy(rows, ({ key }) => key);
    for (const [key, own] of versions) {
      assert.deepEqual(
        own.map(({ mvcc }) => mvcc),
        own.map((_, index) => index),
        `every version of ${key} is there once`,
      );
      // Whoever takes over goes on to the end of what it has: the writers of a job never take turns.
      const writers = own.map(({ instance }) => instance).filter((each, at, all) => each !== all[at - 1]);
      assert.ok(writers.length <= 2, `${key} was written by ${writers.join(', ')}`);
    }
    assert.deepEqual(world.repository().snapshots.length, versions.size);
    const { blobs, named } = world.repository();
    assert.deepEqual([...named.difference(blobs)], [], 'no snapshot lacks a blob');
  });

  function snapshotsOf(label: string): number {
    return world.repository().snapshots.filter((name) => name.startsWith(`${label}/`)).length;
  }

  type Audit = Readonly<{ key: string; mvcc: number; instance: string }>;

  async function auditRows(): Promise<readonly Audit[]> {
    const connection = await world.database.connect({ database: 'metadata' });
    const sql = 'SELECT `key`, mvcc, instance FROM holdfast_audit_log WHERE mvcc IS NOT NULL ORDER BY id';
    const [rows] = await connection.query(sql);
    await connection.end();
    return (rows as Readonly<Record<string, unknown>>[]).map((row) => ({
      key: String(row['key']),
      mvcc: Number(row['mvcc']),
      instance: String(row['instance']),
    }));
  }
});

function one(nodes: ReadonlyMap<string, ServerProcess>): ServerProcess {
  const [first] = nodes.values();
  assert.ok(first);
  return first;
}
