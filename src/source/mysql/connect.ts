import type { Readable } from 'node:stream';
import {
  type Connection as Mysql2Connection,
  type ConnectionOptions,
  createConnection,
} from 'mysql2/promise';
import { createConnection as createPlainConnection } from 'mysql2';
import { assert } from '../../base/assert.ts';
import { SourceError } from '../source.ts';
import { serverErrorNumber, serverErrors, sourceErrorOf } from './errors.ts';
import { connectLending } from './lending-socket.ts';
import type { MysqlOptions } from './options.ts';

export type ConnectChoice = Readonly<{
  database?: string;
  /**
   * Only for connections that run LOAD DATA LOCAL with a stream of ours: a hostile server may answer any statement with
   * a request for a file (MySQL manual, "Security Considerations for LOAD DATA LOCAL").
   */
  mayLoadLocal?: boolean;
  /** Receives into one buffer, for rows that are read without mysql2; not behind TLS, which has buffers of its own. */
  lendsBuffer?: boolean;
  /** Asks MariaDB for COM_STMT_BULK_EXECUTE; `insertsInBulk` says whether it has it. */
  mayInsertInBulk?: boolean;
  /** For `rowsOfEach`. The connection may then be given nothing but statements of ours, whose parts are quoted. */
  severalStatements?: boolean;
  /** The character set that statements are sent in; UTF-8 when absent. What the server sends stays UTF-8. */
  charset?: string;
}>;

/** A value as the server prints it; NULL is null. */
export type TextRow = readonly (string | null)[];

/**
 * Of an answer that is kept as a whole: definitions of a database, at most. A server that sends more is broken or hostile,
 * and would fill our memory.
 */
const answerBytesMax = 256 * 1024 * 1024;
/** How often it is looked at while one comes. */
const answerLookMs = 100;

/** Settings that every connection of ours begins with, so that values travel as they are stored. */
const transferSettings: readonly string[] = [
  "SESSION sql_mode = ''",
  "SESSION time_zone = '+00:00'",
  'NAMES utf8mb4',
];

/**
 * Settings that not every server has: limits on the time that a statement or a pause in it may take, which a backup
 * that a slow repository holds up would run into.
 */
const patientSettings: readonly string[] = [
  'SESSION net_write_timeout = 3600',
  'SESSION net_read_timeout = 3600',
  'SESSION wait_timeout = 86400',
  'SESSION sql_select_limit = DEFAULT',
  'SESSION sql_quote_show_create = 1',
  'SESSION lock_wait_timeout = 60',
];

/** Those that only MariaDB has, and only MySQL; each hides them from the other (their manuals, "Comments"). */
const ownSettings: readonly string[] = [
  '/*M!100104 , SESSION max_statement_time = 0, SESSION tx_isolation = DEFAULT */',
  '/*!50720 , SESSION max_execution_time = 0, SESSION transaction_isolation = DEFAULT */',
];

/** The same for servers that know neither kind of comment. */
const rareSettings: readonly string[] = [
  'SESSION max_statement_time = 0',
  'SESSION max_execution_time = 0',
  'SESSION transaction_isolation = DEFAULT',
];

/** Opens a connection whose session is set for exact transfer. Throws SourceError `unavailable` or `failed`. */
export async function connectMysql(
  options: MysqlOptions,
  choice: ConnectChoice,
  signal: AbortSignal,
): Promise<MysqlConnection> {
  if (signal.aborted) throw interrupted('connecting', signal);
  const doing = `cannot connect to '${options.host}:${options.port}'`;
  const client = clientOptions(options, choice);
  const connecting =
    choice.mayInsertInBulk === true
      ? connectForBulk(client)
      : createConnection(client).then((raw) => new MysqlConnection(raw));
  const connection = await connecting.catch((error: unknown) => {
    throw sourceErrorOf(error, doing);
  });
  try {
    await applySettings(connection, signal);
    return connection;
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw sourceErrorOf(error, doing);
  }
}

/** MARIADB_CLIENT_STMT_BULK_OPERATIONS, of the capabilities that only MariaDB has. */
const bulkOperations = 4;

/**
 * mysql2 has no option for MariaDB's own capabilities, but sends what its handshake has of them. Where that is not as it is
 * expected to be, the connection is one without.
 */
