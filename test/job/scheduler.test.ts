import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JobView } from '../../src/job/job-view.ts';
import { formatStatus, formatTaskErrors } from '../../src/job/format.ts';
import type { BackupRequest, RestoreRequest } from '../../src/job/requests.ts';
import type { Scheduler } from '../../src/job/scheduler.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import { blobsOf } from '../../src/snapshot/manifest.ts';
import { hasLabel, readManifest } from '../../src/snapshot/reader.ts';
import { SourceError } from '../../src/source/source.ts';
import { type FakeDatabase, fakeRows } from '../support/fake-source.ts';
import {
  backupRequest,
  type JobWorld,
  jobWorld,
  restoreRequest,
  runJob,
  type StartedJobs,
  startJobs,
  type StartOptions,
  submit,
} from '../support/job-world.ts';
import { ManualClock } from '../support/manual-clock.ts';

const none = new AbortController().signal;
const layout = layoutOf('repo');
const shop = { catalog: 'default_catalog', database: 'shop' };

function shopWorld(clock?: ManualClock): JobWorld {
  const world = jobWorld(clock);
  const sales = [...fakeRows(3, 'a', 'p1'), ...fakeRows(4, 'b', 'p2')];
  const objects: FakeDatabase = new Map();
  objects.set('orders', { rows: fakeRows(25, 'order') });
  objects.set('sales', { partitions: ['p1', 'p2'], rows: sales });
  objects.set('dear', { sql: 'CREATE VIEW dear AS SELECT 1', dependsOn: ['orders'] });
  world.server.databases.set('shop', objects);
  return world;
}

const everything: BackupRequest['objects'] = [
  { kind: 'VIEW', name: 'dear' },
  { kind: 'TABLE', name: 'orders' },
  { kind: 'TABLE', name: 'sales' },
];

/** A source that stops at one call until it is let go, or told to stop. */
function blockedAt(point: string): StartOptions & { reached: Promise<void>; release: () => void } {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const before = async (at: string, signal: AbortSignal | undefined): Promise<void> => {
    if (at !== point) return;
    reached.resolve();
    const aborted = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => aborted.resolve(), { once: true });
    await Promise.race([released.promise, aborted.promise]);
  };
  return { source: { before }, reached: reached.promise, release: () => released.resolve() };
}

