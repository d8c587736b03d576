import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import path from 'node:path';
import { listAccounts } from './auth/accounts.ts';
import { isLoopback } from './auth/address.ts';
import { HourlyUse } from './auth/hourly-use.ts';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { SqlError } from './base/sql-error.ts';
import { GlobalVariables } from './catalog/session-variables.ts';
import { variablesOf } from './catalog/variables.ts';
import { type OpenCatalogs, openCatalogs } from './catalogs.ts';
import type { Config } from './config/config.ts';
import { requireWhole } from './data-folder.ts';
import { RuntimeSettings } from './config/runtime-settings.ts';
import { AccessControl } from './dispatch/access-control.ts';
import type { Table } from './dispatch/answer.ts';
import { JobTables } from './dispatch/job-tables.ts';
import { RepositoryPinger } from './dispatch/repository-pinger.ts';
import { filterRows } from './dispatch/row-filter.ts';
import type { Connections, Services, Viewer } from './dispatch/services.ts';
import { SnapshotCatalogue } from './dispatch/snapshot-catalogue.ts';
import { WholeSnapshots } from './dispatch/whole-snapshots.ts';
import { MetadataRoutine } from './dispatch/metadata-routine.ts';
import { TtlSweeper } from './dispatch/ttl-sweeper.ts';
import { Scheduler, type SchedulerParts } from './job/scheduler.ts';
import { defaultJobSettings, type JobSettings } from './job/tools.ts';
import { openMetadata } from './metadata.ts';
import { folderId } from './metastore/node-folder.ts';
import type { Node } from './metastore/node.ts';
import { openSecrets } from './metastore/secret-key.ts';
import type { StoreCounters } from './repository/layers/observe.ts';
import type { StoreParts } from './repository/open-store.ts';
import { openNode } from './open-node.ts';
import { openRepositories, repositoryLook, repositoryOpener } from './open-repositories.ts';
import { NamedLocks } from './session/named-locks.ts';
import { diskFiles } from './snapshot/disk-files.ts';
import type { LocalFiles } from './snapshot/files.ts';
import { HashPool } from './snapshot/hashing.ts';
import { snapshotVerifier } from './snapshot-verifier.ts';
import { EngineFacts } from './source/duckdb/engine-facts.ts';
import { type Embedded, openEmbedded } from './source/duckdb/embedded.ts';
import { engineFileIn, type EngineOptions } from './source/duckdb/engine/engine.ts';
import { EmbeddedSource } from './source/duckdb/source.ts';
import { selectShown } from './source/duckdb/select/shown-rows.ts';
import { StatusCounters } from './status-counters.ts';
import { openSystemTables, systemTableProvider } from './system-tables.ts';
import { productVersion, serverVersion } from './version.ts';

/** The server's parts behind its socket. */
export type OpenServices = Services &
  Pick<OpenCatalogs, 'accountOf' | 'startPlace'> &
  AsyncDisposable &
  Readonly<{
    embedded: Embedded;
    /** Counts a statement of a client, for SHOW STATUS. */
    countQuestion: (text: string) => void;
    /** Counts a connection that has logged in. */
    countConnection: () => void;
    /** The server's variables, with which sessions begin. */
    variables: GlobalVariables;
    /** The locks of GET_LOCK. */
    namedLocks: NamedLocks;
    /** Says who knows the connections; before it nobody is connected. */
    connect: (connections: Connections) => void;
    /** Of the repositories that were looked at: whether they could be read. */
    repositoryStates: () => ReadonlyMap<string, boolean>;
    /** Goes on with the jobs of an earlier process. */
    recover: () => Promise<void>;
  }>;

type Basics = Readonly<{
  clock: Clock;
  log: Log;
  openAdapter: StoreParts['openAdapter'];
  /** In the place of `new Scheduler`: a test puts itself between jobs and what they use. */
  makeScheduler?: SchedulerMaker;
  /** Counts calls of stores besides SHOW STATUS. */
  storeCounters?: StoreCounters;
  /** Where the monitor answers. */
  httpPort?: number;
}>;
export type SchedulerMaker = (parts: SchedulerParts) => Scheduler;

