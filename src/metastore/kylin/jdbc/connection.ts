/** A value that a statement is given. */
export type Value = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, unknown>>;

/** What the databases that keep a Kylin metastore say differently. */
export type SqlDialect = Readonly<{
  /** A name that was checked to be letters, digits and underscores, as it stands in a statement. */
  quote: (name: string) => string;
  /** The names of Kylin's tables begin with its identifier, in the spelling of the database. */
  spell: (identifier: string) => string;
  /** Begins a transaction that sees one state and locks nothing. */
  beginReading: string;
  beginWriting: string;
  /** What a SELECT of all keys ends with, so that rows and the gaps between them stay as they are. */
  lockRows: string;
  /** Keeps others from writing these tables until the transaction ends; undefined where `lockRows` does all. */
  lockTables: (tables: readonly string[]) => string | undefined;
  /** Gives `name` and `col` of each column of the tables whose names begin with the text that is given twice. */
  columnsByPrefix: string;
  /** The expression of the present time in milliseconds since the epoch. */
  nowMs: string;
  /** What an INSERT ends with to write over rows of the same key. */
  overwrite: (key: string, columns: readonly string[]) => string;
  /** How often such an INSERT counts a row that it wrote over. */
  overwriteCounts: number;
}>;

/**
 * One session with the database of a Kylin metastore, for one transaction. In a statement `?` stands for a value; a
 * list of values becomes `a, b`, a list of lists `(a, b), (c, d)`. An aborted statement ends the session. Methods throw
 * MetadataError `conflict` when others were at the same rows, else `unavailable`.
 */
export interface KylinConnection extends AsyncDisposable {
  /** Where it is, for texts: no secret. */
  readonly place: string;
  readonly dialect: SqlDialect;
  rows(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<readonly Row[]>;
  /** Runs a statement and says how many rows it changed, as the database counts. */
  change(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<number>;
}

/** The whole time that a connection may take. */
export const connectTimeoutMs = 10_000;

/** Runs one statement; when the signal aborts meanwhile, `end` ends the session under it. */
export async function runAbortable<T>(
  signal: AbortSignal,
  end: () => void,
  work: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  signal.addEventListener('abort', end, { once: true });
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', end);
  }
}