/** A store of which some puts fail. */
function failingPuts(inner: BlobStore, shouldFail: (key: string) => boolean): BlobStore {
  return {
    capabilities: inner.capabilities,
    put: async (key, body, options, signal) => {
      if (shouldFail(key)) throw new StorageError('throttled', `put of '${key}' was throttled`);
      await inner.put(key, body, options, signal);
    },
    get: (key, range, signal) => inner.get(key, range, signal),
    stat: (key, signal) => inner.stat(key, signal),
    list: (prefix, signal) => inner.list(prefix, signal),
    listSegments: (prefix, signal) => inner.listSegments(prefix, signal),
    deleteMany: (keys, signal) => inner.deleteMany(keys, signal),
    sweepUploads: (olderThanMs, signal) => inner.sweepUploads(olderThanMs, signal),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function blobCount(world: JobWorld): Promise<number> {
  return (await Array.fromAsync(world.store.list(layout.blobsPrefix, none))).length;
}

/** Moves the clock until a promise has settled: whoever waits for it is woken. */
async function whileAdvancing<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const ending = new AbortController();
  const settled = promise.finally(() => ending.abort());
  while (!ending.signal.aborted) {
    clock.advance(1_000);
    await new Promise(setImmediate);
  }
  return await settled;
}

/** Stops a server in the middle of a job. */
async function stopAt(
  world: JobWorld,
  point: string,
  request: BackupRequest | RestoreRequest,
): Promise<bigint> {
  const blocked = blockedAt(point);
  const { scheduler } = await startJobs(world, { ...blocked, settings: { uploadWorkerCount: 1 } });
  const { id } = await submit(scheduler, request);
  await blocked.reached;
  await scheduler.stop();
  assert.equal(scheduler.find(id)?.isSettled, false);
  return id;
}

/** The newest job of the shop, when nothing of it is left to do. */
async function ended(started: StartedJobs): Promise<JobView> {
  const [view] = started.scheduler.list(shop).slice(-1);
  assert.ok(view);
  await started.scheduler.cleaned(view.id);
  const last = started.scheduler.find(view.id);
  assert.ok(last);
  return last;
}

async function refused(scheduler: Scheduler, request: BackupRequest | RestoreRequest): Promise<string> {
  try {
    await submit(scheduler, request);
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
  return 'accepted';
}

describe('a backup and its restore', () => {
  it('give a database back as it was', async () => {
    const world = shopWorld();
    const before = new Map(world.server.databases.get('shop'));
    const { scheduler, source } = await startJobs(world);
    const backup = await runJob(scheduler, backupRequest({ objects: everything }));
    assert.equal(formatStatus(backup), '[OK]');
    world.server.databases.delete('shop');
    const restore = await runJob(scheduler, restoreRequest(backup.timestamp));
    assert.equal(formatStatus(restore), '[OK]');
    assert.deepEqual([...(world.server.databases.get('shop') ?? [])].sort(), [
      ['dear', { sql: 'CREATE VIEW dear AS SELECT 1', dependsOn: [] }],
      ['orders', before.get('orders')],
      ['sales', before.get('sales')],
    ]);
    assert.equal(world.folder.size, 0, 'nothing is left in the staging folder');
    assert.equal(source.openReads, 0);
    await scheduler.stop();
  });

  it('put tables before the views that read them, and rows into their partitions', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const backup = await runJob(scheduler, backupRequest({ objects: everything }));
    const { manifest } = await readManifest({ store: world.store, layout }, backup, none);
    assert.deepEqual(
      manifest.objects.map((object) => object.name),
      ['orders', 'sales', 'dear'],
    );
    const sales = manifest.objects.find((object) => object.name === 'sales');
    assert.ok(sales?.kind === 'TABLE');
    assert.deepEqual(
      sales.partitions?.map(({ name, rows }) => [name, rows]),
      [
        ['p1', 3],
        ['p2', 4],
      ],
    );
    assert.equal(sales.rows, 7);
    await scheduler.stop();
  });

  it('restore one partition under another name beside what is there', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const backup = await runJob(scheduler, backupRequest({ objects: everything }));
    const objects: RestoreRequest['objects'] = [
      { kind: 'named', name: 'sales', partitions: ['p2'], alias: 'sales_old' },
    ];
    const restore = await runJob(
      scheduler,
      restoreRequest(backup.timestamp, { objects, database: 'archive' }),
    );
    assert.equal(formatStatus(restore), '[OK]');
    const restored = world.server.databases.get('archive')?.get('sales_old');
    assert.deepEqual(restored && 'rows' in restored && restored.rows, fakeRows(4, 'b', 'p2'));
    await scheduler.stop();
  });

  it('send nothing new for rows that have not changed, and only the chunk that has', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    await runJob(scheduler, backupRequest());
    const blobs = await blobCount(world);
    await runJob(scheduler, backupRequest({ label: 'second' }));
    assert.equal(await blobCount(world), blobs);
    const rows = fakeRows(25, 'order').map((row) => (row.id === 13 ? { ...row, text: 'new' } : row));
    world.server.databases.get('shop')?.set('orders', { rows });
    await runJob(scheduler, backupRequest({ label: 'third' }));
    assert.equal(await blobCount(world), blobs + 1);
    await scheduler.stop();
  });

  it('cost no row when two chunks have the same bytes', async () => {
    const world = shopWorld();
    world.server.databases.set('shop', new Map([['orders', { partitions: ['p1', 'p2'], rows: [] }]]));
    const { scheduler } = await startJobs(world);
    const backup = await runJob(scheduler, backupRequest());
    const { manifest } = await readManifest({ store: world.store, layout }, backup, none);
    assert.equal(blobsOf(manifest).size, 1);
    assert.equal(formatStatus(await runJob(scheduler, restoreRequest(backup.timestamp))), '[OK]');
    await scheduler.stop();
  });
});

describe('a restore by an engine that adds up rows in another way', () => {
  const source = { algorithm: 'new' };

  it('compares with the files instead', async () => {
    const world = shopWorld();
    const old = await startJobs(world);
    const { timestamp } = await runJob(old.scheduler, backupRequest());
    await old.scheduler.stop();
    const { scheduler } = await startJobs(world, { source });
    assert.equal(formatStatus(await runJob(scheduler, restoreRequest(timestamp))), '[OK]');
    assert.equal(world.folder.size, 0);
    await scheduler.stop();
  });
});

