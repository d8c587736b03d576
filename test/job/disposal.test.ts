import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatStatus } from '../../src/job/format.ts';
import type { Scheduler } from '../../src/job/scheduler.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { readTransferLimits, type TransferLimits } from '../../src/repository/transfer-limits.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { blobsOf } from '../../src/snapshot/manifest.ts';
import { readManifest } from '../../src/snapshot/reader.ts';
import type { SnapshotName } from '../../src/snapshot/layout.ts';
import { fakeRows } from '../support/fake-source.ts';
import { blobCount, blockedAt, failingPuts, layout, none, shopWorld } from '../support/job-scenarios.ts';
import {
  backupRequest,
  type JobWorld,
  restoreRequest,
  runJob,
  startJobs,
  submit,
} from '../support/job-world.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { until } from '../support/until.ts';

describe('snapshots that are taken away', () => {
  it('free the room of what they alone needed', async () => {
    const world = shopWorld();
    const { scheduler } = await startJobs(world);
    const first = await runJob(scheduler, backupRequest({ label: 'first' }));
    world.server.databases.get('shop')?.set('orders', { rows: [...fakeRows(25, 'order'), ...extra] });
    const second = await runJob(scheduler, backupRequest({ label: 'second' }));
    const own = await blobsIn(world, second);
    await remove(world, scheduler, first);
    assert.deepEqual(await blobCount(world), own.size, 'what the second needs stays');
    await remove(world, scheduler, second);
    assert.equal(await blobCount(world), 0);
    assert.equal(scheduler.useOfRepository('repo'), undefined);
    await scheduler.stop();
  });

  it('leave what a backup counts on that was running before', async () => {
    const world = shopWorld();
    const quiet = await startJobs(world);
    const old = await runJob(quiet.scheduler, backupRequest({ label: 'old' }));
    await quiet.scheduler.stop();
    const blocked = blockedAt('checksum');
    const { scheduler } = await startJobs(world, blocked);
    const { id } = await submit(scheduler, backupRequest({ label: 'new' }));
    await blocked.reached;
    const blobs = await blobCount(world);
    await remove(world, scheduler, old);
    assert.equal(await blobCount(world), blobs, 'nobody knows yet what it needs');
    blocked.release();
    await scheduler.cleaned(id);
    assert.equal(formatStatus(scheduler.find(id) ?? assert.fail()), '[OK]');
    assert.equal(await blobCount(world), blobs);
    const timestamp = scheduler.find(id)?.timestamp ?? '';
    const restore = await runJob(scheduler, restoreRequest(timestamp, { label: 'new' }));
    assert.equal(formatStatus(restore), '[OK]');
    await scheduler.stop();
  });

  it('leave what a backup counts on that began after them, and before they were swept', async () => {
    const world = shopWorld();
    world.server.databases.set('blog', new Map([['orders', { rows: fakeRows(3, 'blog') }]]));
    const quiet = await startJobs(world);
    const old = await runJob(quiet.scheduler, backupRequest({ label: 'old' }));
    await quiet.scheduler.stop();
    const blocked = blockedAt('checksum');
    const { scheduler } = await startJobs(world, blocked);
    // It keeps the marks waiting.
    const slow = await submit(scheduler, backupRequest({ label: 'slow', database: 'blog' }));
    await blocked.reached;
    await remove(world, scheduler, old);
    blocked.release();
    const again = await runJob(scheduler, backupRequest({ label: 'again' }));
    await scheduler.cleaned(slow.id);
    const { blobs, stored } = { blobs: await blobsIn(world, again), stored: await storedBlobs(world) };
    assert.deepEqual([...blobs.difference(stored)], [], 'no snapshot lacks a blob');
    await scheduler.stop();
  });

  it('are swept by the next process when this one ends too early', async () => {
    const world = shopWorld();
    const blocked = blockedAt('checksum');
    const first = await startJobs(world);
    const old = await runJob(first.scheduler, backupRequest({ label: 'old' }));
    await first.scheduler.stop();
    const second = await startJobs(world, blocked);
    await submit(second.scheduler, backupRequest({ label: 'new' }));
    await blocked.reached;
    await remove(world, second.scheduler, old);
    await second.scheduler.cancel({ catalog: 'default_catalog', database: 'shop', kind: 'backup' }, 'root');
    await second.scheduler.stop();
    const third = await startJobs(world);
    await until('all is swept', async () => ((await blobCount(world)) === 0 ? true : undefined));
    await third.scheduler.stop();
  });

  it('are tried again when the store does not answer', async () => {
    const clock = new ManualClock();
    const world = shopWorld(clock);
    let isAway = false;
    const uses = new Set<string | undefined>();
    const inner = failingPuts(world.store, () => false);
    const store = {
      ...inner,
      deleteMany: async (...given: Parameters<typeof inner.deleteMany>) => {
        uses.add(scheduler.useOfRepository('repo'));
        if (isAway && given[0].some((key) => key.endsWith('.parquet')))
          throw new StorageError('unavailable', 'away');
        await inner.deleteMany(...given);
      },
    };
    const { scheduler } = await startJobs(world, { store });
    const old = await runJob(scheduler, backupRequest({ label: 'old' }));
    isAway = true;
    uses.clear();
    await remove(world, scheduler, old);
    assert.ok((await blobCount(world)) > 0);
    assert.ok(uses.has('removal'), 'no job is running while files go');
    assert.equal(scheduler.useOfRepository('repo'), undefined, 'a dead place can be dropped');
    isAway = false;
    clock.advance(60_000);
    await scheduler.disposal.idle();
    assert.equal(await blobCount(world), 0);
    await scheduler.stop();
  });

  const waits: readonly (readonly [what: string, elapsedMs: number, use: 'removal' | undefined])[] = [
    ['are waited for by who drops the repository', 100, undefined],
    ['are not waited for longer than ten seconds', 10_000, 'removal'],
  ];
  for (const [what, elapsedMs, use] of waits) {
    it(what, async () => {
      const clock = new ManualClock();
      const world = shopWorld(clock);
      const held = heldDeletes(world.store);
      const { scheduler } = await startJobs(world, held);
      const removed = remove(world, scheduler, await runJob(scheduler, backupRequest()));
      await held.reached;
      const waited = scheduler.useAfterRemoval('repo', none);
      if (use === undefined) {
        held.release();
        await removed;
      }
      clock.advance(elapsedMs);
      assert.equal(await waited, use);
      held.release();
      await removed;
      await scheduler.stop();
    });
  }

  it('leave no mark in a repository that was dropped', async () => {
    const world = shopWorld();
    const { scheduler, metastore } = await startJobs(world);
    await scheduler.disposal.discard('gone', ['a'.repeat(64)], 'root');
    await scheduler.disposal.idle();
    assert.deepEqual(metastore.list('/_global/blob_mark/'), []);
    await scheduler.stop();
  });
});

