import type { TableDefinition } from '../sql/ddl/definition.ts';
import type { CreationSettings, OtherKind, Trigger } from './objects.ts';

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