describe('a restore whose rows do not add up', () => {
  it('changes nothing and says which table', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const { timestamp } = await runJob(scheduler, backupRequest());
    world.server.databases.set('shop', new Map());
    const blocked = blockedAt('restored_checksum');
    const second = await startJobs(world, blocked);
    const { id } = await submit(second.scheduler, restoreRequest(timestamp));
    await blocked.reached;
    world.server.restores.get(String(id))?.shadows.get('orders')?.rows.pop();
    blocked.release();
    await second.scheduler.cleaned(id);
    const view = second.scheduler.find(id) as JobView;
    assert.equal(formatStatus(view), "[BAD_FILE, msg: table 'orders' has 24 rows, the snapshot has 25]");
    assert.equal(world.server.databases.get('shop')?.size, 0);
    await scheduler.stop();
    await second.scheduler.stop();
  });
});

describe('a submission', () => {
  it('is refused while the database has a job, or the label is being written', async () => {
    const world = shopWorld();
    const blocked = blockedAt('extract');
    const { scheduler } = await startJobs(world, blocked);
    await submit(scheduler, backupRequest());
    const [first] = scheduler.list(shop);
    assert.equal(first?.shownId, -1n);
    await blocked.reached;
    assert.equal(
      await refused(scheduler, backupRequest({ label: 'other' })),
      'Can only run one backup or restore job of a database at same time',
    );
    assert.equal(
      await refused(scheduler, backupRequest({ database: 'blog' })),
      "Snapshot with name 'nightly' already exist in repository",
    );
    assert.equal(scheduler.usesRepository('repo'), true);
    assert.equal(scheduler.snapshotUser('repo', 'nightly'), 'backup');
    blocked.release();
    await scheduler.cleaned(first.id);
    assert.equal(scheduler.find(first.id)?.shownId, first.id);
    assert.equal(scheduler.usesRepository('repo'), false);
    await scheduler.stop();
  });

  it('is refused in the words of StarRocks', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const { timestamp } = await runJob(scheduler, backupRequest({ objects: everything }));
    const cases: readonly (readonly [BackupRequest | RestoreRequest, string])[] = [
      [backupRequest(), "Snapshot with name 'nightly' already exist in repository"],
      [backupRequest({ repository: 'r2' }), 'Repository r2 does not exist'],
      [
        restoreRequest('2020-01-01-00-00-00-000'),
        `Failed to get info of snapshot 'nightly' because: Expected one file with path: ${layout.manifest('nightly', '2020-01-01-00-00-00-000')}. get: 0. Maybe specified wrong backup timestamp`,
      ],
      [restoreRequest(timestamp, { originalDatabase: 'x' }), 'target database: x is not existed in snapshot'],
      [
        restoreRequest(timestamp, { objects: [{ kind: 'named', name: 'no' }] }),
        'Table no does not exist in snapshot nightly',
      ],
      [
        restoreRequest(timestamp, { objects: [{ kind: 'named', name: 'sales', partitions: ['p9'] }] }),
        'Partition p9 of table sales does not exist in snapshot nightly',
      ],
      [
        restoreRequest(timestamp, { objects: [{ kind: 'named', name: 'f', objectKind: 'FUNCTION' }] }),
        'Can not find restore function: f',
      ],
    ];
    for (const [request, text] of cases) assert.equal(await refused(scheduler, request), text);
    const readOnly = await startJobs(world, { readOnly: true });
    assert.equal(await refused(readOnly.scheduler, backupRequest()), 'Repository repo is read only');
    await scheduler.stop();
    assert.equal(await refused(scheduler, backupRequest({ label: 'x' })), 'Server shutdown in progress');
    await readOnly.scheduler.stop();
  });

  it('gives numbers that rise, also after a restart', async () => {
    const world = shopWorld();
    const first = await startJobs(world);
    assert.equal((await runJob(first.scheduler, backupRequest())).id, 10_001n);
    await first.scheduler.stop();
    const second = await startJobs(world);
    assert.equal((await runJob(second.scheduler, backupRequest({ label: 'b' }))).id, 10_002n);
    await second.scheduler.stop();
  });
});

