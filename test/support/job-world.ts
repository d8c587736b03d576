import { readTransferLimits, type TransferLimits } from '../../src/repository/transfer-limits.ts';
import type { Clock } from '../../src/base/clock.ts';
import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import type { BackupRequest, RestoreRequest, Submitted } from '../../src/job/requests.ts';
import { Scheduler, type SchedulerParts } from '../../src/job/scheduler.ts';
import type { OpenRepository } from '../../src/job/open-repository.ts';
import { type CatalogShelf, defaultJobSettings, type JobSettings } from '../../src/job/tools.ts';
import { FakeShelf } from './fake-shelf.ts';
import {
  type MemoryDisk,
  memoryDisk,
  MemoryStore as MemoryMetadata,
} from '../../src/metastore/memory-store.ts';
import type { Ownership } from '../../src/metastore/ownership.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import { startMetastore } from '../../src/metastore/stored-metastore.ts';
import { MemoryStore } from '../../src/repository/adapters/memory/store.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import type { LocalFiles } from '../../src/snapshot/files.ts';
import { layoutOf } from '../../src/snapshot/layout.ts';
import { SnapshotError } from '../../src/snapshot/snapshot-error.ts';
import { type FakeOptions, type FakeServer, fakeServer, FakeSource } from './fake-source.ts';
import { memoryFiles, type MemoryFolder } from './memory-files.ts';

/** All that outlives a process: start schedulers over it, one after another. */
export type JobWorld = Readonly<{
  disk: MemoryDisk;
  folder: MemoryFolder;
  store: MemoryStore;
  server: FakeServer;
  clock: Clock;
}>;

export function jobWorld(clock: Clock = systemClock): JobWorld {
  const server = fakeServer(() => clock.now());
  const store = new MemoryStore(() => clock.now());
  return { disk: memoryDisk(), folder: new Map(), store, server, clock };
}

export type StartOptions = Readonly<{
  store?: BlobStore;
  metastore?: (inner: Metastore) => Metastore;
  files?: LocalFiles;
  readOnly?: boolean;
  repositories?: () => readonly string[];
  /** True while the repository's place is there without it, as an unmounted disk leaves it. */
  isPlaceEmpty?: () => boolean;
  settings?: Partial<JobSettings>;
  /** PROPERTIES of each repository. */
  properties?: () => ReadonlyMap<string, string>;
  source?: Omit<FakeOptions, 'files'>;
  catalogs?: CatalogShelf;
  /** With one, the metastore is shared with other nodes. */
  ownership?: Ownership;
}>;

/** A server's job side, running. */
export type StartedJobs = Readonly<{ scheduler: Scheduler; source: FakeSource; metastore: Metastore }>;

export const stagingPath = '/staging';

export async function startJobs(world: JobWorld, options: StartOptions = {}): Promise<StartedJobs> {
  const { clock } = world;
  let unit = 0;
  let mark = 0;
  const life = String(world.disk.audit.length);
  const inner = await startMetastore(new MemoryMetadata(world.disk), {
    instance: 'node-1',
    clock,
    log: silentLog,
    newUnitId: () => `unit-${++unit}`,
  });
  const metastore = options.metastore?.(inner) ?? inner;
  const files = options.files ?? memoryFiles(world.folder);
  const source = new FakeSource(world.server, { files, ...options.source });
  const parts: SchedulerParts = {
    metastore,
    files,
    clock,
    log: silentLog,
    settings: () => ({ ...defaultJobSettings, ...options.settings }),
    stagingPath,
    nodeName: 'node-1',
    version: '0.0-test',
    sourceOf: () => source,
    externalCatalogs: options.catalogs ?? new FakeShelf(),
    openRepository: async (name) => openFake(name, world, options),
    newMarkId: () => `${life}-${++mark}`,
    ...(options.ownership !== undefined && { ownership: options.ownership, isShared: true }),
  };
  const scheduler = new Scheduler(parts);
  await scheduler.recover(new AbortController().signal);
  return { scheduler, source, metastore };
}

export function backupRequest(changes: Partial<BackupRequest> = {}): BackupRequest {
  return {
    kind: 'backup',
    catalog: 'default_catalog',
    database: 'shop',
    label: 'nightly',
    repository: 'repo',
    objects: [{ kind: 'TABLE', name: 'orders' }],
    properties: { type: 'FULL' },
    timeoutMs: 86_400_000,
    operator: 'root',
    ...changes,
  };
}

export function restoreRequest(timestamp: string, changes: Partial<RestoreRequest> = {}): RestoreRequest {
  return {
    kind: 'restore',
    catalog: 'default_catalog',
    label: 'nightly',
    timestamp,
    repository: 'repo',
    allowLoad: false,
    options: [],
    timeoutMs: 86_400_000,
    operator: 'root',
    ...changes,
  };
}

/** Submits and waits until the job and its cleanup have ended. */
export async function runJob(
  scheduler: Scheduler,
  request: BackupRequest | RestoreRequest,
): Promise<NonNullable<ReturnType<Scheduler['find']>>> {
  const { id } = await submit(scheduler, request);
  await scheduler.cleaned(id);
  const view = scheduler.find(id);
  if (view === undefined) throw new Error(`job ${id} is gone`);
  return view;
}

export function submit(scheduler: Scheduler, request: BackupRequest | RestoreRequest): Promise<Submitted> {
  return scheduler.submit(request, new AbortController().signal);
}

function openFake(name: string, world: JobWorld, options: StartOptions): OpenRepository {
  const known = options.repositories?.() ?? ['repo'];
  if (!known.includes(name)) throw new SqlError('backup', `Repository ${name} does not exist`);
  if (options.isPlaceEmpty?.()) throw new SnapshotError('no_repository', `repository '${name}' is gone`);
  const store = options.store ?? world.store;
  const limits = (): TransferLimits => readTransferLimits(options.properties?.() ?? new Map());
  return { name, readOnly: options.readOnly ?? false, limits, store, layout: layoutOf(name) };
}
