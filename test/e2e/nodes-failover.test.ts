import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, beforeEach, describe, it } from 'node:test';
import { FlakyPort } from '../doubles/flaky-port.ts';
import { AcknowledgedWrites } from '../support/acknowledged-writes.ts';
import { mariadbSkipReason } from '../support/mariadb-server.ts';
import { checkOneAtATime, type Strike, workOf } from '../support/job-work.ts';
import { NodeWorld, type Row } from '../support/node-world.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';

/** For the machine that runs the test, which may be busy: a take-over itself takes a few milliseconds. */
const slackMs = 20_000;
/** Short, since most of these tests wait for a lease to expire; long enough that a busy machine does not take one from a node that lives. */
const heartbeatMs = 600;
const timeoutMs = 6_000;
const names = ['a', 'b', 'c'];

describe('when the node that runs a job stops', { skip: mariadbSkipReason() }, () => {
  let world: NodeWorld;
  let nodes = new Map<string, ServerProcess>();
  let writes: AcknowledgedWrites;
  /** Each reaches the metastore over a way that can be closed. */
  const ways = new Map<string, FlakyPort>();
  const strikes: Strike[] = [];
  const starting: Promise<void>[] = [];
  let round = 0;
  /** The round that has begun the last backup. */
  let labelled = 0;

  before(async () => {
    world = await NodeWorld.open({ heartbeatMs, timeoutMs });
    await world.direct(
      'CREATE DATABASE shop',
      'USE shop',
      'CREATE TABLE shop.item (id INT PRIMARY KEY, name VARCHAR(200))',
      "INSERT INTO shop.item SELECT seq, RPAD('', 200, MD5(seq)) FROM seq_1_to_9000",
    );
    for (const name of names) ways.set(name, await FlakyPort.open(world.database.port));
    await Promise.all(names.map(start));
    writes = new AcknowledgedWrites(names, (name) => nodes.get(name));
    // Slow enough to be caught in the middle.
    await world.prepare(one(nodes), { max_source_rows_per_second: '3000' });
  });
  beforeEach(async () => {
    round += 1;
    // Two are enough to go on with.
    await until('two nodes are up', async () => (nodes.size > 1 ? true : undefined));
  });
  after(async () => {
    for (const way of ways.values()) way.heal();
    // Where a test has failed, one may be paused.
    for (const each of nodes.values()) each.signal('SIGCONT');
    await writes.stop();
    await Promise.allSettled(starting);
    await world[Symbol.asyncDispose]();
    for (const way of ways.values()) await way[Symbol.asyncDispose]();
  });

  /** `seer` is a node that is up and not the owner. */
  type Begun = Readonly<{ owner: string; seer: string; label: string }>;

  /** Begins a backup and waits until its rows are read. */
  async function begin(asked: ServerProcess = one(nodes)): Promise<Begun> {
    labelled = round;
    const label = `round_${round}`;
    await until('the backup is taken', async () => {
      const backup = ['SET CATALOG prod', `BACKUP SNAPSHOT shop.${label} TO repo`];
      const isTaken = await world.ask(asked, ...backup).then(
        () => true,
        () => false,
      );
      // An answer that was lost: then the label is in use, and every other attempt is refused.
      return isTaken || (await isBegun(asked, label)) ? true : undefined;
    });
    const owner = await world.owner(asked, 'prod.shop');
    assert.ok(owner !== undefined);
    const seer = seerOf(owner);
    await until('rows are read', async () => {
      const row = await world.lastBackup(node(owner), 'shop');
      return row?.['SnapshotName'] === label && /UPLOAD/.test(row['State'] ?? '') ? true : undefined;
    });
    return { owner, seer, label };
  }

  async function isBegun(asked: ServerProcess, label: string): Promise<boolean> {
    const row = await world.lastBackup(asked, 'shop').catch(() => undefined);
    return row?.['SnapshotName'] === label;
  }

  /** What the node works on ends here, whatever its log says. */
  function strike(name: string, signal: 'SIGKILL' | 'SIGSTOP'): void {
    strikes.push({ node: name, at: Date.now() });
    node(name).signal(signal);
  }

  async function start(name: string): Promise<void> {
    nodes.set(name, await world.start(name, { metastorePort: ways.get(name)?.port ?? 0 }));
  }

  /** Once another node has what it had: it would have its own lease again at once. Tests go on with the others. */
  function startAgain(name: string): void {
    nodes.delete(name);
    starting.push(start(name));
  }

  function seerOf(owner: string): string {
    const name = [...nodes.keys()].find((each) => each !== owner);
    assert.ok(name !== undefined);
    return name;
  }

  function node(name: string): ServerProcess {
    const found = nodes.get(name);
    assert.ok(found);
    return found;
  }

  /** The node that takes over from the owner, as another sees it, and after how long. */
  async function takenOver({ owner, seer }: Begun): Promise<Readonly<{ other: string; tookMs: number }>> {
    const since = Date.now();
    const other = await until('another node takes over', async () => {
      const found = await world.owner(node(seer), 'prod.shop');
      return found !== undefined && found !== '' && found !== owner ? found : undefined;
    });
    return { other, tookMs: Date.now() - since };
  }

  it('by kill -9, another node finishes it, in time', async () => {
    const begun = await begin();
    const { owner, seer, label } = begun;
    strike(owner, 'SIGKILL');
    const { tookMs } = await takenOver(begun);
    assert.ok(tookMs <= timeoutMs + heartbeatMs + slackMs, `after ${tookMs} ms`);
    startAgain(owner);
    await world.finished(node(seer), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
  });

  it('by SIGTERM, another node goes on at once', async () => {
    const begun = await begin();
    const { owner, seer, label } = begun;
    node(owner).signal('SIGTERM');
    await node(owner).exited;
    const { tookMs } = await takenOver(begun);
    assert.ok(tookMs <= heartbeatMs + slackMs, `after ${tookMs} ms`);
    startAgain(owner);
    await world.finished(node(seer), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
  });

  it('by SIGSTOP, another node finishes it, and the paused one writes nothing more', async () => {
    const begun = await begin();
    const { owner, seer, label } = begun;
    strike(owner, 'SIGSTOP');
    const { other } = await takenOver(begun);
    const finished = await world.finished(node(seer), 'shop', label);
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
    strike(owner, 'SIGKILL');
    const seer = seerOf(owner);
    await takenOver({ owner, seer, label });
    startAgain(owner);
    await world.direct('DELETE FROM shop.item WHERE id % 3 = 0');
    await until('the restore is finished', async () => {
      const row = await lastRestore(node(seer));
      assert.notEqual(row?.['State'], 'CANCELLED', row?.['Status'] ?? '');
      return row?.['State'] === 'FINISHED' ? true : undefined;
    });
    assert.equal(await checksum(), before);
    await until('no shadow table is left', async () => ((await tables()).length === 1 ? true : undefined));
  });

  it('by a network that has come apart, another node finishes it, and the lost one writes nothing more', async () => {
    const begun = await begin();
    const { owner, seer, label } = begun;
    const way = ways.get(owner);
    way?.part();
    const { tookMs } = await takenOver(begun);
    assert.ok(tookMs <= timeoutMs + heartbeatMs + slackMs, `after ${tookMs} ms`);
    await world.finished(node(seer), 'shop', label);
    const rows = await auditRows();
    way?.heal();
    await world.finished(node(owner), 'shop', label);
    assert.equal(snapshotsOf(label), 1);
    const later = (await auditRows()).slice(rows.length).filter(({ key }) => key.startsWith('/prod.shop/'));
    assert.deepEqual(
      later.filter(({ instance }) => instance.startsWith(`${owner}:`)),
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

  it('never has a job run on two nodes at once', () => {
    const logs = new Map(names.map((name) => [name, world.logOf(name)] as const));
    const nodesOf = checkOneAtATime(workOf(logs, strikes));
    const moved = [...nodesOf.values()].filter((count) => count > 1).length;
    assert.ok(moved >= 5, `${moved} jobs went on elsewhere`);
  });

  it('loses no write that was answered OK', async () => {
    await writes.stop();
    await Promise.all(starting);
    assert.equal(nodes.size, names.length);
    assert.ok(writes.count > 100, `${writes.count} writes were answered, ${writes.failures} were not`);
    const label = `round_${labelled}`;
    for (const each of nodes.values()) {
      await writes.check(each);
      await world.finished(each, 'shop', label);
    }
  });

  it('never has a job written by two nodes under one epoch', async () => {
    const rows = (await auditRows()).filter(({ key }) => key.startsWith('/prod.shop/job/'));
    const versions = Map.groupBy(rows, ({ key }) => key);
    for (const [key, own] of versions) {
      assert.deepEqual(
        own.map(({ mvcc }) => mvcc),
        own.map((_, index) => index),
        `every version of ${key} is there once`,
      );
    }
    // Each change of hands is one of leases, and nobody writes under a lease that has ended.
    const writers = rows.map(({ instance }) => instance.replace(/:.*/, ''));
    const changes = writers.filter((each, at) => each !== writers[at - 1]);
    const owners = ownersByEpoch();
    let at = 0;
    for (const owner of owners) if (owner === changes[at]) at += 1;
    assert.equal(at, changes.length, `${changes.join(', ')} wrote under leases of ${owners.join(', ')}`);
    const backups = rows.filter(({ mvcc, kind }) => mvcc === 0 && kind === 'backup');
    assert.deepEqual(world.repository().snapshots.length, backups.length);
    const { blobs, named } = world.repository();
    assert.deepEqual([...named.difference(blobs)], [], 'no snapshot lacks a blob');
  });

  /** Whose the leases of the database were, one after another, by what the nodes say themselves. */
  function ownersByEpoch(): readonly string[] {
    const owners = new Map<number, string>();
    for (const name of names) {
      for (const line of readFileSync(world.logOf(name), 'utf8').split('\n')) {
        if (!line.includes('"lease_taken"')) continue;
        const { project, epoch } = JSON.parse(line) as Readonly<{ project: string; epoch: number }>;
        if (project !== 'prod.shop') continue;
        assert.ok(!owners.has(epoch), `lease ${epoch} was given twice`);
        owners.set(epoch, name);
      }
    }
    return [...owners].toSorted(([one], [other]) => one - other).map(([, name]) => name);
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
