import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { LocalFiles } from '../snapshot/files.ts';
import type { SavedCatalog } from '../snapshot/manifest.ts';
import type { Source } from '../source/source.ts';
import type { Disposal } from './disposal.ts';
import type { JobId } from './job-id.ts';
import type { Job } from './machine.ts';
import type { OpenRepository } from './open-repository.ts';
import { Spool } from './spool.ts';
import type { TaskBoard } from './task-board.ts';

/** Read anew at each use, so that a change counts from the next piece of work on. */
export type JobSettings = Readonly<{
  /** Blobs sent, or fetched, at once by one job. */
  uploadWorkerCount: number;
  downloadWorkerCount: number;
  /** Attempts of a task before its job is cancelled. */
  taskAttemptsMax: number;
  /** Bound of one job's staging folder. */
  stagingBytesMax: number;
  /** Settled jobs kept per database, and for how long. */
  jobsPerDatabaseMax: number;
  historyJobKeepMaxSecond: number;
}>;

export const defaultJobSettings: JobSettings = {
  uploadWorkerCount: 4,
  downloadWorkerCount: 4,
  taskAttemptsMax: 3,
  stagingBytesMax: 4 * 1024 ** 3,
  jobsPerDatabaseMax: 10,
  historyJobKeepMaxSecond: 604_800,
};

/** The definitions of external catalogs, as jobs take them down and put them back. */
export type CatalogShelf = Readonly<{
  /** Without its secrets. Throws SqlError for a catalog that is not there. */
  save: (name: string) => SavedCatalog;
  /** True when it is there with this definition, whatever its secrets are. */
  has: (catalog: SavedCatalog) => boolean;
  /** Throws SqlError when `restore` would. */
  check: (catalog: SavedCatalog, mayReplace: boolean) => void;
  /**
   * Puts all of them back in one step; one that is there with the same definition stays, and keeps its secrets. Throws
   * SqlError, and changes nothing, when another definition has the name and may not be replaced.
   */
  restore: (
    catalogs: readonly SavedCatalog[],
    choice: Readonly<{ mayReplace: boolean; operator: string }>,
  ) => Promise<void>;
}>;

/** What the work of jobs needs of the rest of the server. */
export type JobTools = Readonly<{
  files: LocalFiles;
  clock: Clock;
  log: Log;
  settings: () => JobSettings;
  /** The folder of all spools; one server at a time uses it. */
  stagingPath: string;
  nodeName: string;
  /** Of Holdfast, for manifests. */
  version: string;
  /** Throws SqlError for an unknown catalog. */
  sourceOf: (catalog: string) => Source;
  externalCatalogs: CatalogShelf;
  /**
   * Throws SqlError for a name that is not (or no longer) known, SnapshotError `no_repository` when the place has lost
   * it, StorageError when the place is out of reach.
   */
  openRepository: (name: string, signal: AbortSignal) => Promise<OpenRepository>;
  disposal: Pick<Disposal, 'claim' | 'discard'>;
  /**
   * Throws MetastoreError `stale_epoch` unless this node still has the lease of the job's database: asked right before a
   * step that others see at once, since a process may stand still for any time between two steps.
   */
  requireLease: (job: Pick<Job, 'catalog' | 'database'>) => void;
}>;

/** `cancelled` also aborts when the server stops; `stopped` only then. */
export type RunSignals = Readonly<{ cancelled: AbortSignal; stopped: AbortSignal }>;

/** One job at work: holds what lives as long as the job runs here, such as a source's consistent read. */
export type RunContext = Readonly<{ tools: JobTools; board: TaskBoard; spool: Spool }>;

export function spoolOf(tools: JobTools, job: JobId): Spool {
  return new Spool(tools.files, tools.stagingPath, job);
}
