import type { TableDefinition } from '../sql/ddl/definition.ts';
import type { HeldRows, RowChecksum, SourceColumn } from './frozen.ts';
import type { CreationSettings, ObjectKind, OtherKind, Trigger } from './objects.ts';
import type { SourceKind } from './source-kind.ts';

/** One restore into shadow objects beside the live ones. */
export interface Restoring extends AsyncDisposable {
  /** How many calls of `load` and `seal` may run at once; absent: one after another. */
  readonly loaders?: number;
  /** How many calls of `checksum` and `checksumOfFiles` may run at once, when no `load` does; absent: as many as `loaders`. */
  readonly checkers?: number;
  /**
   * True when this restore's commit already happened: the answer after a crash in COMMITTING. A source whose commit
   * has steps behind its swap finishes those that a crash cut off, so that true means all of it.
   */
  isCommitted(signal: AbortSignal): Promise<boolean>;
  /**
   * Compares with what exists under the target names and creates shadow tables. Throws SourceError `conflict`
   * with StarRocks' text ("Table t already exist but with different schema …").
   */
  prepare(plan: RestorePlan, signal: AbortSignal): Promise<void>;
  /**
   * The targets for which nothing is loaded, the same after a restart: those that `prepare` decided to leave alone, which
   * the commit does not touch, and those of `giveUpRows`. Absent: none.
   */
  leftOut?(signal: AbortSignal): Promise<readonly LeftOut[]>;
  /** What will come back otherwise than it was, or not at all, with a target that is restored. Absent: nothing. */
  remarks?(signal: AbortSignal): Promise<readonly Remark[]>;
  /**
   * Says that the rows of a materialized view cannot be had. What is loaded of them goes; the commit puts the view there
   * without rows, to be filled by a refresh, or leaves the one that is there as it is. Gives what the user is told.
   * Durable when it returns; a `load` that comes later does nothing. Absent: the source has no materialized views.
   */
  giveUpRows?(target: string, why: string, signal: AbortSignal): Promise<string>;
  /** Appends the rows of one Parquet file to the shadow of `target`. A file loaded twice counts once (`blob` is its id). */
  load(
    target: string,
    partition: string | undefined,
    blob: string,
    path: string,
    signal: AbortSignal,
  ): Promise<void>;
  /** `load` for many small files in one step: all are loaded when it returns, or none. Absent: one after another. */
  loadTogether?(target: string, files: readonly LoadedFile[], signal: AbortSignal): Promise<void>;
  /**
   * How many rows files say that they hold, without reading one: a file of kilobytes may hold more than any disk. Absent: it
   * is found out by loading them.
   */
  countRows?(paths: readonly string[], signal: AbortSignal): Promise<number>;
  /**
   * Says that all files of `target` are loaded, so that what is better done behind the rows is done now, such as building
   * indexes. Called before `checksum` and `commit`; may be called again.
   */
  seal(target: string, signal: AbortSignal): Promise<void>;
  /**
   * Recomputes count and checksum of what was loaded, in `algorithm` if this engine still has it, else in its
   * own (the answer says which).
   */
  checksum(target: string, algorithm: string, signal: AbortSignal): Promise<RowChecksum>;
  /** Recomputes the checksum from the verified files instead, for an algorithm this engine no longer has. */
  checksumOfFiles(target: string, paths: readonly string[], signal: AbortSignal): Promise<RowChecksum>;
  /** Swaps everything in, in one step: before it nothing has changed, after it all is there. */
  commit(signal: AbortSignal): Promise<void>;
  /** Drops the shadows. Idempotent; does nothing after a commit. */
  rollback(signal: AbortSignal): Promise<void>;
  /**
   * Drops what remembers that this restore was committed: called when whoever asked has written that down. Idempotent;
   * does nothing before a commit.
   */
  forget(signal: AbortSignal): Promise<void>;
}

/** One file of a snapshot on its way into a shadow; `blob` is its id within the restore. */
export type LoadedFile = Readonly<{ partition: string | undefined; blob: string; path: string }>;

/** What a restore would do with one object; `refuse` fails the whole restore. */
export type RestoreAction = 'create' | 'replace' | 'replace_partitions' | 'keep' | 'drop' | 'refuse';

export type RestoreFate = Readonly<{
  kind: ObjectKind;
  target: string;
  action: RestoreAction;
  /** Of `replace_partitions`: those whose rows are replaced, or that are added. */
  partitions?: readonly string[];
  /** Why, for the user. */
  note?: string;
}>;

/** A materialized view of which no rows are restored; `why` is for the user, and absent where nobody need be told. */
export type LeftOut = Readonly<{ target: string; why?: string }>;

/** `text` is for the user. */
export type Remark = Readonly<{ target: string; text: string }>;

/**
 * What RESTORE's properties ask of a source, by their names in SQL; documented for users in
 * docs/restore-and-existing-data.md.
 */
export const restoreOptions = [
  /** A table whose schema differs from the snapshot's is replaced as a whole, not refused. */
  'force_replace',
  /** Tables, views and materialized views of the database go that are neither in `keep` nor a target. */
  'clean_tables',
  /** Partitions of a restored table go that the snapshot lacks; not where the statement names partitions. */
  'clean_partitions',
  /** Keeps the snapshot's `replication_num`, also where the statement gives one. */
  'reserve_replica',
  /** Keeps the snapshot's `colocate_with`; else a new table has none, and an existing one keeps its own. */
  'reserve_colocate',
  /** Leaves dynamic partitioning on; else restored tables get `dynamic_partition.enable` = false. */
  'reserve_dynamic_partition_enable',
] as const;
export type RestoreOption = (typeof restoreOptions)[number];

export type RestorePlan = Readonly<{
  database: string;
  /** The database named in the snapshot, for re-qualifying views. */
  originalDatabase: string;
  createDatabase: boolean;
  /** The kind of source the snapshot was made of, and its server's version: what the DDL is written in. */
  origin: Readonly<{ kind: SourceKind; version: string }>;
  /** CREATE DATABASE of the source, for a database that is to be created. */
  databaseDdl?: string;
  /** Absent: none. */
  options?: readonly RestoreOption[];
  /** With `clean_tables`: names in the snapshot, which stay even when they are no target. */
  keep?: readonly string[];
  tables: readonly RestoreTable[];
  /** In an order in which each can be created. */
  others: readonly RestoreOther[];
}>;

export type RestoreOther = Readonly<{
  kind: OtherKind;
  name: string;
  target: string;
  ddl: string;
  settings?: CreationSettings;
  /** The table that its rows are loaded into; absent where the snapshot has none. */
  held?: Pick<HeldRows, 'definition' | 'columns'>;
}>;

export type RestoreTable = Readonly<{
  name: string;
  target: string;
  /** Absent where only a server of the origin's kind can read the DDL. */
  definition?: TableDefinition;
  ddl: string;
  columns: readonly SourceColumn[];
  triggers?: readonly Trigger[];
  /** Only these partitions are restored; undefined restores the whole table. */
  partitions?: readonly string[];
  autoIncrement?: string;
  replicationNum?: number;
  /** Rows of the whole table in the snapshot; undefined where nobody counted them. */
  rows?: number;
}>;
