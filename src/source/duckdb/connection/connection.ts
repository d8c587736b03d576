import {
  BLOB,
  DuckDBDataChunk,
  type DuckDBConnection,
  type DuckDBInstance,
  type DuckDBPendingResult,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  VARCHAR,
} from '@duckdb/node-api';
import { setImmediate, setTimeout } from 'node:timers/promises';
import {
  assignBytes,
  assignText,
  assignValidity,
  isExecuted,
  type NativeVector,
  vectorOf,
} from './native.ts';

/** A value of a small internal answer: integers of 64 bits and more come as bigint. */
export type Fact = null | string | number | bigint | boolean;

/** Rows to append: each cell text, bytes or NULL, by the kind of its column. */
export type StagedColumn = 'text' | 'bytes';
export type StagedRow = readonly (string | Uint8Array | null)[];

/** DuckDB's vectors hold this many rows; a chunk cannot be larger. */
const chunkRowsMax = 2048;
/** Turns of the event loop in which a statement of a few rows ends, without the wait of a timer. */
const looksAtOnce = 40;
const lookEveryMsMax = 8;

/** One connection to the engine's file. Statements on it run one after another; errors are DuckDB's own. */
export class Connection implements Disposable {
  readonly #native: DuckDBConnection;
  /** Statements of `work` that have not ended. */
  #works = 0;
  #isClosed = false;

  constructor(native: DuckDBConnection) {
    this.#native = native;
  }

  static async open(instance: DuckDBInstance): Promise<Connection> {
    return new Connection(await instance.connect());
  }

  /** Runs one statement and returns the number of rows it changed. */
  async run(sql: string): Promise<number> {
    const result = await this.#native.run(sql);
    return Number(result.rowsChanged);
  }

  /** Runs one statement and returns its rows. Only for answers that are small by construction. */
  async facts(sql: string): Promise<readonly (readonly Fact[])[]> {
    return factsOf(await this.#native.run(sql));
  }

  /** The single value of a statement that gives one. */
  async fact(sql: string): Promise<Fact> {
    return (await this.facts(sql))[0]?.[0] ?? null;
  }

  /** Starts a statement whose rows are fetched chunk by chunk. See `result-stream.ts` for its trap. */
  async stream(sql: string): Promise<DuckDBResult> {
    return this.#native.stream(sql);
  }

  /** Tables that a statement names, as DuckDB prints them, by its parser and binder; common tables left out. */
  tableNames(sql: string): readonly string[] {
    return this.#native.getTableNames(sql, true);
  }

  /**
   * `run` for work of seconds, done by the engine's own threads while nobody spins: a thread that `run` calls from
   * executes what it can and asks without a pause for the rest, which costs as much as the work does (docs/decisions/0022).
   */
  async work(sql: string): Promise<number> {
    return Number((await this.#work(sql)).rowsChanged);
  }

  /** `facts` for work of seconds. */
  async factsOfWork(sql: string): Promise<readonly (readonly Fact[])[]> {
    return factsOf(await this.#work(sql));
  }

  /** The rows in DuckDB's JSON form, of work of seconds. */
  async jsonOfWork(sql: string): Promise<readonly (readonly unknown[])[]> {
    return (await this.#work(sql)).getRowsJson();
  }

  async #work(sql: string): Promise<DuckDBResult> {
    // A statement of a connection that is gone ends the process: whoever closes it meanwhile leaves that to the end.
    this.#works += 1;
    try {
      const statement = await this.#native.prepare(sql);
      try {
        return await this.#resultOf(statement.start());
      } finally {
        statement.destroySync();
      }
    } finally {
      this.#works -= 1;
      if (this.#isClosed) this.#closeNative();
    }
  }

  async #resultOf(pending: DuckDBPendingResult): Promise<DuckDBResult> {
    for (let looks = 0; !isExecuted(pending); looks++) {
      // Again and again: one that comes before DuckDB has begun is lost.
      if (this.#isClosed) this.#native.interrupt();
      await untilNextLook(looks);
    }
    return await pending.getResult();
  }

  async prepare(sql: string): Promise<DuckDBPreparedStatement> {
    return this.#native.prepare(sql);
  }

  /** Appends rows to a temporary table of this connection, inside the open transaction. */
  async append(table: string, columns: readonly StagedColumn[], rows: readonly StagedRow[]): Promise<void> {
    const appender = await this.#native.createAppender(table, 'main', 'temp');
    const types = columns.map((kind) => (kind === 'bytes' ? BLOB : VARCHAR));
    try {
      for (let first = 0; first < rows.length; first += chunkRowsMax) {
        const count = Math.min(chunkRowsMax, rows.length - first);
        const chunk = DuckDBDataChunk.create(types, count);
        for (let column = 0; column < columns.length; column++) {
          fillColumn(vectorOf(chunk, column), rows, first, { column, count });
        }
        appender.appendDataChunk(chunk);
      }
      appender.flushSync();
    } finally {
      appender.closeSync();
    }
  }

  /** Stops the running statement; it fails with DuckDB's INTERRUPT error. Does nothing when none runs. */
  interrupt(): void {
    if (!this.#isClosed) this.#native.interrupt();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closeNative();
  }

  #closeNative(): void {
    if (this.#works === 0) this.#native.closeSync();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Ends a transaction that may already be gone; a connection is never left inside one. */
export async function rollbackQuietly(connection: Connection): Promise<void> {
  try {
    await connection.run('ROLLBACK');
  } catch (error) {
    const isGone = error instanceof Error && /no transaction is active/.test(error.message);
    if (!isGone) throw error;
  }
}

function fillColumn(
  vector: NativeVector,
  rows: readonly StagedRow[],
  first: number,
  shape: Readonly<{ column: number; count: number }>,
): void {
  let mask: Uint8Array<ArrayBuffer> | undefined;
  for (let row = 0; row < shape.count; row++) {
    const value = rows[first + row]?.[shape.column] ?? null;
    if (typeof value === 'string') assignText(vector, row, value);
    else if (value !== null) assignBytes(vector, row, value);
    else {
      mask ??= new Uint8Array(Math.ceil(shape.count / 64) * 8).fill(0xff);
      mask[row >> 3] = (mask[row >> 3] as number) & ~(1 << (row & 7));
    }
  }
  if (mask !== undefined) assignValidity(vector, mask);
}

/** A short statement is met at once; the end of a long one is noticed a hundredth of a second late. */
async function untilNextLook(looks: number): Promise<void> {
  if (looks < looksAtOnce) await setImmediate();
  else await setTimeout(Math.min(2 ** (looks - looksAtOnce), lookEveryMsMax));
}

async function factsOf(result: DuckDBResult): Promise<readonly (readonly Fact[])[]> {
  const rows = await result.getRows();
  return rows.map((row) => row.map((value) => factOf(value)));
}

function factOf(value: unknown): Fact {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (typeof value === 'bigint' || typeof value === 'boolean') return value;
  return String(value);
}