describe('a cancel', () => {
  const states: readonly (readonly [string, 'backup' | 'restore', string])[] = [
    ['freeze', 'backup', '[COMMON_ERROR, msg: user cancelled]'],
    ['extract', 'backup', '[COMMON_ERROR, msg: user cancelled]'],
    ['checksum', 'backup', '[COMMON_ERROR, msg: user cancelled]'],
    ['prepare', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: SNAPSHOTING]'],
    ['load', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: DOWNLOADING]'],
    ['restored_checksum', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: COMMIT]'],
    ['commit', 'restore', '[COMMON_ERROR, msg: user cancelled, current state: COMMITTING]'],
  ];
  for (const [point, kind, status] of states) {
    it(`of a ${kind} at ${point} is true at once and leaves nothing behind`, async () => {
      const world = shopWorld();
      const quiet = await startJobs(world);
      const { timestamp } = await runJob(quiet.scheduler, backupRequest({ label: 'old' }));
      await quiet.scheduler.stop();
      const blobs = await blobCount(world);
      world.server.databases.get('shop')?.set('orders', { rows: fakeRows(12, 'changed') });
      const blocked = blockedAt(point);
      const { scheduler, source } = await startJobs(world, blocked);
      const request = kind === 'backup' ? backupRequest() : restoreRequest(timestamp, { label: 'old' });
      const { id } = await submit(scheduler, request);
      await blocked.reached;
      const view = await scheduler.cancel({ ...shop, kind }, 'root');
      assert.equal(view.state, 'CANCELLED');
      assert.equal(formatStatus(view), status);
      await scheduler.cleaned(id);
      assert.equal(await blobCount(world), blobs, 'no orphan blob');
      assert.deepEqual(
        [...world.server.restores.values()].filter((each) => !each.isCommitted),
        [],
      );
      assert.equal(source.openReads, 0);
      assert.equal(world.folder.size, 0);
      assert.equal(await hasLabel({ store: world.store, layout }, 'nightly', none), false);
      const orders = world.server.databases.get('shop')?.get('orders');
      assert.deepEqual(orders, { rows: fakeRows(12, 'changed') }, 'the target is as it was');
      blocked.release();
      assert.equal((await runJob(scheduler, backupRequest())).state, 'FINISHED', 'the label is free');
      await scheduler.stop();
    });
  }

  it('that comes after the swap is refused, and the restore finishes', async () => {
    const world = shopWorld();
    const blocked = blockedAt('committed');
    const { scheduler } = await startJobs(world, blocked);
    const { timestamp } = await runJob(scheduler, backupRequest());
    const { id } = await submit(scheduler, restoreRequest(timestamp));
    await blocked.reached;
    await assert.rejects(scheduler.cancel({ ...shop, kind: 'restore' }, 'root'), {
      message: 'Failed to cancel job: Job with label nightly can not be cancelled. state: FINISHED',
    });
    assert.equal(scheduler.find(id)?.state, 'FINISHED');
    await scheduler.stop();
  });

  it('without a job is refused in the words of StarRocks', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const cancel = (kind: 'backup' | 'restore'): Promise<JobView> =>
      scheduler.cancel({ ...shop, kind }, 'root');
    await assert.rejects(cancel('backup'), { message: 'No backup job is currently running' });
    await assert.rejects(cancel('restore'), { message: 'No restore is currently running' });
    await runJob(scheduler, backupRequest());
    await assert.rejects(cancel('restore'), { message: 'No restore is currently running' });
    await assert.rejects(cancel('backup'), {
      message: 'Failed to cancel job: Job with label nightly can not be cancelled. state: FINISHED',
    });
    await scheduler.stop();
  });
});

