import type { ExtractedChunk, RowChecksum } from '../frozen.ts';
import type { SourceErrorKind } from '../source-error.ts';
import type { ColumnPlan } from './column-plan.ts';
import type { MysqlOptions } from './options.ts';
import type { TableIds } from './table-identity.ts';

/** Options as they can be sent to a thread: a Secret cannot. */
export type PlainOptions = Omit<MysqlOptions, 'password' | 'tlsKey'> &
  Readonly<{ password: string; tlsKey?: string }>;

/**
 * Set when a reader's transaction begins. To go back to it lets go of everything that a read has locked, while the point in
 * time of the transaction stays, and the savepoint too.
 */
export const readSavepoint = 'holdfast_read';

/** A share of the limits of a job. */
export type Pace = Readonly<{ rowsPerSecondMax?: number; bytesPerSecondMax?: number }>;

/** What a reading of rows is to be compared with when it has ended and its table is still locked by it. */
export type DefinitionCheck = Readonly<{
  database: string;
  table: string;
  /** Without the counter: `comparableDdl`. */
  ddl: string;
  created: string;
  /** Where the time of its making does not tell it from another table. */
  ids?: TableIds;
}>;

export type ReadRequest = Readonly<{
  sql: string;
  plans: readonly ColumnPlan[];
  /** A file that must not exist; absent: the rows are only added up. */
  path?: string;
  check?: DefinitionCheck;
  /** The reader is in a transaction with `readSavepoint`, to which it goes back after each read. */
  isInTransaction: boolean;
  pace: Pace;
}>;

export type ReadResult = ExtractedChunk & Readonly<{ checksum: RowChecksum }>;

/** Questions to a reader's thread, one at a time. */
export type ReaderQuestion = Readonly<
  | { kind: 'open'; options: PlainOptions }
  | { kind: 'run'; statements: readonly string[] }
  | { kind: 'read'; request: ReadRequest }
  | { kind: 'close' }
>;

export type ReaderAnswer = Readonly<
  | { kind: 'done' }
  | { kind: 'read'; result: ReadResult }
  | { kind: 'failed'; error: SourceErrorKind; message: string; errno?: number; isAlive: boolean }
>;
