import { clientOptions } from '../../mysql/client-options.ts';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { MetadataError } from '../metadata-error.ts';
import { type KylinStoreOptions, placeOf } from './url.ts';

/** A value that a statement is given. */
export type Value = string | number | null | Uint8Array;
export type Row = Readonly<Record<string, unknown>>;

const connectTimeoutMs = 10_000;

/** One session with the database of a Kylin metastore, for one transaction. An aborted statement closes it. */
export class KylinConnection implements AsyncDisposable {
  readonly place: string;
  readonly #raw: Connection;

  private constructor(raw: Connection, place: string) {
    this.#raw = raw;
    this.place = place;
    // mysql2 reports a connection that dies between statements only here; the next statement fails with it.
    raw.on('error', () => undefined);
  }

  /** Throws MetadataError `unavailable`. */
  static async open(options: KylinStoreOptions, signal: AbortSignal): Promise<KylinConnection> {
    signal.throwIfAborted();
    const place = placeOf(options);
    const { createConnection } = await import('mysql2/promise');
    try {
      const raw = await createConnection(clientOptions(options, connectTimeoutMs));
      return await prepared(new KylinConnection(raw, place), signal);
    } catch (error) {
      throw databaseError(error, place);
    }
  }

  async rows(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<readonly Row[]> {
    return this.#guarded(signal, async () => (await this.#raw.query<RowDataPacket[]>(sql, [...values]))[0]);
  }

  /** Runs a statement and says how many rows it changed, as MySQL counts. */
  async change(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<number> {
    const run = async (): Promise<number> =>
      (await this.#raw.query<ResultSetHeader>(sql, [...values]))[0].affectedRows;
    return this.#guarded(signal, run);
  }

  /** What was not committed is rolled back by the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#raw.destroy();
  }

  async #guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const end = (): void => this.#raw.destroy();
    signal.addEventListener('abort', end, { once: true });
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      throw databaseError(error, this.place);
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
}

async function prepared(connection: KylinConnection, signal: AbortSignal): Promise<KylinConnection> {
  try {
    await connection.change(
      "SET SESSION sql_mode = 'STRICT_ALL_TABLES', SESSION time_zone = '+00:00'",
      [],
      signal,
    );
    await connection.change('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ', [], signal);
    return connection;
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw error;
  }
}

/** Deadlock, lock wait timeout and duplicate key ("Server Error Message Reference"): others were at the same rows. */
const conflictNumbers: ReadonlySet<number> = new Set([1213, 1205, 1062]);

function databaseError(error: unknown, place: string): unknown {
  if (error instanceof MetadataError || !isOfClient(error)) return error;
  const number = 'errno' in error && typeof error.errno === 'number' ? error.errno : 0;
  const kind = conflictNumbers.has(number) ? 'conflict' : 'unavailable';
  const reason = error.message === '' && 'code' in error ? String(error.code) : error.message;
  return new MetadataError(kind, `cannot use metadata store '${place}': ${reason}`, { cause: error });
}

/** mysql2 and node:net give a failure a code, and mysql2 calls the end of a connection fatal; a fault of ours has neither. */
function isOfClient(error: unknown): error is Error {
  return error instanceof Error && ('code' in error || 'fatal' in error);
}