describe('a failure', () => {
  it('of a blob’s bytes stops the restore before the target is touched, and names the blob', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const { scheduler } = await startJobs(world);
    const backup = await runJob(scheduler, backupRequest());
    const { manifest } = await readManifest({ store: world.store, layout }, backup, none);
    const [damaged] = [...blobsOf(manifest)] as [string];
    const size = (await world.store.stat(layout.blob(damaged), none))?.sizeBytes ?? 0;
    const body = { kind: 'bytes', bytes: Buffer.alloc(size, 'x') } as const;
    await world.store.put(layout.blob(damaged), body, { ifAbsent: false }, none);
    world.server.databases.set('shop', new Map([['orders', { rows: fakeRows(2, 'live') }]]));
    const restore = await whileAdvancing(clock, runJob(scheduler, restoreRequest(backup.timestamp)));
    assert.equal(restore.state, 'CANCELLED');
    assert.match(formatStatus(restore), /^\[BAD_FILE, msg: blob '.*' has hash [0-9a-f]{64}\]$/);
    assert.ok(formatStatus(restore).includes(damaged));
    assert.match(formatTaskErrors(restore), /^\[1: blob /);
    assert.deepEqual(world.server.databases.get('shop')?.get('orders'), { rows: fakeRows(2, 'live') });
    await scheduler.stop();
  });

  it('of a put that passes is tried again, and stays visible', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    let failures = 2;
    const store = failingPuts(world.store, (key) => key.endsWith('.parquet') && failures-- > 0);
    const { scheduler } = await startJobs(world, { store, settings: { uploadWorkerCount: 1 } });
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest()));
    assert.equal(view.state, 'FINISHED');
    assert.match(formatTaskErrors(view), /^\[1: put of '.*' was throttled\]$/);
    await scheduler.stop();
  });

  it('of a put that does not pass ends the job after some attempts', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const store = failingPuts(world.store, (key) => key.endsWith('.parquet'));
    const { scheduler } = await startJobs(world, { store });
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest()));
    assert.match(formatStatus(view), /^\[BAD_CONNECTION, msg: put of '.*' was throttled\]$/);
    await scheduler.stop();
  });

  it('of the manifest’s put is tried again until the timeout', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const store = failingPuts(world.store, (key) => key.endsWith('manifest.json'));
    const { scheduler } = await startJobs(world, { store });
    const started = clock.now();
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest({ timeoutMs: 600_000 })));
    assert.equal(formatStatus(view), '[TIMEOUT, msg: ]');
    const tookMs = (view.finishedAt ?? 0) - started;
    assert.ok(tookMs >= 600_000 && tookMs <= 602_000, `it took ${tookMs} ms`);
    assert.equal(await blobCount(world), 0);
    await scheduler.stop();
  });

  it('of the source in the middle of a read makes the job read again, three times at most', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    let freezes = 0;
    const before = async (point: string): Promise<void> => {
      if (point === 'freeze') freezes += 1;
      if (point === 'extract' && freezes < 3) throw new SourceError('unavailable', 'connection lost');
    };
    const { scheduler } = await startJobs(world, { source: { before } });
    const view = await whileAdvancing(clock, runJob(scheduler, backupRequest()));
    assert.equal(view.state, 'FINISHED');
    freezes = -10;
    const lost = await whileAdvancing(clock, runJob(scheduler, backupRequest({ label: 'b' })));
    assert.equal(formatStatus(lost), '[COMMON_ERROR, msg: connection lost]');
    await scheduler.stop();
  });

  it('of a table that has gone is NOT_FOUND', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const view = await runJob(scheduler, backupRequest({ objects: [{ kind: 'TABLE', name: 'gone' }] }));
    assert.equal(formatStatus(view), '[NOT_FOUND, msg: table gone does not exist]');
    await scheduler.stop();
  });

  it('of an existing table that differs is StarRocks’ text', async () => {
    const world = shopWorld();
    const text = 'Table orders already exist but with different schema';
    const before = async (point: string): Promise<void> => {
      if (point === 'prepare') throw new SourceError('conflict', text);
    };
    const { scheduler } = await startJobs(world, { source: { before } });
    const { timestamp } = await runJob(scheduler, backupRequest());
    const view = await runJob(scheduler, restoreRequest(timestamp));
    assert.equal(formatStatus(view), `[COMMON_ERROR, msg: ${text}]`);
    await scheduler.stop();
  });
});

describe('a restore that times out', () => {
  it('says so in the words of StarRocks', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const blocked = blockedAt('load');
    const { scheduler } = await startJobs(world, blocked);
    const { timestamp } = await runJob(scheduler, backupRequest());
    const { id } = await submit(scheduler, restoreRequest(timestamp, { timeoutMs: 600_000 }));
    await blocked.reached;
    clock.advance(600_000);
    await scheduler.settled(id);
    const view = scheduler.find(id) as JobView;
    assert.equal(formatStatus(view), '[TIMEOUT, msg: restore job with label: nightly  timeout.]');
    await scheduler.cleaned(id);
    await scheduler.stop();
  });
});