/** Opens what is kept on disk and joins the parts that statements work with. */
export async function openServices(config: Config, basics: Basics): Promise<OpenServices> {
  await using opening = new AsyncDisposableStack();
  const core = await openCore(config, basics, opening);
  const { metastore, embedded, counters, scheduler } = core;
  const watched = { services: core, ...basics };
  const routines = [new TtlSweeper(watched), new MetadataRoutine(watched)].map((each) => opening.use(each));
  const pinger = opening.use(new RepositoryPinger(watched));
  opening.defer(async () => scheduler.stop());
  let connections: Connections | undefined;
  const view = new EngineFacts(embedded);
  const variables = new GlobalVariables(variablesOf(variableFacts(config)));
  const statusCounters = (): ReadonlyMap<string, string> => counters.read(connections?.count() ?? 0);
  const access = opening.use(new AccessControl(metastore, view));
  const processes = (by: Viewer): Table['rows'] => connections?.processes(by).rows ?? [];
  const jobTables = new JobTables({ ...core, ...basics, repositoryErrors: () => pinger.errors });
  const jobRows: JobTables['rows'] = (table, context, signal) => jobTables.rows(table, context, signal);
  const systemTables = openSystemTables({ view, variables, metastore, statusCounters, processes, jobRows });
  embedded.engine.registerSystemTables(systemTableProvider(systemTables));
  const held = opening.move();
  return {
    ...core,
    ...basics,
    get connections(): Connections {
      if (connections === undefined) throw new SqlError('server_shutdown', 'the server is not listening yet');
      return connections;
    },
    access,
    hourlyUse: new HourlyUse(basics.clock),
    view: systemTables.withTables(view),
    variables,
    namedLocks: new NamedLocks(basics.clock),
    systemTables: (database) => systemTables.names(database),
    statusCounters,
    countQuestion: (text) => counters.asked(text),
    countConnection: () => counters.entered(connections?.count() ?? 0),
    filterRows: (table, filter, signal) =>
      filterRows(table, filter, (shown, inner) => selectShown(embedded.engine, shown, inner), signal),
    repositoryErrors: () => pinger.errors,
    repositoryStates: () => pinger.states,
    lookAtRepository: core.lookAtRepository,
    startedAt: basics.clock.now(),
    isLoopbackOnly: isLoopback(config.listen.host),
    connect: (known) => {
      connections = known;
    },
    recover: async () => {
      await recover(core, basics.log);
      for (const routine of [...routines, pinger]) routine.start();
    },
    [Symbol.asyncDispose]: async () => held.disposeAsync(),
  };
}

/** Goes on with jobs, and starts what the engine does by itself. */
async function recover({ scheduler, metadata, embedded, settings }: Core, log: Log): Promise<void> {
  await scheduler.recover(new AbortController().signal);
  await metadata.jobs.recover();
  await embedded.refresher.start(log);
  embedded.engine.logFolding.start(log);
  await embedded.dynamicPartitions.start(
    log,
    () => settings.get('dynamic_partition_check_interval_seconds') * 1_000,
  );
}

type Core = Pick<
  Services,
  | 'node'
  | 'metastore'
  | 'metadata'
  | 'repositories'
  | 'scheduler'
  | 'catalogue'
  | 'settings'
  | 'openRepository'
  | 'lookAtRepository'
  | 'verifySnapshot'
> &
  OpenCatalogs &
  Readonly<{ embedded: Embedded; counters: StatusCounters }>;

