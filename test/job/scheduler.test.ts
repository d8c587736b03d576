import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { untilAborted } from '../../src/base/waiting.ts';
import { formatStatus } from '../../src/job/format.ts';
import type { JobView } from '../../src/job/job-view.ts';
import type { BackupRequest, RestoreRequest } from '../../src/job/requests.ts';
import type { Scheduler } from '../../src/job/scheduler.ts';
import type { BlobKey, BlobStore } from '../../src/repository/blob-store.ts';
import { blobsOf } from '../../src/snapshot/manifest.ts';
import { readManifest } from '../../src/snapshot/reader.ts';
import { fakeRows } from '../support/fake-source.ts';
import {
  none,
  layout,
  shop,
  shopWorld,
  everything,
  blockedAt,
  blobCount,
  failingPuts,
  refused,
  whileAdvancing,
} from '../support/job-scenarios.ts';
import {
  backupRequest,
  type JobWorld,
  restoreRequest,
  runJob,
  startJobs,
  type StartOptions,
  submit,
} from '../support/job-world.ts';
import { ManualClock } from '../support/manual-clock.ts';

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
    assert.deepEqual(source.sealed.toSorted(), ['orders', 'sales'], 'each table is sealed once');
    const kept = [...world.server.restores.values()].filter((each) => !each.isForgotten);
    assert.deepEqual(kept, [], 'the source has nothing to remember');
    await scheduler.stop();
  });

  it('take each step once', async () => {
    const { scheduler, metastore } = await startJobs(shopWorld());
    const { id } = await runJob(scheduler, backupRequest({ objects: everything }));
    await scheduler.cleaned(id);
    const rows = await metastore.audit(0, 1_000, none);
    const written = rows.flatMap(({ content }) => eventOf(content));
    assert.deepEqual(written, [
      'submitted',
      'checked',
      'frozen',
      'upload_tasks_made',
      'uploaded',
      'meta_saved',
      'info_uploaded',
      'cleaned',
    ]);
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
    const chosen = { kind: 'named', name: 'sales', partitions: ['p2'], alias: 'sales_old' } as const;
    const objects = { mode: 'ON', objects: [chosen] } as const;
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
    assert.equal(scheduler.useOfRepository('repo'), 'job');
    assert.equal(scheduler.snapshotUser('repo', 'nightly'), 'backup');
    blocked.release();
    await scheduler.cleaned(first.id);
    assert.equal(scheduler.find(first.id)?.shownId, first.id);
    assert.equal(scheduler.useOfRepository('repo'), undefined);
    await scheduler.stop();
  });

  it('of a restore is refused while the manifest may still be taken back', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const held = heldManifest(world.store);
    const { scheduler } = await startJobs(world, held);
    await submit(scheduler, backupRequest());
    await held.written;
    const [view] = scheduler.list(shop);
    assert.ok(view);
    const before = clock.elapsed();
    assert.match(
      await whileAdvancing(clock, refused(scheduler, restoreRequest(view.timestamp))),
      /that writes it has not finished$/,
    );
    assert.ok(clock.elapsed() - before >= 10_000, 'it was waited for');
    held.beforeAnswer = async () => {
      await scheduler.cancel({ ...shop, kind: 'backup' }, 'root');
      await scheduler.cleaned(view.id);
    };
    assert.match(
      await refused(scheduler, restoreRequest(view.timestamp)),
      /because: its backup was cancelled$/,
    );
    assert.equal(scheduler.list(shop).length, 1);
    await scheduler.stop();
  });

  const followers = [
    { name: 'a restore of its snapshot', request: (timestamp: string) => restoreRequest(timestamp) },
    { name: 'the next backup of the database', request: () => backupRequest({ label: 'second' }) },
  ];
  for (const { name, request } of followers) {
    it(`of ${name} waits for a backup whose manifest can be seen`, async () => {
      const clock = new ManualClock();
      const world = shopWorld(clock);
      const held = heldManifest(world.store);
      const { scheduler } = await startJobs(world, held);
      const { id, timestamp } = await begun(scheduler, held);
      const submitted = submit(scheduler, request(timestamp));
      held.release();
      const next = await whileAdvancing(clock, submitted);
      await whileAdvancing(clock, scheduler.cleaned(next.id));
      assert.deepEqual(
        [id, next.id].map((each) => scheduler.find(each)?.state),
        ['FINISHED', 'FINISHED'],
      );
      await scheduler.stop();
    });
  }

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
        restoreRequest(timestamp, { objects: { mode: 'ON', objects: [{ kind: 'named', name: 'no' }] } }),
        'Table no does not exist in snapshot nightly',
      ],
      [
        restoreRequest(timestamp, {
          objects: { mode: 'ON', objects: [{ kind: 'named', name: 'sales', partitions: ['p9'] }] },
        }),
        'Partition p9 of table sales does not exist in snapshot nightly',
      ],
      [
        restoreRequest(timestamp, {
          objects: { mode: 'ON', objects: [{ kind: 'named', name: 'f', objectKind: 'FUNCTION' }] },
        }),
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

describe('a snapshot that is to be dropped', () => {
  it('waits for the backup that has written its manifest', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const held = heldManifest(world.store);
    const { scheduler } = await startJobs(world, held);
    const { label } = await begun(scheduler, held);
    const user = scheduler.snapshotUserAfterEnd('repo', label, none);
    held.release();
    assert.equal(await whileAdvancing(clock, user), undefined);
    await scheduler.stop();
  });

  it('is the backup’s when that does not end within ten seconds', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const held = heldManifest(world.store);
    const { scheduler } = await startJobs(world, held);
    const { label } = await begun(scheduler, held);
    assert.equal(await whileAdvancing(clock, scheduler.snapshotUserAfterEnd('repo', label, none)), 'backup');
    await scheduler.stop();
  });
});

