import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
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
  if (!existsSync(enginePath)) {
    throw new MetastoreError(
      'corrupt',
      `the embedded engine's file '${enginePath}' is gone: put it back from a copy. To begin without its databases, ` +
        `remove '${marker}'; RESTORE brings them back from their snapshots`,
    );
  }
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
