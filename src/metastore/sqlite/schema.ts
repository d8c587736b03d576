import type { DatabaseSync } from 'node:sqlite';
import { MetastoreError } from '../metastore.ts';
import { damaged } from './errors.ts';

/** `Hold` in ASCII, in the file's header: tells a metastore from any other SQLite file. */
const applicationId = 0x486f6c64;

/**
 * One script per version of the schema, the first makes version 1. A script that was released is never changed:
 * a new version is a new script at the end.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE resource (
    key         TEXT PRIMARY KEY NOT NULL,
    content     TEXT NOT NULL,
    mvcc        INTEGER NOT NULL CHECK (mvcc >= 0),
    modified_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE audit_log (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    key      TEXT NOT NULL,
    content  TEXT,
    mvcc     INTEGER,
    at       INTEGER NOT NULL,
    unit_id  TEXT NOT NULL,
    operator TEXT NOT NULL,
    instance TEXT NOT NULL
  ) STRICT;
  CREATE TABLE epoch (
    project  TEXT PRIMARY KEY NOT NULL,
    epoch    INTEGER NOT NULL CHECK (epoch >= 1),
    owner    TEXT NOT NULL,
    taken_at INTEGER NOT NULL
  ) STRICT;
  `,
];

export const schemaVersion: number = migrations.length;

/**
 * Brings the schema of an open database to `schemaVersion`, each step in a transaction of its own. Throws
 * `newer_version` for a file that a later Holdfast has written, `corrupt` for one that is no metastore.
 */
export function migrate(database: DatabaseSync, path: string, now: number): void {
  const version = isEmpty(database) ? 0 : readVersion(database, path);
  if (version > schemaVersion) {
    throw new MetastoreError(
      'newer_version',
      `metastore '${path}' has schema version ${version}; this Holdfast knows versions up to ` +
        `${schemaVersion}: use the release that wrote it, or a newer one`,
    );
  }
  migrations.slice(version).forEach((script, index) => {
    database.exec('BEGIN IMMEDIATE');
    try {
      if (version + index === 0) createVersionTable(database);
      database.exec(script);
      const insert = database.prepare('INSERT INTO schema_version (version, applied_at) VALUES (?, ?)');
      insert.run(version + index + 1, now);
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw error;
    }
  });
}

function createVersionTable(database: DatabaseSync): void {
  database.exec(`PRAGMA application_id = ${applicationId}`);
  database.exec(
    'CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at INTEGER NOT NULL) STRICT',
  );
}

export function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function readVersion(database: DatabaseSync, path: string): number {
  const header = database.prepare('PRAGMA application_id').get();
  if (header?.['application_id'] !== applicationId) {
    throw damaged(path, 'a SQLite file of another program');
  }
  const version = database.prepare('SELECT max(version) AS version FROM schema_version').get()?.['version'];
  if (typeof version !== 'number') throw damaged(path, 'its schema has no version');
  return version;
}
