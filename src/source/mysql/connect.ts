import { type Connection as Mysql2Connection, type ConnectionOptions, createConnection } from 'mysql2';
import { interrupted, MysqlConnection } from './connection.ts';
import { serverErrorNumber, sourceErrorOf } from './errors.ts';
import { connectLending, keepAliveAfterMs } from './lending-socket.ts';
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

/**
 * Opens a connection whose session is set for exact transfer. Throws SourceError `away` or `failed`, and takes no longer than
 * the options allow until it is logged in.
 */
export async function connectMysql(
  options: MysqlOptions,
  choice: ConnectChoice,
  signal: AbortSignal,
): Promise<MysqlConnection> {
  if (signal.aborted) throw interrupted('connecting', signal);
  const doing = `cannot connect to '${addressOf(options)}'`;
  const { raw, insertsInBulk } = await logIn(options, choice, signal).catch((error: unknown) => {
    throw sourceErrorOf(error, doing);
  });
  const connection = new MysqlConnection(raw.promise(), {
    insertsInBulk,
    probe: () => answers(options),
    silenceMs: 2 * options.connectTimeoutMs,
    opener: signal,
  });
  try {
    await applySettings(connection, signal);
    return connection;
  } catch (error) {
    await connection[Symbol.asyncDispose]();
    throw sourceErrorOf(error, doing);
  }
}

type LoggedIn = Readonly<{ raw: Mysql2Connection; insertsInBulk: boolean }>;

class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  readonly code = 'ETIMEDOUT';
}

/** mysql2's own time limit ends with the first byte that comes; a server may fall silent behind it. */
async function logIn(options: MysqlOptions, choice: ConnectChoice, signal: AbortSignal): Promise<LoggedIn> {
  const raw = createConnection(clientOptions(options, choice));
  const handshake: unknown = Reflect.get(raw, '_command');
  if (choice.mayInsertInBulk === true) askForBulk(handshake);
  const connected = Promise.withResolvers<void>();
  raw.once('connect', () => connected.resolve());
  raw.on('error', connected.reject);
  const onAbort = (): void => connected.reject(interrupted('connecting', signal));
  signal.addEventListener('abort', onAbort, { once: true });
  const { connectTimeoutMs } = options;
  const timer = setTimeout(
    () => connected.reject(new NoAnswerError(`no answer within ${connectTimeoutMs} ms`)),
    connectTimeoutMs,
  );
  try {
    await connected.promise;
    return { raw, insertsInBulk: choice.mayInsertInBulk === true && takesBulk(handshake) };
  } catch (error) {
    raw.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Whether a server lets us in, or says why not: then it is there. */
async function answers(options: MysqlOptions): Promise<boolean> {
  try {
    const { raw } = await logIn(options, {}, new AbortController().signal);
    raw.end();
    return true;
  } catch (error) {
    return serverErrorNumber(error) !== undefined;
  }
}

function addressOf({ host, port }: MysqlOptions): string {
  return `${host}:${port}`;
}

/** MARIADB_CLIENT_STMT_BULK_OPERATIONS, of the capabilities that only MariaDB has. */
const bulkOperations = 4;

/**
 * mysql2 has no option for MariaDB's own capabilities, but sends what its handshake has of them. Where that is not as it is
 * expected to be, the connection is one without.
 */
function askForBulk(handshake: unknown): void {
  const wishes = numberOf(handshake, 'mariadbExtendedClientFlags');
  if (typeof handshake === 'object' && handshake !== null && wishes !== undefined) {
    Reflect.set(handshake, 'mariadbExtendedClientFlags', wishes | bulkOperations);
  }
}

function takesBulk(handshake: unknown): boolean {
  const offered = numberOf(fieldOf(handshake, 'handshake'), 'mariadbExtendedCapabilityFlags') ?? 0;
  const asked = numberOf(handshake, 'mariadbExtendedClientFlags') ?? 0;
  // A client that says LONG_PASSWORD is MySQL's: what else it says is not read.
  const isMysqls = ((numberOf(handshake, 'clientFlags') ?? longPassword) & longPassword) !== 0;
  return !isMysqls && (offered & asked & bulkOperations) !== 0;
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

/** What mysql2 is told. */
function clientOptions(options: MysqlOptions, choice: ConnectChoice): ConnectionOptions {
  return {
    host: options.host,
    port: options.port,
    user: options.user,
    password: options.password.reveal(),
    ...(choice.database !== undefined && { database: choice.database }),
    ...(options.tls !== 'disabled' && { ssl: tlsOptions(options) }),
    ...(options.tls === 'disabled' &&
      choice.lendsBuffer === true && { stream: () => connectLending(options.host, options.port) }),
    // `logIn` has a limit of its own.
    connectTimeout: 0,
    charset: choice.charset ?? 'utf8mb4',
    flags: [choice.mayLoadLocal === true ? 'LOCAL_FILES' : '-LOCAL_FILES'],
    enableKeepAlive: true,
    keepAliveInitialDelay: keepAliveAfterMs,
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