/** What is kept on disk, and the jobs that work on it. `opening` closes it. */
async function openCore(config: Config, basics: Basics, opening: AsyncDisposableStack): Promise<Core> {
  const { clock } = basics;
  const node = await openNode(config, basics, opening);
  checkFolder(config, node);
  const { metastore } = node;
  const embedded = opening.use(await openEmbedded({ ...engineOptions(config), clock }));
  const settings = new RuntimeSettings(metastore, config);
  const counters = new StatusCounters(clock, basics.storeCounters);
  const secrets = openSecrets(config.data, config.secretKey);
  const repositories = opening.use(
    openRepositories(config, { metastore, settings, counters, secrets, ...basics }),
  );
  const openRepository = repositoryOpener(repositories);
  const opened = openCatalogs({
    metastore,
    secrets,
    clock,
    embedded: new EmbeddedSource(embedded),
    owner: node.metastoreId ?? ownerOf(config),
    source: config.source,
  });
  const files = diskFiles(opening.use(new HashPool()));
  const jobParts = { node, embedded, files, openRepository, opened, settings };
  const metadata = openMetadata(config, { metastore, uuid: uuidOf(node, config), secrets, ...basics });
  opening.use(metadata.jobs);
  return {
    node,
    metastore,
    metadata,
    repositories,
    scheduler: openScheduler(config, basics, jobParts),
    catalogue: snapshotCatalogue(config, basics.log),
    settings,
    ...opened,
    openRepository,
    lookAtRepository: repositoryLook(repositories),
    verifySnapshot: await snapshotVerifier(embedded.engine, files, () => jobSettings(settings, config)),
    embedded,
    counters,
  };
}

type JobParts = Pick<Core, 'node' | 'embedded' | 'openRepository' | 'settings'> &
  Readonly<{ files: LocalFiles; opened: OpenCatalogs }>;

function openScheduler(config: Config, basics: Basics, parts: JobParts): Scheduler {
  const { node, embedded, files, openRepository, opened, settings } = parts;
  const { makeScheduler = (given: SchedulerParts): Scheduler => new Scheduler(given) } = basics;
  return makeScheduler({
    metastore: node.metastore,
    ownership: node.ownership,
    isShared: node.metastoreId !== undefined,
    catchUp: () => node.catchUp(),
    files,
    openRepository,
    ...basics,
    stagingPath: embedded.engine.stagingFolder,
    settings: () => jobSettings(settings, config),
    nodeName: config.nodeId,
    version: productVersion,
    sourceOf: (catalog) => opened.catalogs.source(catalog),
    externalCatalogs: opened.catalogShelf,
  });
}

function snapshotCatalogue({ data }: Config, log: Log): SnapshotCatalogue {
  return new SnapshotCatalogue(new WholeSnapshots(path.join(data, 'cache', 'whole-snapshots'), log));
}

/** Names the metastore for good: the embedded one is its folder's. */
function uuidOf({ metastoreId }: Node, { data }: Config): string {
  return metastoreId ?? folderId(data);
}

function checkFolder(config: Config, { metastore, metastoreId }: Node): void {
  requireWhole({
    data: config.data,
    hasAccounts: metastoreId === undefined ? listAccounts(metastore).length > 0 : undefined,
    enginePath: engineFileIn(engineOptions(config).folder),
  });
}

function variableFacts(config: Config): Parameters<typeof variablesOf>[0] {
  return {
    serverVersion,
    port: config.listen.port,
    hostname: hostname(),
    dataFolder: config.data,
    serverUuid: config.nodeId,
    hasTls: true,
    maxAllowedPacket: config.maxAllowedPacketBytes,
    maxConnections: config.maxConnections,
    waitTimeoutSeconds: config.waitTimeoutSeconds,
    requireSecureTransport: config.requireSecureTransport,
  };
}

function engineOptions(config: Config): Omit<EngineOptions, 'clock'> {
  return {
    folder: path.join(config.data, 'engine'),
    memoryLimitBytes: config.engineMemoryLimitMb * 1024 * 1024,
    threads: config.engineThreads,
  };
}

/** Servers of one machine differ in their data folders, whatever ports they get. */
function ownerOf({ nodeId, data }: Config): string {
  return createHash('sha256')
    .update(`${nodeId} ${path.resolve(data)}`)
    .digest('hex')
    .slice(0, 16);
}

/** Two workers keep a disk busy; an automatic count is that of StarRocks' default for a small machine. */
const workersAutomatic = 4;

function jobSettings(settings: RuntimeSettings, config: Config): JobSettings {
  return {
    ...defaultJobSettings,
    uploadWorkerCount: settings.get('upload_worker_count') || workersAutomatic,
    downloadWorkerCount: settings.get('download_worker_count') || workersAutomatic,
    stagingBytesMax: config.stagingBytesMax,
    jobsPerDatabaseMax: settings.get('history_jobs_max'),
    historyJobKeepMaxSecond: settings.get('history_job_keep_max_second'),
  };
}