describe('a restart', () => {
  it('in the middle of reading takes a new read', async () => {
    const world = shopWorld();
    const id = await stopAt(world, 'checksum', backupRequest());
    const started = await startJobs(world);
    const view = await ended(started);
    assert.deepEqual([view.id, view.state], [id, 'FINISHED']);
    await started.scheduler.stop();
  });

  it('in the middle of sending goes on with what was read', async () => {
    const world = shopWorld();
    const stuck = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const inner = failingPuts(world.store, () => false);
    const store: BlobStore = {
      ...inner,
      put: async (key, body, options, signal) => {
        reached.resolve();
        signal.addEventListener('abort', () => stuck.resolve(), { once: true });
        await stuck.promise;
        signal.throwIfAborted();
        await inner.put(key, body, options, signal);
      },
    };
    // One row per chunk and one sender per chunk: everything is read while nothing can be sent.
    const source = { rowsPerChunk: 10 };
    const first = await startJobs(world, { store, source, settings: { uploadWorkerCount: 3 } });
    await submit(first.scheduler, backupRequest());
    await reached.promise;
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
    await first.scheduler.stop();
    let freezes = 0;
    const before = async (point: string): Promise<void> => void (freezes += point === 'freeze' ? 1 : 0);
    const second = await startJobs(world, { source: { before, rowsPerChunk: 10 } });
    assert.equal((await ended(second)).state, 'FINISHED');
    assert.equal(freezes, 0);
    await second.scheduler.stop();
  });

  it('in the middle of loading loads each blob once', async () => {
    const world = shopWorld();
    const quiet = await startJobs(world);
    const { timestamp } = await runJob(quiet.scheduler, backupRequest());
    await quiet.scheduler.stop();
    let loads = 0;
    const blocked = blockedAt('third load');
    const { before } = blocked.source ?? {};
    const count = async (point: string, signal: AbortSignal | undefined): Promise<void> => {
      if (point === 'load') loads += 1;
      await before?.(point === 'load' && loads === 3 ? 'third load' : point, signal);
    };
    const first = await startJobs(world, { source: { before: count } });
    await submit(first.scheduler, restoreRequest(timestamp));
    await blocked.reached;
    await first.scheduler.stop();
    const second = await startJobs(world, { source: { before: count } });
    assert.equal((await ended(second)).state, 'FINISHED');
    assert.equal(loads, 4, 'two before the restart, the third twice');
    await second.scheduler.stop();
  });

  for (const point of ['commit', 'committed']) {
    it(`at '${point}' asks the source whether the swap has happened`, async () => {
      const world = shopWorld();
      const quiet = await startJobs(world);
      const { timestamp } = await runJob(quiet.scheduler, backupRequest());
      await quiet.scheduler.stop();
      world.server.databases.set('shop', new Map());
      await stopAt(world, point, restoreRequest(timestamp));
      const started = await startJobs(world);
      assert.equal((await ended(started)).state, 'FINISHED');
      const orders = world.server.databases.get('shop')?.get('orders');
      assert.deepEqual(orders, { rows: fakeRows(25, 'order') });
      await started.scheduler.stop();
    });
  }

  it('removes folders and shadow tables of jobs that nobody knows', async () => {
    const world = shopWorld();
    world.folder.set('/staging/777/plan.json', Buffer.from('{}'));
    world.folder.set('/staging/notes.txt', Buffer.from('not ours'));
    const dead = { database: 'shop', plan: undefined, shadows: new Map(), isCommitted: false };
    world.server.restores.set('777', dead);
    const { scheduler } = await startJobs(world);
    await scheduler.stop();
    assert.deepEqual([...world.folder.keys()], ['/staging/notes.txt']);
    assert.equal(world.server.restores.size, 0);
  });
});

describe('the history', () => {
  it('keeps the newest jobs of each database', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world, { settings: { jobsPerDatabaseMax: 2 } });
    for (const label of ['a', 'b', 'c', 'd']) await runJob(scheduler, backupRequest({ label }));
    await scheduler.stop();
    assert.deepEqual(
      scheduler.list(shop).map((view) => view.label),
      ['c', 'd'],
    );
    const again = await startJobs(world);
    assert.deepEqual(
      again.scheduler.list(shop).map((view) => view.label),
      ['c', 'd'],
    );
    await again.scheduler.stop();
  });

  it('tells listeners of each end once', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const ends: string[] = [];
    using _listening = scheduler.onSettled((view) => ends.push(`${view.label} ${view.state}`));
    await runJob(scheduler, backupRequest());
    await runJob(scheduler, backupRequest({ label: 'b', objects: [{ kind: 'TABLE', name: 'no' }] }));
    assert.deepEqual(ends, ['nightly FINISHED', 'b CANCELLED']);
    await scheduler.stop();
  });
});
