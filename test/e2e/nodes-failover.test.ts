import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { FlakyPort } from '../doubles/flaky-port.ts';
import { heartbeatMs, NodeWorld, type Row, timeoutMs } from '../support/node-world.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** For the machine that runs the test, which may be busy: a take-over itself takes a few milliseconds. */
const slackMs = 6_000;

describe('when the node that runs a job stops', { skip: mariadbSkipReason() }, () => {
  let world: NodeWorld;
  let nodes = new Map<string, ServerProcess>();
  let way: FlakyPort;
  let round = 0;

  before(async () => {
    world = await NodeWorld.open();
    await world.direct(
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(200))',
      "INSERT INTO shop.item SELECT seq, RPAD('', 200, MD5(seq)) FROM seq_1_to_18000",
    );
    // One of them reaches the metastore over a way that can be closed.
    way = await FlakyPort.open(world.database.port);
    for (const name of ['a', 'b']) nodes.set(name, await world.start(name));
    nodes.set('c', await world.start('c', { metastorePort: way.port }));
    // Slow enough to be caught in the middle.
    await world.prepare(one(nodes), { max_source_rows_per_second: '6000' });
  });
  beforeEach(() => {
    round += 1;
  });
  after(async () => {
    way.heal();
    await world[Symbol.asyncDispose]();
    await way[Symbol.asyncDispose]();
  });

  type Begun = Readonly<{ owner: string; others: readonly string[]; label: string }>;

  /** Begins a backup and waits until its rows are read; its owner and the other nodes. */
  async function begin(asked: ServerProcess = one(nodes)): Promise<Begun> {
    const label = `round_${round}`;
    await until('the backup is taken', async () =>
      world.ask(asked, 'SET CATALOG prod', `BACKUP SNAPSHOT shop.${label} TO repo`).then(
        () => true,
        () => undefined,
      ),
    );
    const owner = await world.owner(asked, 'prod.shop');
    assert.ok(owner !== undefined);
    const others = [...nodes.keys()].filter((name) => name !== owner);
    await until('rows are read', async () => {
      const row = await world.lastBackup(node(owner), 'shop');
      return row?.['SnapshotName'] === label && /UPLOAD/.test(row['State'] ?? '') ? true : undefined;
    });
    return { owner, others, label };
  }

  function node(name: string): ServerProcess {
    const found = nodes.get(name);
    assert.ok(found);
    return found;
  }

  /** The node that takes over, and after how long. */
  async function takenOver(
    by: readonly string[],
    since: number,
  ): Promise<Readonly<{ other: string; tookMs: number }>> {
    const other = await until('another node takes over', async () => {
      const owner = await world.owner(node(by[0] ?? ''), 'prod.shop');
      return owner !== undefined && by.includes(owner) ? owner : undefined;
    });
    return { other, tookMs: Date.now() - since };
  }

  it('by kill -9, another node finishes it, in time', async () => {
    const { owner, others, label } = await begin();
    const since = Date.now();
    node(owner).signal('SIGKILL');
    const { other, tookMs } = await takenOver(others, since);
    assert.ok(tookMs <= timeoutMs + heartbeatMs + slackMs, `after ${tookMs} ms`);
    await world.finished(node(other), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
    await startAgain(owner);
    await world.finished(node(owner), 'shop', label);
  });

  it('by SIGTERM, another node goes on at once', async () => {
    const { owner, others, label } = await begin();
    const since = Date.now();
    await node(owner).stop();
    const { other, tookMs } = await takenOver(others, since);
    assert.ok(tookMs <= heartbeatMs + slackMs, `after ${tookMs} ms`);
    await world.finished(node(other), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
    await startAgain(owner);
  });

  it('by SIGSTOP, another node finishes it, and the paused one writes nothing more', async () => {
    const { owner, others, label } = await begin();
    node(owner).signal('SIGSTOP');
    const { other } = await takenOver(others, Date.now());
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

  it('by kill -9, another node finishes a restore, too', async () => {
    const { label } = await begin();
    await world.finished(one(nodes), 'shop', label);
    const before = await checksum();
    await world.direct('DELETE FROM shop.item WHERE id % 2 = 0');
    const asked = one(nodes);
    const [shown] = await world.ask(asked, `SHOW SNAPSHOT ON repo WHERE SNAPSHOT = '${label}'`);
    await world.ask(asked, 'ADMIN SET FRONTEND CONFIG ("max_download_speed_kbps" = "100")');
    await world.ask(
      asked,
      'SET CATALOG prod',
      `RESTORE SNAPSHOT shop.${label} FROM repo PROPERTIES ("backup_timestamp" = "${shown?.['Timestamp']}")`,
    );
    const owner = await world.owner(asked, 'prod.shop');
    assert.ok(owner !== undefined);
    await until('it loads', async () =>
      /DOWNLOADING/.test((await lastRestore(node(owner)))?.['State'] ?? '') ? true : undefined,
    );
    node(owner).signal('SIGKILL');
    const { other } = await takenOver(
      [...nodes.keys()].filter((name) => name !== owner),
      Date.now(),
    );
    await world.direct('DELETE FROM shop.item WHERE id % 3 = 0');
    await until('the restore is finished', async () => {
      const row = await lastRestore(node(other));
      assert.notEqual(row?.['State'], 'CANCELLED', row?.['Status'] ?? '');
      return row?.['State'] === 'FINISHED' ? true : undefined;
    });
    assert.equal(await checksum(), before);
    await until('no shadow table is left', async () => ((await tables()).length === 1 ? true : undefined));
    await startAgain(owner);
  });

  it('by a network that has come apart, another node finishes it, and the lost one writes nothing more', async () => {
    await moveTo('c');
    const { owner, others, label } = await begin(node('c'));
    assert.equal(owner, 'c');
    way.part();
    const since = Date.now();
    const { other, tookMs } = await takenOver(others, since);
    assert.ok(tookMs <= timeoutMs + heartbeatMs + slackMs, `after ${tookMs} ms`);
    await world.finished(node(other), 'shop', label);
    const rows = await auditRows();
    way.heal();
    await world.finished(node('c'), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
    const later = (await auditRows()).slice(rows.length).filter(({ key }) => key.startsWith('/prod.shop/'));
    assert.deepEqual(
      later.filter(({ instance }) => instance.startsWith('c:')),
      [],
    );
  });

  it('or the database itself is restarted, its owner goes on with the job', async () => {
    const { label } = await begin();
    await world.database.crash();
    // The rows come from the same server: they are read again, at one point in time.
    await until('some node answers', async () => {
      for (const each of nodes.values()) {
        const row = await world.lastBackup(each, 'shop').catch(() => undefined);
        if (row?.['SnapshotName'] === label && row['State'] === 'FINISHED') return true;
      }
      return undefined;
    });
    assert.equal(snapshotsOf(label), 1);
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
    const backups = rows.filter(({ mvcc, kind }) => mvcc === 0 && kind === 'backup');
    assert.deepEqual(world.repository().snapshots.length, backups.length);
    const { blobs, named } = world.repository();
    assert.deepEqual([...named.difference(blobs)], [], 'no snapshot lacks a blob');
  });

  async function startAgain(name: string): Promise<void> {
    nodes.set(name, await world.start(name, name === 'c' ? { metastorePort: way.port } : {}));
  }

  /** Has the project change hands until a node has it: each owner is stopped and started again. */
  async function moveTo(wanted: string): Promise<void> {
    for (;;) {
      const owner = await until('somebody owns it', async () => world.owner(node(wanted), 'prod.shop'));
      if (owner === wanted) return;
      await node(owner).stop();
      await takenOver(
        [...nodes.keys()].filter((name) => name !== owner),
        Date.now(),
      );
      await startAgain(owner);
    }
  }

  async function lastRestore(of: ServerProcess): Promise<Row | undefined> {
    return (await world.ask(of, 'SET CATALOG prod', 'SHOW RESTORE FROM shop')).at(-1);
  }

  async function direct(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const connection = await world.database.connect();
    const [rows] = await connection.query(sql);
    await connection.end();
    return rows as Readonly<Record<string, unknown>>[];
  }

  async function checksum(): Promise<unknown> {
    return (await direct('CHECKSUM TABLE shop.item'))[0]?.['Checksum'];
  }

  function tables(): Promise<readonly unknown[]> {
    return direct('SHOW TABLES FROM shop');
  }

  function snapshotsOf(label: string): number {
    return world.repository().snapshots.filter((name) => name.startsWith(`${label}/`)).length;
  }

  type Audit = Readonly<{ key: string; mvcc: number; instance: string; kind: string }>;

  async function auditRows(): Promise<readonly Audit[]> {
    const connection = await world.database.connect({ database: 'metadata' });
    const sql = `SELECT \`key\`, mvcc, instance, JSON_VALUE(content, '$.job.kind') AS kind
      FROM holdfast_audit_log WHERE mvcc IS NOT NULL ORDER BY id`;
    const [rows] = await connection.query(sql);
    await connection.end();
    return (rows as Readonly<Record<string, unknown>>[]).map((row) => ({
      key: String(row['key']),
      mvcc: Number(row['mvcc']),
      instance: String(row['instance']),
      kind: String(row['kind']),
    }));
  }
});

function one(nodes: ReadonlyMap<string, ServerProcess>): ServerProcess {
  const [first] = nodes.values();
  assert.ok(first);
  return first;
}
