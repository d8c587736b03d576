import type { Frozen } from './frozen.ts';
import type { ObjectKind, ObjectName } from './objects.ts';
import type { RestoreFate, RestorePlan, Restoring } from './restoring.ts';
import type { SourceKind } from './source-kind.ts';

/**
 * A database server whose databases are backed up and restored. Implemented by `duckdb/` (embedded) and `mysql/`: jobs
 * and snapshots know sources only through it, `Frozen` for one read and `Restoring` for one restore.
 */
export interface Source {
  /** Goes into the manifest: `duckdb` or `mysql`, and the server's version text. */
  readonly kind: SourceKind;
  readonly version: string;
  readonly capabilities: SourceCapabilities;
  listDatabases(signal: AbortSignal): Promise<readonly string[]>;
  /** `undefined` for a database that does not exist. Names of objects only; for analysis of ON lists. */
  listObjects(database: string, signal: AbortSignal): Promise<readonly ObjectName[] | undefined>;
  /** Partition names of one table, in order; empty for an unpartitioned table. */
  listPartitions(database: string, table: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Takes one point in time for all selected objects. Release it exactly once (`await using`).
   * Fails with SourceError `missing` when an object has gone.
   */
  freeze(selection: Selection, signal: AbortSignal): Promise<Frozen>;
  /**
   * Opens the restore of one job. Called again with the same id after a restart it finds the shadow tables of
   * the earlier attempt. Nothing a client can see changes before `commit`.
   */
  openRestore(restoreId: string, database: string, signal: AbortSignal): Promise<Restoring>;
  /**
   * What a restore would do, from what is there now: for each target in the plan's order, then for what it would drop.
   * Writes nothing. Throws SourceError only where the server cannot be asked; what it refuses is an answer.
   */
  previewRestore(plan: RestorePlan, signal: AbortSignal): Promise<readonly RestoreFate[]>;
  /**
   * Keeps the targets of a restore as they are until the answer is disposed: data definition on them is refused, and
   * writes unless `allowsLoad`. Called when the job is submitted, and after a restart before clients are served. Never
   * throws. A server that others reach beside us can promise nothing here; its commit compares with what it finds then.
   */
  holdTargets(hold: TargetHold): Disposable;
  /** Drops the shadow tables of every restore whose id is not listed: called once at start. */
  sweepRestores(liveRestoreIds: ReadonlySet<string>, signal: AbortSignal): Promise<void>;
}

export type SourceCapabilities = Readonly<{
  partitions: boolean;
  views: boolean;
  materializedViews: boolean;
  functions: boolean;
  /** Procedures, events and triggers. */
  programs: boolean;
  sequences: boolean;
  /** True where `Shop` and `shop` are the same database; absent where they are two. */
  foldsNames?: boolean;
}>;

/** What is to be read. `partitions` undefined means all of the table. Order is kept. */
export type Selection = Readonly<{
  database: string;
  objects: readonly Readonly<{ kind: ObjectKind; name: string; partitions?: readonly string[] }>[];
}>;

/** What a restore keeps others from. */
export type TargetHold = Readonly<{
  database: string;
  label: string;
  targets: readonly ObjectName[];
  /** Every object of the database is held, those to come too: the restore drops what the snapshot lacks. */
  isWhole: boolean;
  allowsLoad: boolean;
}>;