describe('a catalog that is to be dropped', () => {
  it('waits for what a cancelled restore takes away', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    const blocked = blockedAt('left_out');
    const leaving = blockedAt('rollback');
    let isCancelled = false;
    const before = async (at: string, signal: AbortSignal | undefined): Promise<void> => {
      // What an earlier attempt may have left is rolled back, too, before anything is prepared.
      const gate = isCancelled ? leaving : blocked;
      await gate.source?.before?.(at, signal);
    };
    const { scheduler } = await startJobs(world, { source: { before } });
    const { timestamp } = await runJob(scheduler, backupRequest());
    await submit(scheduler, restoreRequest(timestamp));
    await blocked.reached;
    isCancelled = true;
    await scheduler.cancel({ ...shop, kind: 'restore' }, 'root');
    const dropped = scheduler.afterCleaningOf(shop.catalog, none);
    await leaving.reached;
    assert.equal(openRestores(world).length, 1);
    leaving.release();
    await whileAdvancing(clock, dropped);
    assert.equal(openRestores(world).length, 0);
    await scheduler.stop();
  });
});

function openRestores(world: JobWorld): readonly unknown[] {
  return [...world.server.restores.values()].filter(({ isCommitted }) => !isCommitted);
}

/** A backup that stands still once its manifest is there. */
async function begun(scheduler: Scheduler, held: Readonly<{ written: Promise<void> }>): Promise<JobView> {
  const { id } = await submit(scheduler, backupRequest());
  await held.written;
  const view = scheduler.find(id);
  assert.ok(view);
  assert.equal(view.state, 'UPLOAD_INFO');
  return view;
}

/** None for what is no job. */
function eventOf(content: unknown): readonly unknown[] {
  return typeof content === 'object' && content !== null && 'event' in content ? [content.event] : [];
}

/** A store in which a backup stands still once its manifest is there, until it is let go. `beforeAnswer` runs between the next look at one and its answer. */
function heldManifest(inner: BlobStore): StartOptions & {
  store: BlobStore;
  written: Promise<void>;
  release: () => void;
  beforeAnswer: (() => Promise<void>) | undefined;
} {
  const written = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const isManifest = (key: BlobKey): boolean => key.endsWith('manifest.json');
  const held: ReturnType<typeof heldManifest> = {
    written: written.promise,
    release: released.resolve,
    beforeAnswer: undefined,
    store: {
      ...failingPuts(inner, () => false),
      put: async (key, body, options, signal) => {
        await inner.put(key, body, options, signal);
        if (!isManifest(key)) return;
        written.resolve();
        await untilAborted(released.promise, signal);
      },
      get: async function* (key, range, signal) {
        const pieces = await Array.fromAsync(inner.get(key, range, signal));
        if (isManifest(key)) {
          const { beforeAnswer } = held;
          held.beforeAnswer = undefined;
          await beforeAnswer?.();
        }
        yield* pieces;
      },
    },
  };
  return held;
}
