import { Socket } from 'node:net';
import type { Client, ClientConfig, QueryResult } from 'pg';
import { MetadataError } from '../metadata-error.ts';
import {
  connectTimeoutMs,
  type KylinConnection,
  type Row,
  runAbortable,
  type SqlDialect,
} from './connection.ts';
import { numberValues } from './numbered-values.ts';
import { type KylinStoreOptions, placeOf } from './url.ts';

/** As long as InnoDB waits for a lock by default. */
const lockTimeoutMs = 50_000;
/** For so long the server may take to a goodbye. */
const endTimeoutMs = 2_000;

/**
 * The lock on tables: EXCLUSIVE lets others read and waits for those that hold rows FOR UPDATE, as Kylin 5.0 does before it
 * writes. Under it READ COMMITTED sees one state, whereas a snapshot taken before the lock could be an older one.
 */
const dialect: SqlDialect = {
  quote: (name) => `"${name}"`,
  // Kylin does not quote the names that it creates.
  spell: (identifier) => identifier.toLowerCase(),
  beginReading: 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY',
  beginWriting: 'BEGIN TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE',
  lockRows: '',
  lockTables: (tables) => `LOCK TABLE ${tables.join(', ')} IN EXCLUSIVE MODE`,
  // Not information_schema, which hides tables from who has no right to them: a backup would be without them.
  columnsByPrefix: `SELECT c.relname AS name, a.attname AS col FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    AND LEFT(c.relname::text, CHAR_LENGTH(?)) = ?`,
  nowMs: 'FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)',
  overwrite: (key, columns) =>
    ` ON CONFLICT (${key}) DO UPDATE SET ${columns.map((name) => `${name} = EXCLUDED.${name}`).join(', ')}`,
  overwriteCounts: 1,
};

/** A session with PostgreSQL. */
export class PostgresConnection implements KylinConnection {
  readonly place: string;
  readonly dialect: SqlDialect = dialect;
  readonly #raw: Client;
  /** Ours, so that it can be closed under a server that does not answer. */
  readonly #socket: Socket;

  private constructor(raw: Client, socket: Socket, place: string) {
    this.#raw = raw;
    this.#socket = socket;
    this.place = place;
    // pg reports a connection that dies between statements only here; the next statement fails with it.
    raw.on('error', () => undefined);
  }

  /** Throws MetadataError `unavailable`. */
  static async open(options: KylinStoreOptions, signal: AbortSignal): Promise<PostgresConnection> {
    const { default: driver } = await import('pg');
    const socket = new Socket();
    const raw = new driver.Client({ ...clientConfig(options), stream: () => socket });
    const connection = new PostgresConnection(raw, socket, placeOf(options));
    try {
      await connection.#guarded(signal, async () => raw.connect());
      await connection.rows(
        `SELECT set_config('lock_timeout', ?, false), set_config('idle_in_transaction_session_timeout', '0', false)`,
        [`${lockTimeoutMs}ms`],
        signal,
      );
      const { schema } = options;
      if (schema !== undefined)
        await connection.rows("SELECT set_config('search_path', ?, false)", [schema], signal);
      return connection;
    } catch (error) {
      await connection[Symbol.asyncDispose]();
      throw error;
    }
  }

  async rows(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<readonly Row[]> {
    return (await this.#query(sql, values, signal)).rows;
  }

  async change(sql: string, values: readonly unknown[], signal: AbortSignal): Promise<number> {
    return (await this.#query(sql, values, signal)).rowCount ?? 0;
  }

  /** What was not committed is rolled back by the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    const hardly = setTimeout(() => this.#socket.destroy(), endTimeoutMs);
    await this.#raw.end();
    clearTimeout(hardly);
  }

  async #query(sql: string, given: readonly unknown[], signal: AbortSignal): Promise<QueryResult<Row>> {
    const { text, values } = numberValues(sql, given);
    return this.#guarded(signal, async () => this.#raw.query<Row>(text, [...values]));
  }

  async #guarded<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    try {
      return await runAbortable(signal, () => this.#socket.destroy(), work);
    } catch (error) {
      signal.throwIfAborted();
      throw databaseError(error, this.place);
    }
  }
}

/** Everything is given, since pg looks for what is missing in the environment and in the files of its user. */
function clientConfig({ host, port, user, password, database, tls }: KylinStoreOptions): ClientConfig {
  const isVerified = tls === 'verify_identity';
  return {
    host,
    port,
    user,
    // A text that is empty would be taken for missing.
    password: () => password.reveal(),
    database,
    ssl: tls === 'disabled' ? false : { host, minVersion: 'TLSv1.2', rejectUnauthorized: isVerified },
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: 'holdfast',
  };
}

/** Serialization failure, deadlock, lock timeout and duplicate key (Appendix A of PostgreSQL's manual). */
const conflictCodes: ReadonlySet<string> = new Set(['40001', '40P01', '55P03', '23505']);

function databaseError(error: unknown, place: string): unknown {
  if (error instanceof MetadataError || !(error instanceof Error)) return error;
  // A fault of ours is one of the language's own errors; pg and node:net throw plain ones.
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return error;
  const code = 'code' in error ? String(error.code) : '';
  const kind = conflictCodes.has(code) ? 'conflict' : 'unavailable';
  const reason = error.message === '' ? code : error.message;
  return new MetadataError(kind, `cannot use metadata store '${place}': ${reason}`, { cause: error });
}