async function connectForBulk(client: ConnectionOptions): Promise<MysqlConnection> {
  const core = createPlainConnection(client);
  const handshake: unknown = Reflect.get(core, '_command');
  const wishes = numberOf(handshake, 'mariadbExtendedClientFlags');
  if (typeof handshake === 'object' && handshake !== null && wishes !== undefined) {
    Reflect.set(handshake, 'mariadbExtendedClientFlags', wishes | bulkOperations);
  }
  const connected = Promise.withResolvers<void>();
  core.once('connect', () => connected.resolve());
  core.once('error', connected.reject);
  await connected.promise;
  const offered = numberOf(fieldOf(handshake, 'handshake'), 'mariadbExtendedCapabilityFlags') ?? 0;
  const asked = numberOf(handshake, 'mariadbExtendedClientFlags') ?? 0;
  // A client that says LONG_PASSWORD is MySQL's: what else it says is not read.
  const isMysqls = ((numberOf(handshake, 'clientFlags') ?? longPassword) & longPassword) !== 0;
  return new MysqlConnection(core.promise(), !isMysqls && (offered & asked & bulkOperations) !== 0);
}

const longPassword = 1;

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function numberOf(value: unknown, name: string): number | undefined {
  const found = fieldOf(value, name);
  return typeof found === 'number' ? found : undefined;
}

/** In one statement where the server takes them all, since each costs a round trip; else one by one. */
async function applySettings(connection: MysqlConnection, signal: AbortSignal): Promise<void> {
  const all = [...transferSettings, ...patientSettings].join(', ');
  if (await connection.tryRun(`SET ${all} ${ownSettings.join(' ')}`, signal)) return;
  for (const setting of transferSettings) await connection.run(`SET ${setting}`, signal);
  for (const setting of [...patientSettings, ...rareSettings]) {
    await connection.tryRun(`SET ${setting}`, signal);
  }
}

/** What mysql2 is told; also for connections that are then used without it. */
export function clientOptions(options: MysqlOptions, choice: ConnectChoice): ConnectionOptions {
  return {
    host: options.host,
    port: options.port,
    user: options.user,
    password: options.password.reveal(),
    ...(choice.database !== undefined && { database: choice.database }),
    ...(options.tls !== 'disabled' && { ssl: tlsOptions(options) }),
    ...(options.tls === 'disabled' &&
      choice.lendsBuffer === true && { stream: () => connectLending(options.host, options.port) }),
    connectTimeout: options.connectTimeoutMs,
    charset: choice.charset ?? 'utf8mb4',
    flags: [choice.mayLoadLocal === true ? 'LOCAL_FILES' : '-LOCAL_FILES'],
    enableKeepAlive: true,
    multipleStatements: choice.severalStatements === true,
    rowsAsArray: true,
    // Everything as the server prints it: numbers beyond 2^53 and dates must not change on the way.
    typeCast: (field) => field.string(),
  };
}

function tlsOptions(options: MysqlOptions): NonNullable<Exclude<ConnectionOptions['ssl'], string>> {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: options.tls !== 'required',
    verifyIdentity: options.tls === 'verify_identity',
    ...(options.tlsCa !== undefined && { ca: options.tlsCa }),
    ...(options.tlsCertificate !== undefined && { cert: options.tlsCertificate }),
    ...(options.tlsKey !== undefined && { key: options.tlsKey.reveal() }),
  };
}

/** A session with a MySQL-protocol server. One statement at a time; an aborted one closes the connection. */
export class MysqlConnection implements AsyncDisposable {
  /** For what this class has no method for, such as LOAD DATA LOCAL from a stream. */
  readonly raw: Mysql2Connection;
  /** The server takes rows by `BulkInsert`. */
  readonly insertsInBulk: boolean;
  #isClosed = false;
  /** Rejects when the connection was given up for what the server has sent. */
  readonly #broken = Promise.withResolvers<never>();

  constructor(raw: Mysql2Connection, insertsInBulk = false) {
    this.raw = raw;
    this.insertsInBulk = insertsInBulk;
    // mysql2 reports a connection that dies between statements only here; the next statement fails with it.
    raw.on('error', () => {
      this.#isClosed = true;
    });
    this.#broken.promise.catch(() => undefined);
    // mysql2 goes on, with a line on standard error for each packet that is out of order.
    coreOf(raw).on('warn', () => this.#giveUp('packets out of order'));
  }

  /** False once the connection is known to have ended. */
  get isAlive(): boolean {
    return !this.#isClosed;
  }

  /** The id by which another connection may kill this one. */
  get threadId(): number {
    return this.raw.threadId;
  }

  /** Runs a statement whose rows do not matter. Throws SourceError. */
  async run(sql: string, signal: AbortSignal): Promise<void> {
    await this.#query(sql, signal);
  }

  /** Runs a statement that not every server and account can. Says whether it worked. */
  async tryRun(sql: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.run(sql, signal);
      return true;
    } catch (error) {
      const number = serverErrorNumber(error);
      // An error of the server leaves the session as it was.
      if (number === undefined || number === serverErrors.queryInterrupted) throw error;
      return false;
    }
  }

  /** All rows of a small result, each value as the server prints it. Throws SourceError. */
  async rows(sql: string, signal: AbortSignal): Promise<readonly TextRow[]> {
    const found = await this.#query(sql, signal);
    return Array.isArray(found) ? found.map(textRow) : [];
  }

