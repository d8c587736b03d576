import { unreachable } from '../base/assert.ts';
import type { TableDefinition } from '../sql/ddl/definition.ts';

/**
 * A database server whose databases are backed up and restored. Implemented by `duckdb/` (embedded) and, later,
 * `mysql/`. Declared here because jobs and snapshots know sources only through it.
 */
export interface Source {
  /** Goes into the manifest: `duckdb` or `mysql`, and the server's version text. */
  readonly kind: 'duckdb' | 'mysql';
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

export const objectKinds = [
  'TABLE',
  'SEQUENCE',
  'VIEW',
  'MATERIALIZED_VIEW',
  'FUNCTION',
  'PROCEDURE',
  'EVENT',
] as const;
export type ObjectKind = (typeof objectKinds)[number];
export type OtherKind = Exclude<ObjectKind, 'TABLE'>;
export const otherKinds: readonly OtherKind[] = objectKinds.filter((kind) => kind !== 'TABLE');

export type ObjectName = Readonly<{ kind: ObjectKind; name: string }>;

/** What an object's name must be alone among: a table, a function and an event may share one. */
export function namespaceOf(kind: ObjectKind): 'relation' | 'function' | 'procedure' | 'event' {
  switch (kind) {
    case 'TABLE':
    case 'SEQUENCE':
    case 'VIEW':
    case 'MATERIALIZED_VIEW':
      return 'relation';
    case 'FUNCTION':
      return 'function';
    case 'PROCEDURE':
      return 'procedure';
    case 'EVENT':
      return 'event';
    default:
      return unreachable(kind);
  }
}

/**
 * Session settings under which a server keeps an object and runs it: `sql_mode`, `time_zone`, `character_set_client`,
 * `collation_connection`, `database_collation` (MySQL manual, "SHOW CREATE PROCEDURE Statement"). They are set before
 * the DDL is run again.
 */
export type CreationSettings = Readonly<Record<string, string>>;

/** A trigger belongs to its table and travels with it. */
export type Trigger = Readonly<{ name: string; ddl: string; settings: CreationSettings }>;

/** What is to be read. `partitions` undefined means all of the table. Order is kept. */
export type Selection = Readonly<{
  database: string;
  objects: readonly Readonly<{ kind: ObjectKind; name: string; partitions?: readonly string[] }>[];
}>;

/** One point in time of a set of objects. Every method reads that point, however long it takes. */
export interface Frozen extends AsyncDisposable {
  readonly objects: readonly FrozenObject[];
  /** Milliseconds since the epoch at which the point was taken. */
  readonly takenAt: number;
  /** Binlog file and position, GTID … in the server's words; empty for the embedded engine. */
  readonly position: Readonly<Record<string, string>>;
  /** What a reader of the manifest must know, such as "read without a global lock". */
  readonly warnings: readonly string[];
  /** CREATE DATABASE as the source shows it: character set and collation. Absent for the embedded engine. */
  readonly databaseDdl?: string;
  /** How many calls of `extract` and `checksum` may run at once; absent: one after another. */
  readonly readers?: number;
  /**
   * Cuts a table (one partition of it when `partition` is given) into chunks of bounded size. Borders of
   * `previous` (the newest snapshot's chunks of this table) are reused where they still fit, so that unchanged
   * rows fall into byte-equal files.
   */
  plan(
    table: string,
    partition: string | undefined,
    previous: readonly ChunkRange[],
    signal: AbortSignal,
  ): Promise<readonly ChunkRange[]>;
  /** Writes one chunk as a Parquet file at `path` (which must not exist). Equal rows give equal bytes. */
  extract(
    table: string,
    partition: string | undefined,
    range: ChunkRange,
    path: string,
    signal: AbortSignal,
  ): Promise<ExtractedChunk>;
  /** Count and order-independent checksum of the rows of a table or of the named partitions. */
  checksum(
    table: string,
    partitions: readonly string[] | undefined,
    signal: AbortSignal,
  ): Promise<RowChecksum>;
  /** Absent: every partition is read by itself. */
  readonly smallPartitions?: SmallPartitions;
}

/** Partitions so small that a read of each costs more than their rows. A group counts as one reader. */
export interface SmallPartitions {
  /**
   * Which of `partitions`, each planned as one chunk of all its rows, are read better together. Those in no group are
   * read one by one.
   */
  groups(
    table: string,
    partitions: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly string[])[]>;
  /**
   * Reads the partitions of one group, in their order: the file at `path` has the bytes that `extract` of all rows gives,
   * and the checksum is that of `checksum`. No file is left when it fails.
   */
  extract(
    table: string,
    files: readonly PartitionFile[],
    signal: AbortSignal,
  ): Promise<readonly ExtractedPartition[]>;
}

/** Where the rows of a partition are to be written; nothing lies there yet. */
export type PartitionFile = Readonly<{ partition: string; path: string }>;

export type FrozenObject =
  | Readonly<{
      kind: 'TABLE';
      name: string;
      /**
       * The DDL taken apart. Absent where the source's server knows more than our parser does: such a table can be
       * restored to a server of its kind alone.
       */
      definition?: TableDefinition;
      /** CREATE TABLE as the source shows it. */
      ddl: string;
      columns: readonly SourceColumn[];
      /** Columns of the primary key, else of the key model; empty without one. */
      key: readonly string[];
      triggers?: readonly Trigger[];
      /** Selected partitions in order; undefined for an unpartitioned table. */
      partitions?: readonly string[];
      /** Next value of the AUTO_INCREMENT counter. */
      autoIncrement?: string;
    }>
  | Readonly<{
      kind: OtherKind;
      name: string;
      ddl: string;
      /** Names in the same database that this one reads, for the order of the queue. */
      dependsOn: readonly string[];
      settings?: CreationSettings;
      /** What it reads in other databases, as `database.name`: not part of the snapshot. */
      basesOutside?: readonly string[];
      /** Why it cannot be read now: a view is saved as it stands all the same. */
      unreadable?: string;
      /** Its rows, which are read as a table's: those of a materialized view. */
      held?: HeldRows;
    }>;

/** The table that holds the rows of an object that is none. */
export type HeldRows = Readonly<{
  definition: TableDefinition;
  columns: readonly SourceColumn[];
  key: readonly string[];
}>;

/** `parquetType` is the logical type in the file, as the engine that wrote it names it. */
export type SourceColumn = Readonly<{ name: string; sourceType: string; parquetType: string }>;

/**
 * A half-open range of rows: of the leading key column (`key`: inclusive lower, exclusive upper, as SQL text of
 * literals, open where null), or of physical row numbers (`rows`), or everything.
 */
export type ChunkRange =
  | Readonly<{ kind: 'all' }>
  | Readonly<{ kind: 'key'; column: string; lower: string | null; upper: string | null }>
  | Readonly<{ kind: 'rows'; lower: number; upper: number | null }>;

/** Least and greatest value per column as text; undefined where the file has none (no rows, only NULLs). */
export type ColumnBounds = Readonly<{ column: string; min?: string; max?: string; nulls: number }>;

/** A file as its writer sent it to the disk; `sha256` in lower-case hex. */
export type WrittenFile = Readonly<{ bytes: number; sha256: string }>;

export type ExtractedChunk = Readonly<{
  rows: number;
  bounds: readonly ColumnBounds[];
  /** Where the source writes the file itself: else whoever needs this looks at the file. */
  written?: WrittenFile;
}>;

/**
 * Rows, and a sum over a hash of each row, so that order does not matter. `algorithm` names the hash and the
 * engine that defines it; sums of different algorithms cannot be compared. `value` is an unsigned decimal integer,
 * and values add without wrapping: that of a table is the sum of those of its partitions.
 */
export type RowChecksum = Readonly<{ rows: number; algorithm: string; value: string }>;

export type ExtractedPartition = ExtractedChunk & Readonly<{ checksum: RowChecksum }>;

/** One file of a snapshot on its way into a shadow; `blob` is its id within the restore. */
export type LoadedFile = Readonly<{ partition: string | undefined; blob: string; path: string }>;

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

/** What a restore would do with one object; `refuse` fails the whole restore. */
export const restoreActions = ['create', 'replace', 'replace_partitions', 'keep', 'drop', 'refuse'] as const;
export type RestoreAction = (typeof restoreActions)[number];

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

/** What a restore keeps others from. */
export type TargetHold = Readonly<{
  database: string;
  label: string;
  targets: readonly ObjectName[];
  /** Every object of the database is held, those to come too: the restore drops what the snapshot lacks. */
  isWhole: boolean;
  allowsLoad: boolean;
}>;

export type RestorePlan = Readonly<{
  database: string;
  /** The database named in the snapshot, for re-qualifying views. */
  originalDatabase: string;
  createDatabase: boolean;
  /** The kind of source the snapshot was made of, and its server's version: what the DDL is written in. */
  origin: Readonly<{ kind: Source['kind']; version: string }>;
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

/**
 * `unavailable`: the same work may succeed a little later. `away`: as long as nothing can be asked of the source, as while it
 * is started again.
 */
export type SourceErrorKind =
  'missing' | 'conflict' | 'bad_replace' | 'unavailable' | 'away' | 'interrupted' | 'failed';

/** A source's failure inside a job. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly kind: SourceErrorKind;

  constructor(kind: SourceErrorKind, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
  }
}

/** Whether the same work may succeed at another time. */
export function isPassing(error: unknown): boolean {
  return error instanceof SourceError && ['unavailable', 'away'].includes(error.kind);
}

/** Whether the source did not come to say yes or no. */
export function isUnanswered(error: unknown): boolean {
  return isPassing(error) || (error instanceof SourceError && error.kind === 'interrupted');
}
