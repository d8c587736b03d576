import { MetastoreError } from '../metastore.ts';

/** Numbers of the MySQL and MariaDB manuals ("Server Error Message Reference"). */
const duplicateKey = 1062;
const packetTooLarge = 1153;
const duplicateColumn = 1060;
const unknownThread = 1094;
/** Lock wait timeout and deadlock: the transaction, or its statement, was given up and may be run again. */
const lostLocks: ReadonlySet<number> = new Set([1205, 1213]);
/** The server ends the connection, is starting or stopping, or has too many: another connection may do. */
const passing: ReadonlySet<number> = new Set([1040, 1053, 1317, 1927, 4031]);

type ClientError = Readonly<{ message: string; errno?: number; sqlState?: string }>;

/** What a failure of the database means for the metastore at `place` (`host:port/database`). Errors of ours pass unchanged. */
export function mysqlStoreError(error: unknown, place: string): unknown {
  if (error instanceof MetastoreError || !isOfClient(error)) return error;
  const { number, message } = read(error);
  if (number === packetTooLarge) {
    const text = `the content is larger than the metastore '${place}' takes: raise its max_allowed_packet`;
    return new MetastoreError('too_large', text, error);
  }
  return new MetastoreError('unavailable', `cannot use metastore '${place}': ${message}`, error);
}

/** True for the end of a connection, whoever ended it: what was sent last may have been done or not. */
export function isConnectionLost(error: unknown): boolean {
  if (!isOfClient(error)) return false;
  const { number } = read(error);
  return number === undefined || passing.has(number);
}

/** True when the transaction can be run again because it was rolled back to let another go on. */
export function isLockLost(error: unknown): boolean {
  return lostLocks.has(read(error).number ?? 0);
}

export function isDuplicateKey(error: unknown): boolean {
  return read(error).number === duplicateKey;
}

export function isDuplicateColumn(error: unknown): boolean {
  return read(error).number === duplicateColumn;
}

export function isUnknownThread(error: unknown): boolean {
  return read(error).number === unknownThread;
}

/** The number is there only when the server itself reported the failure, which it does with a SQLSTATE. */
function read(error: unknown): Readonly<{ message: string; number?: number }> {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { message = '', errno, sqlState, code } = error as Partial<ClientError & { code: string }>;
  const text = message === '' ? (code ?? 'the connection failed') : message;
  return { message: text, ...(errno !== undefined && sqlState !== undefined && { number: errno }) };
}

/** mysql2 and node:net give every failure a code; a fault of ours has none. */
function isOfClient(error: unknown): boolean {
  return error instanceof Error && 'code' in error;
}
