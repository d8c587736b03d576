import { connect, type Socket } from 'node:net';
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { clientOptions } from '../../mysql/client-options.ts';
import { MetadataError } from '../metadata-error.ts';
import {
  connectTimeoutMs,
  type KylinConnection,
  type Row,
  runAbortable,
  type SqlDialect,
} from './connection.ts';
import { type KylinStoreOptions, placeOf } from './url.ts';

/** InnoDB locks the gaps between the rows that a locking read passes: nothing can be inserted there. */
const dialect: SqlDialect = {
  quote: (name) => `\`${name}\``,
  spell: (identifier) => identifier,
  beginReading: 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY',
  beginWriting: 'START TRANSACTION',
  lockRows: ' FOR UPDATE',
  lockTables: () => undefined,
  // Tables that the account has no right to are not in it.
  columnsByPrefix: `SELECT table_name AS name, column_name AS col FROM information_schema.columns
    WHERE table_schema = DATABASE() AND LEFT(table_name, CHAR_LENGTH(?)) = ?`,
  nowMs: 'FLOOR(UNIX_TIMESTAMP(NOW(3)) * 1000)',
  overwrite: (_key, columns) =>
    ` ON DUPLICATE KEY UPDATE ${columns.map((name) => `${name} = VALUES(${name})`).join(', ')}`,
  overwriteCounts: 2,
};

/** A session with MySQL or MariaDB. */
export class MysqlConnection implements KylinConnection {
  readonly place: string;
  readonly dialect: SqlDialect = dialect;
  readonly #raw: Connection;
  /** Ours: mysql2 closes its own only when the server has answered. */
  readonly #socket: Socket;

  private constructor(raw: Connection, socket: Socket, place: string) {
    this.#raw = raw;
    this.#socket = socket;
    this.place = place;
    // mysql2 reports a connection that dies between statements only here; the next statement fails with it.
    raw.on('error', () => undefined);
  }

  /** Throws MetadataError `unavailable`. */
  static async open(options: KylinStoreOptions, signal: AbortSignal): Promise<MysqlConnection> {
    const place = placeOf(options);
    const { createConnection } = await import('mysql2/promise');
    const socket = connect({ host: options.host, port: options.port, keepAlive: true, noDelay: true });
    try {
      const stream = (): Socket => socket;
      const raw = await createConnection({ ...clientOptions(options, connectTimeoutMs), stream });
      return await prepared(new MysqlConnection(raw, socket, place), signal);
    } catch (error) {
      socket.destroy();
      throw databaseError(error, place);
    }
  }

  async rows(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<readonly Row[]> {
    return this.#guarded(signal, async () => (await this.#raw.query<RowDataPacket[]>(sql, [...values]))[0]);
  }

  async change(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<number> {
    const run = async (): Promise<number> =>
      (await this.#raw.query<ResultSetHeader>(sql, [...values]))[0].affectedRows;
    return this.#guarded(signal, run);
  }

  /** What was not committed is rolled back by the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#raw.destroy();
    this.#socket.destroy();
  }

  async #guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await runAbortable(signal, () => this.#socket.destroy(), work);
    } catch (error) {
      throw databaseError(error, this.place);
    }
  }
}

async function prepared(connection: MysqlConnection, signal: AbortSignal): Promise<MysqlConnection> {
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
