import { SourceError, type SourceErrorKind } from '../source-error.ts';

/** What mysql2 says of a failure: a number and SQLSTATE of the server, or a code of the network. */
export type ClientError = Readonly<{ message: string; errno?: number; code?: string; sqlState?: string }>;

/** Numbers of the MySQL and MariaDB manuals ("Server Error Message Reference") that others must react to. */
export const serverErrors = {
  accessDeniedDatabase: 1044,
  accessDenied: 1045,
  unknownDatabase: 1049,
  unknownTable: 1146,
  unknownView: 1356,
  tableAccessDenied: 1142,
  columnAccessDenied: 1143,
  unknownVariable: 1193,
  privilegeDenied: 1227,
  syntax: 1064,
  definitionChanged: 1412,
  /** A table was exchanged between the preparation of a statement and its run, time and again. */
  needsPreparation: 1615,
  queryInterrupted: 1317,
} as const;

/** Numbers after which the same work may succeed a little later, or on another connection. */
const transientNumbers: ReadonlySet<number> = new Set([
  1040, // too many connections
  1041, // out of resources
  1129, // host is blocked
  1158, // network read
  1159, // network read timeout
  1160, // network write
  1161, // network write timeout
  1203, // user has too many connections
  1205, // lock wait timeout
  1213, // deadlock
  1226, // account's resource exceeded
  1317, // query interrupted
  4031, // disconnected for inactivity (MySQL)
]);

/** The server ends, or ends the connection. */
const endNumbers: ReadonlySet<number> = new Set([
  1053, // server shutdown in progress
  1927, // connection was killed (MariaDB)
  3169, // session was killed (MySQL)
]);

const missingNumbers: ReadonlySet<number> = new Set([
  serverErrors.unknownDatabase,
  serverErrors.unknownTable,
  1305, // routine does not exist
  1360, // trigger does not exist
  1539, // unknown event
]);

/** Reads what a client library threw. */
function clientErrorOf(error: unknown): ClientError {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  return {
    message: 'message' in error && error.message !== '' ? String(error.message) : String(error),
    ...('errno' in error && typeof error.errno === 'number' && error.errno > 0 && { errno: error.errno }),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...('sqlState' in error && typeof error.sqlState === 'string' && { sqlState: error.sqlState }),
  };
}

/** The number of the server's error; undefined for a failure that the server did not report. */
export function serverErrorNumber(error: unknown): number | undefined {
  return clientErrorOf(error instanceof SourceError ? error.cause : error).errno;
}

/** A failure of a server or of the way to it, as sources report it. `doing` begins the text. */
export function sourceErrorOf(error: unknown, doing: string): SourceError {
  if (error instanceof SourceError) return error;
  const client = clientErrorOf(error);
  return new SourceError(kindOf(client), `${doing}: ${textOf(client)}`, error);
}

function kindOf({ errno, code, sqlState, message }: ClientError): SourceErrorKind {
  // A failure without a SQLSTATE came from the network or from the client.
  if (errno === undefined || sqlState === undefined) {
    return isNetwork(code) || closedText.test(message) ? 'away' : 'failed';
  }
  if (endNumbers.has(errno)) return 'away';
  if (transientNumbers.has(errno)) return 'unavailable';
  return missingNumbers.has(errno) ? 'missing' : 'failed';
}

/** What mysql2 says, without a code, of a connection that was lost before the statement. */
const closedText = /in closed state$/;

function isNetwork(code: string | undefined): boolean {
  return code !== undefined && (/^E[A-Z]+$/.test(code) || code.startsWith('PROTOCOL_'));
}

function textOf({ message, code }: ClientError): string {
  const text = message.trim();
  return text === '' ? (code ?? 'the connection failed') : text;
}
