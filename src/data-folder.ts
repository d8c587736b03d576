import { closeSync, existsSync, fsyncSync, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { MetastoreError } from './metastore/metastore.ts';

/**
 * Made when the first start has succeeded: from then on the folder has a metastore with accounts and an engine. Whoever removes
 * it wants to begin without what is lost.
 */
const markerName = 'initialised';

export type DataFolder = Readonly<{
  data: string;
  /** Whether the metastore knows anybody; undefined where it is not in the folder. */
  hasAccounts: boolean | undefined;
  /** The engine's file, absolute. */
  enginePath: string;
}>;

/**
 * Throws MetastoreError `corrupt` when a folder that was in use has lost its metastore or its engine. Made anew without a
 * word they would be empty: no accounts, so that root needs no password, and no rows, so that backups save nothing.
 */
export function requireWhole({ data, hasAccounts, enginePath }: DataFolder): void {
  const marker = path.join(data, markerName);
  if (!existsSync(marker)) return;
  if (hasAccounts === false) {
    throw new MetastoreError(
      'corrupt',
      `the metastore of data folder '${data}' is gone or empty: put back 'metastore.db', with 'metastore.db-wal' if there ` +
        `is one, from a copy. To begin without its accounts, repositories and catalogs, remove '${marker}'; snapshots are ` +
        'not lost: CREATE REPOSITORY with the old name and place finds them',
    );
  }
  const lack = lackOfEngine(enginePath);
  if (lack !== undefined) {
    throw new MetastoreError(
      'corrupt',
      `the embedded engine's file '${enginePath}' ${lack}: put it back from a copy. To begin without its databases, ` +
        `remove '${marker}' and what is left of the file; RESTORE brings them back from their snapshots`,
    );
  }
}

/**
 * Throws MetastoreError `corrupt` when a folder that was in use has lost `secret.key`. A new one would open none of the
 * credentials that were stored. To be called before anything makes it.
 */
export function requireKeyFile(data: string): void {
  const marker = path.join(data, markerName);
  const key = path.join(data, 'secret.key');
  if (!existsSync(marker) || existsSync(key)) return;
  throw new MetastoreError(
    'corrupt',
    `the key '${key}' is gone, which opens the credentials of repositories and catalogs: put it back from a copy. To begin ` +
      `with a new one, remove '${marker}', and give each credential again`,
  );
}

/** Where the first block of a DuckDB file says what it is (duckdb.org, "Storage Versions and Format"). */
const magic = { text: 'DUCK', offset: 8 };

/** Undefined for a file that DuckDB has written. */
function lackOfEngine(file: string): string | undefined {
  if (!existsSync(file)) return 'is gone';
  const found = Buffer.alloc(magic.text.length);
  const opened = openSync(file, 'r');
  try {
    readSync(opened, found, { position: magic.offset });
  } finally {
    closeSync(opened);
  }
  return found.toString('latin1') === magic.text ? undefined : 'is empty or damaged';
}

/** Whether a server has served the folder, so that nothing in it may be missing. */
export function wasInUse(data: string): boolean {
  return existsSync(path.join(data, markerName));
}

/** On disk when it returns. */
export function markWhole(data: string): void {
  const marker = path.join(data, markerName);
  if (existsSync(marker)) return;
  const file = openSync(marker, 'w', 0o600);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