  /**
   * All rows of each of several small results: the statements are sent together, since each round trip takes as long as a
   * short statement itself. Needs `severalStatements`. Fails with the first that fails; those behind it do not run.
   */
  async rowsOfEach(
    statements: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (readonly TextRow[])[]> {
    if (statements.length === 0) return [];
    const found = await this.#query(statements.join('; '), signal);
    const results: unknown = statements.length === 1 ? [found] : found;
    assert(Array.isArray(results) && results.length === statements.length, 'each statement has an answer');
    return results.map((rows: unknown) => (Array.isArray(rows) ? rows.map(textRow) : []));
  }

  /** The first value of the first row; undefined when there is no row. */
  async value(sql: string, signal: AbortSignal): Promise<string | null | undefined> {
    const [first] = await this.rows(sql, signal);
    return first === undefined ? undefined : (first[0] ?? null);
  }

  /** Rows by the names of their columns: for SHOW statements, whose columns differ between versions. */
  async records(
    sql: string,
    signal: AbortSignal,
  ): Promise<readonly Readonly<Record<string, string | null>>[]> {
    const [found, fields] = await this.#both(sql, signal);
    if (!Array.isArray(found)) return [];
    const names = fields.map((field) => field.name);
    return found.map((row) => {
      const values = textRow(row);
      return Object.fromEntries(names.map((name, index) => [name, values[index] ?? null]));
    });
  }

  /** Runs a LOAD DATA LOCAL that reads what `open` gives. Needs `mayLoadLocal`. Throws SourceError. */
  async loadLocal(sql: string, open: () => Readable, signal: AbortSignal): Promise<void> {
    await this.#both(sql, signal, { infileStreamFactory: open });
  }

  /** Ends the connection without a word. */
  destroy(): void {
    this.#isClosed = true;
    this.raw.destroy();
  }

  /** Says goodbye when the connection still works. May be called twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) {
      this.raw.destroy();
      return;
    }
    this.#isClosed = true;
    await this.raw.end().catch(() => this.raw.destroy());
  }

  async #query(sql: string, signal: AbortSignal): Promise<unknown> {
    const [found] = await this.#both(sql, signal);
    return found;
  }

  async #both(
    sql: string,
    signal: AbortSignal,
    more: Readonly<{ infileStreamFactory?: () => Readable }> = {},
  ): Promise<[unknown, readonly { readonly name: string }[]]> {
    if (signal.aborted) throw interrupted('running a statement', signal);
    if (this.#isClosed) throw new SourceError('unavailable', 'the connection to the server is lost');
    // mysql2 never settles the statement of a connection that was destroyed.
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => {
      this.#isClosed = true;
      this.raw.destroy();
      aborted.reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const watch = this.#watchAnswer();
    try {
      const query = this.raw.query({ sql, rowsAsArray: true, ...more });
      const [found, fields] = await Promise.race([query, aborted.promise, this.#broken.promise]);
      return [found, Array.isArray(fields) ? fields.filter((field) => field !== undefined) : []];
    } catch (error) {
      if (signal.aborted) throw interrupted('running a statement', signal);
      throw sourceErrorOf(error, `the server refused '${firstWords(sql)}'`);
    } finally {
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
    }
  }

  #watchAnswer(): NodeJS.Timeout {
    const { stream } = coreOf(this.raw);
    const before = stream.bytesRead;
    return setInterval(() => {
      if (stream.bytesRead - before <= answerBytesMax) return;
      this.#giveUp(`more than ${answerBytesMax / 1024 / 1024} MiB for one small answer`);
    }, answerLookMs);
  }

  /** mysql2 never settles the statement of a connection that was destroyed. */
  #giveUp(what: string): void {
    this.#broken.reject(
      new SourceError('unavailable', `the server sends ${what}: the connection was given up`),
    );
    this.destroy();
  }
}

type Core = Readonly<{ on: (event: 'warn', listener: () => void) => void; stream: { bytesRead: number } }>;

/** What mysql2's promises stand on. Its types leave the stream out. */
function coreOf(raw: Mysql2Connection): Core {
  const core: unknown = Reflect.get(raw, 'connection');
  return core as Core;
}

function interrupted(doing: string, signal: AbortSignal): SourceError {
  return new SourceError('interrupted', `${doing} was interrupted`, signal.reason);
}

/** Enough of a statement to recognise it. What follows may be a secret or a value. */
function firstWords(sql: string): string {
  return sql.split(/\s+/, 3).join(' ').slice(0, 60);
}

function textRow(row: unknown): TextRow {
  if (!Array.isArray(row)) return [];
  return row.map((value: unknown) => {
    if (value === null || value === undefined) return null;
    return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
  });
}
