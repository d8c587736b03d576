import { MetastoreError } from '../metastore.ts';

/** SQLite's primary result codes (sqlite.org, "Result and Error Codes") that ask for an answer of their own. */
const busy = 5;
const locked = 6;
const corrupt = 11;
const full = 13;
const notADatabase = 26;

/** What a failure of SQLite means for the metastore at `path`. Errors of ours pass unchanged. */
export function metastoreErrorOf(error: unknown, path: string): unknown {
  const code = primaryCode(error);
  switch (code) {
    case undefined:
      return isSystemError(error)
        ? new MetastoreError('unavailable', `cannot open metastore '${path}'`, error)
        : error;
    case corrupt:
    case notADatabase:
      return damaged(path, error instanceof Error ? error.message : String(error), error);
    case busy:
    case locked:
      return new MetastoreError('locked', `metastore '${path}' is in use by another program`, error);
    case full:
      return new MetastoreError('unavailable', `no space is left for metastore '${path}'`, error);
    default:
      return new MetastoreError('unavailable', `cannot read or write metastore '${path}'`, error);
  }
}

export function damaged(path: string, detail: string, cause?: unknown): MetastoreError {
  return new MetastoreError(
    'corrupt',
    `metastore '${path}' is damaged or no metastore (${detail}): move it away and restore a metadata backup`,
    cause,
  );
}

/** `changes`: how many are missing of those that were answered OK. `note`: the file that says so. */
export function lostChanges(path: string, changes: number, note: string): MetastoreError {
  return new MetastoreError(
    'corrupt',
    `metastore '${path}' lacks its last ${changes} changes, which were answered OK: '${path}-wal' was removed or cut while a ` +
      `server used it, or both files are an older copy. Put back newer ones, or remove '${note}' to go on without the changes`,
  );
}

/** The low byte of the extended code that node:sqlite gives; undefined for an error of another kind. */
function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_SQLITE_ERROR') return undefined;
  return 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

/** A failed system call, as node:fs throws it. */
function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
