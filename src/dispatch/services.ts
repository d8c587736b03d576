import type { HourlyUse } from '../auth/hourly-use.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { ExternalCatalogs } from '../catalog/external/external-catalogs.ts';
import type { SystemTableNames } from '../catalog/system-table-names.ts';
import type { CatalogView } from '../catalog/view.ts';
import type { RuntimeSettings } from '../config/runtime-settings.ts';
import type { Scheduler } from '../job/scheduler.ts';
import type { OpenRepository } from '../job/open-repository.ts';
import type { MetadataJobs } from '../metastore/kylin/metadata-jobs.ts';
import type { MetadataStores } from '../metastore/kylin/metadata-stores.ts';
import type { ResourceStore } from '../metastore/kylin/resource.ts';
import type { Metastore } from '../metastore/metastore.ts';
import type { Node } from '../metastore/node.ts';
import type { Repositories } from '../repository/repositories.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import type { Verdict } from '../snapshot/verification.ts';
import type { Source } from '../source/source.ts';
import type { MetadataPlace } from '../sql/statement.ts';
import type { AccessControl } from './access-control.ts';
import type { Table } from './answer.ts';
import type { ShowFilter } from './row-filter.ts';
import type { SnapshotCatalogue } from './snapshot-catalogue.ts';

/** The parts that statements work with; made once by the composition root. */
export type Services = Readonly<{
  /** This node among those that share the metastore. */
  node: Node;
  metastore: Metastore;
  access: AccessControl;
  hourlyUse: HourlyUse;
  repositories: Repositories;
  scheduler: Scheduler;
  metadata: MetadataServices;
  catalogue: SnapshotCatalogue;
  settings: RuntimeSettings;
  catalogs: Catalogs;
  externalCatalogs: ExternalCatalogs;
  connections: Connections;
  view: CatalogView;
  /** Tables of information_schema and its kin, by database. */
  systemTables: SystemTableNames;
  /** Counters for SHOW STATUS. */
  statusCounters: () => ReadonlyMap<string, string>;
  /** What the last look at a repository found wrong, by name. */
  repositoryErrors: () => ReadonlyMap<string, string>;
  openRepository: (name: string, signal: AbortSignal) => Promise<OpenRepository>;
  /** Fails when the repository cannot be read; within seconds, also when its place does not answer. */
  lookAtRepository: (name: string, signal: AbortSignal) => Promise<void>;
  /** Looks at all that a snapshot stands on, and with `full` at every row. */
  verifySnapshot: (
    place: OpenRepository,
    manifest: Manifest,
    full: boolean,
    signal: AbortSignal,
  ) => AsyncIterable<Verdict>;
  filterRows: (table: Table, filter: ShowFilter, signal: AbortSignal) => Promise<Table>;
  clock: Clock;
  log: Log;
  startedAt: number;
  /** True while nobody from another machine can connect: root may then be without a password. */
  isLoopbackOnly: boolean;
}>;

/** Backups of metadata: our own and that of others. */
export type MetadataServices = Readonly<{
  stores: MetadataStores;
  jobs: MetadataJobs;
  ownStore: ResourceStore;
  /** Absolute: folders that are not are meant in there, and the state before a restore is kept there. */
  folder: string;
  /** Where backups go when the statement names no place. */
  place: MetadataPlace;
  /** An empty folder for work in progress, which goes when it is disposed of. */
  scratch: () => Promise<AsyncDisposable & Readonly<{ path: string }>>;
  /** Throws SqlError for a folder that the configuration does not allow. */
  checkFolder: (folder: string) => Promise<void>;
}>;

/** The databases that can be named: by catalog. */
export interface Catalogs {
  names(): readonly string[];
  /** True for a catalog whose statements another server answers; false for the embedded one and for unknown names. */
  isExternal(catalog: string): boolean;
  /** Throws SqlError for an unknown one. */
  source(catalog: string): Source;
}

/** The connections of this server, as SHOW PROCESSLIST and KILL see them. */
export interface Connections {
  count(): number;
  /** Those that a login may see. */
  processes(by: Viewer): Table;
  /** Both throw SqlError for a number that is nobody's, or another user's. */
  kill(connectionId: number, by: Viewer): void;
  interrupt(connectionId: number, by: Viewer): void;
}

/** Whoever asks for connections. With OPERATE they are all there to see and to end, else their own. */
export type Viewer = Readonly<{ user: string; mayOperate: boolean }>;
