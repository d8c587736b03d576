import assert from 'node:assert/strict';
import { type JobView } from '../../src/job/job-view.ts';
import { type BackupRequest, type RestoreRequest } from '../../src/job/requests.ts';
import { type Scheduler } from '../../src/job/scheduler.ts';
import { type BlobStore } from '../../src/repository/blob-store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { layoutOf, type RepositoryLayout } from '../../src/snapshot/layout.ts';
import { type FakeDatabase, fakeRows } from './fake-source.ts';
import {
  type JobWorld,
  jobWorld,
  type StartedJobs,
  startJobs,
  type StartOptions,
  submit,
} from './job-world.ts';
import type { ManualClock } from './manual-clock.ts';

export const none: AbortSignal = new AbortController().signal;
export const layout: RepositoryLayout = layoutOf('repo');
export const shop = { catalog: 'default_catalog', database: 'shop' } as const;

export function shopWorld(clock?: ManualClock): JobWorld {
  const world = jobWorld(clock);
  const sales = [...fakeRows(3, 'a', 'p1'), ...fakeRows(4, 'b', 'p2')];
  const objects: FakeDatabase = new Map();
  objects.set('orders', { rows: fakeRows(25, 'order') });
  objects.set('sales', { partitions: ['p1', 'p2'], rows: sales });
  objects.set('dear', { sql: 'CREATE VIEW dear AS SELECT 1', dependsOn: ['orders'] });
  world.server.databases.set('shop', objects);
  return world;
}

export const everything: BackupRequest['objects'] = [
  { kind: 'VIEW', name: 'dear' },
  { kind: 'TABLE', name: 'orders' },
  { kind: 'TABLE', name: 'sales' },
];

/** A source that stops at one call until it is let go, or told to stop. */
export function blockedAt(point: string): StartOptions & { reached: Promise<void>; release: () => void } {
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
export function failingPuts(inner: BlobStore, shouldFail: (key: string) => boolean): BlobStore {
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

export async function blobCount(world: JobWorld): Promise<number> {
  return (await Array.fromAsync(world.store.list(layout.blobsPrefix, none))).length;
}

/** Moves the clock until a promise has settled: whoever waits for it is woken. */
export async function whileAdvancing<T>(clock: ManualClock, promise: Promise<T>): Promise<T> {
  const ending = new AbortController();
  const settled = promise.finally(() => ending.abort());
  while (!ending.signal.aborted) {
    clock.advance(1_000);
    await new Promise(setImmediate);
  }
  return await settled;
}

/** Stops a server in the middle of a job. */
export async function stopAt(
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
export async function ended(started: StartedJobs): Promise<JobView> {
  const [view] = started.scheduler.list(shop).slice(-1);
  assert.ok(view);
  await started.scheduler.cleaned(view.id);
  const last = started.scheduler.find(view.id);
  assert.ok(last);
  return last;
}

export async function refused(
  scheduler: Scheduler,
  request: BackupRequest | RestoreRequest,
): Promise<string> {
  try {
    await submit(scheduler, request);
  } catch (error) {
    assert.ok(error instanceof Error);
    return error.message;
  }
  return 'accepted';
}