const extra = [{ id: 1_000, text: 'more' }];

/** A store that deletes no data until it is let go. */
function heldDeletes(
  inner: BlobStore,
): Readonly<{ store: BlobStore; reached: Promise<void>; release: () => void }> {
  const reached = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const store: BlobStore = {
    ...failingPuts(inner, () => false),
    deleteMany: async (keys, signal) => {
      if (keys.some((key) => key.endsWith('.parquet'))) {
        reached.resolve();
        await released.promise;
      }
      await inner.deleteMany(keys, signal);
    },
  };
  return { store, reached: reached.promise, release: () => released.resolve() };
}

async function remove(world: JobWorld, scheduler: Scheduler, name: SnapshotName): Promise<void> {
  const limits = (): TransferLimits => readTransferLimits(new Map());
  const place = { name: 'repo', readOnly: false, limits, store: world.store, layout };
  const removed = { names: [name], blobs: await blobsIn(world, name) };
  await scheduler.disposal.removeSnapshots(place, removed, 'root', none);
}

async function blobsIn(world: JobWorld, name: SnapshotName): Promise<ReadonlySet<string>> {
  return blobsOf((await readManifest({ store: world.store, layout }, name, none)).manifest);
}

async function storedBlobs(world: JobWorld): Promise<ReadonlySet<string>> {
  const keys = await Array.fromAsync(world.store.list(layout.blobsPrefix, none), ({ key }) => key);
  return new Set(keys.map((key) => key.slice(-'.parquet'.length - 64, -'.parquet'.length)));
}
