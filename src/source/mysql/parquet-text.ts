import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { duckdbText } from '../../sql/duckdb-quote.ts';
import { SourceError } from '../source-error.ts';
import { readFooter } from '../parquet/footer.ts';

/** Expressions of DuckDB over a file's columns; all rows without `where`. */
export type RowsOptions = Readonly<{ select: readonly string[]; where?: string | undefined }>;
/** `quoted` has positions in `select`. */
export type CsvOptions = RowsOptions & Readonly<{ quoted: readonly number[]; to: string }>;

/**
 * DuckDB as the reader of a snapshot's files, apart from the embedded engine: in memory, with little of it, and nothing
 * but files. Its threads are its own, so that ours is free.
 */
export class ParquetText implements AsyncDisposable {
  #instance: Promise<DuckDBInstance> | undefined;
  /** Making one costs more than reading a small file. As many as were ever used at once. */
  readonly #idle: DuckDBConnection[] = [];
  /** The last writing of each of those that may go on at once. */
  readonly #writings: Promise<void>[] = Array.from({ length: threads }, () => Promise.resolve());
  #writingsBegun = 0;

  /** DuckDB's types of a file's columns by their names. Of a file of our own writer its footer is read, which is cheaper. */
  async columns(path: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { columns } = await readFooter(path);
    if (columns !== undefined) return columns;
    const described = await this.#rows(`DESCRIBE FROM read_parquet(${duckdbText(path)})`, signal);
    return new Map(described.map(([name, type]) => [String(name), String(type)]));
  }

  /**
   * Writes `select` over the rows of `path` for which `where` holds as CSV: fields in double quotes where `quoted` says so, a bare NULL where there
   * is no value, and nothing escaped but by doubling the quotes.
   */
  async writeCsv(
    path: string,
    { select, quoted, where, to }: CsvOptions,
    signal: AbortSignal,
  ): Promise<void> {
    const list = select.map((expression, index) => `${expression} AS c${index}`).join(', ');
    const force =
      quoted.length === 0 ? '' : `, FORCE_QUOTE (${quoted.map((index) => `c${index}`).join(', ')})`;
    await this.#inTurn(() =>
      this.#rows(
        `COPY (SELECT ${list} FROM ${rowsOf(path, where)}) TO ${duckdbText(to)} ` +
          `(FORMAT csv, HEADER false, DELIM ',', QUOTE '"', ESCAPE '"', NULL 'NULL', USE_TMP_FILE false${force})`,
        signal,
      ),
    );
  }

  /** `select` over the rows of `path` for which `where` holds, a batch at a time. */
  async *readRows(
    path: string,
    { select, where }: RowsOptions,
    signal: AbortSignal,
  ): AsyncIterable<readonly (readonly (string | null)[])[]> {
    using lent = await this.#lend();
    const { connection } = lent;
    try {
      const result = await connection.stream(`SELECT ${select.join(', ')} FROM ${rowsOf(path, where)}`);
      for (;;) {
        if (signal.aborted) throw interrupted(path, signal);
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) return;
        yield chunk.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
      }
    } catch (error) {
      throw readFailure(error);
    }
  }

  /** Closes DuckDB. May be called twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    const instance = this.#instance;
    this.#instance = undefined;
    for (const connection of this.#idle.splice(0)) connection.closeSync();
    (await instance)?.closeSync();
  }

  /** Each writing holds memory for its rows, and one more than there are threads would only wait. */
  async #inTurn(write: () => Promise<unknown>): Promise<void> {
    const place = this.#writingsBegun % threads;
    this.#writingsBegun += 1;
    const writing = (this.#writings[place] ?? Promise.resolve()).then(async () => void (await write()));
    this.#writings[place] = writing.catch(() => undefined);
    await writing;
  }

  async #rows(sql: string, signal: AbortSignal): Promise<readonly (readonly unknown[])[]> {
    using lent = await this.#lend();
    const { connection } = lent;
    const onAbort = (): void => connection.interrupt();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      if (signal.aborted) throw interrupted('a file', signal);
      const reader = await connection.runAndReadAll(sql);
      return reader.getRows();
    } catch (error) {
      if (signal.aborted) throw interrupted('a file', signal);
      throw readFailure(error);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #lend(): Promise<Readonly<{ connection: DuckDBConnection }> & Disposable> {
    const connection = this.#idle.pop() ?? (await (await this.#open()).connect());
    return {
      connection,
      [Symbol.dispose]: () => {
        if (this.#instance !== undefined) this.#idle.push(connection);
        else connection.closeSync();
      },
    };
  }

  #open(): Promise<DuckDBInstance> {
    this.#instance ??= DuckDBInstance.create(':memory:', configuration);
    return this.#instance;
  }
}

const threads = 2;

/** Row groups are read as they come; what DuckDB holds of them stays small. Extensions are never fetched. */
const configuration: Record<string, string> = {
  memory_limit: '256MB',
  threads: String(threads),
  preserve_insertion_order: 'true',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
};

function rowsOf(path: string, where: string | undefined): string {
  return `read_parquet(${duckdbText(path)})${where === undefined ? '' : ` WHERE ${where}`}`;
}

function readFailure(error: unknown): SourceError {
  if (error instanceof SourceError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new SourceError('failed', `cannot read a file of the snapshot: ${text}`, error);
}

function interrupted(what: string, signal: AbortSignal): SourceError {
  return new SourceError('interrupted', `reading ${what} was cancelled`, signal.reason);
}
