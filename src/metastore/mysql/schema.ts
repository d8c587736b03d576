import { MetastoreError } from '../metastore.ts';
import type { Connections, Session } from './connections.ts';
import { isDuplicateColumn } from './errors.ts';

/** Names are bytes: in every collation of MySQL some different texts are equal. 3,072 bytes is InnoDB's longest key. */
const migrations: readonly ((prefix: string) => readonly string[])[] = [
  (prefix) => [
    `CREATE TABLE IF NOT EXISTS ${prefix}resource (
      \`key\` VARBINARY(3000) NOT NULL PRIMARY KEY,
      content LONGBLOB NOT NULL,
      mvcc BIGINT NOT NULL,
      modified_at BIGINT NOT NULL
    ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
    `CREATE TABLE IF NOT EXISTS ${prefix}audit_log (
      id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      \`key\` VARBINARY(3000) NOT NULL,
      content LONGBLOB,
      mvcc BIGINT,
      at BIGINT NOT NULL,
      unit_id VARBINARY(64) NOT NULL,
      operator VARBINARY(1000) NOT NULL,
      instance VARBINARY(400) NOT NULL,
      KEY unit_id (unit_id)
    ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
    // Times of leases are the database's: milliseconds since 1970. An expired lease and one that was given back are 0.
    `CREATE TABLE IF NOT EXISTS ${prefix}epoch (
      project VARBINARY(2000) NOT NULL PRIMARY KEY,
      epoch BIGINT NOT NULL,
      owner VARBINARY(400) NOT NULL,
      taken_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL DEFAULT 0,
      home VARBINARY(64) NOT NULL DEFAULT ''
    ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
    `CREATE TABLE IF NOT EXISTS ${prefix}fact (
      name VARBINARY(64) NOT NULL PRIMARY KEY,
      value VARBINARY(1000) NOT NULL
    ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
    `CREATE TABLE IF NOT EXISTS ${prefix}node (
      node VARBINARY(64) NOT NULL PRIMARY KEY,
      folder VARBINARY(64) NOT NULL,
      address VARBINARY(300) NOT NULL,
      role VARBINARY(10) NOT NULL,
      version VARBINARY(40) NOT NULL,
      started_at BIGINT NOT NULL,
      seen_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      audit_id BIGINT NOT NULL
    ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
    `CREATE TABLE IF NOT EXISTS ${prefix}request (
      id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
      project VARBINARY(2000) NOT NULL,
      body LONGBLOB NOT NULL,
      asked_by VARBINARY(64) NOT NULL,
      asked_at BIGINT NOT NULL,
      taken_by VARBINARY(64) NOT NULL DEFAULT '',
      taken_epoch BIGINT NOT NULL DEFAULT 0,
      answer LONGBLOB
    ) ENGINE=InnoDB ROW_FORMAT=DYNAMIC`,
  ],
  (prefix) => [`ALTER TABLE ${prefix}node ADD COLUMN node_group VARBINARY(64) NOT NULL DEFAULT ''`],
  (prefix) => [`ALTER TABLE ${prefix}node ADD COLUMN http_port INT NOT NULL DEFAULT 0`],
];

const mysqlSchemaVersion: number = migrations.length;

/** Several nodes may start at once: one migrates, the others wait for it. */
const lockWaitSeconds = 60;

/**
 * Brings our tables to `mysqlSchemaVersion`. Every step may be run again, since DDL is not undone when a node dies in
 * the middle. Throws `newer_version` for tables of a later Holdfast.
 */
export async function migrateMysql(connections: Connections, prefix: string, now: number): Promise<void> {
  await connections.read(async (session) => {
    const lock = `holdfast.${prefix}schema`;
    const [row] = await session.rows('SELECT GET_LOCK(?, ?) AS is_held', [lock, lockWaitSeconds]);
    if (row?.['is_held'] !== 1) {
      throw new MetastoreError(
        'locked',
        `another node has been migrating '${connections.place}' for a minute`,
      );
    }
    try {
      await migrateLocked(session, prefix, now, connections.place);
    } finally {
      await session.rows('SELECT RELEASE_LOCK(?)', [lock]);
    }
  });
}

async function migrateLocked(session: Session, prefix: string, now: number, place: string): Promise<void> {
  await session.change(
    `CREATE TABLE IF NOT EXISTS ${prefix}schema_version (version INT PRIMARY KEY, applied_at BIGINT NOT NULL) ENGINE=InnoDB`,
  );
  const [row] = await session.rows(
    `SELECT COALESCE(MAX(version), 0) AS version FROM ${prefix}schema_version`,
  );
  const version = Number(row?.['version']);
  if (version > mysqlSchemaVersion) {
    throw new MetastoreError(
      'newer_version',
      `metastore '${place}' has schema version ${version}; this Holdfast knows versions up to ` +
        `${mysqlSchemaVersion}: use the release that wrote it, or a newer one`,
    );
  }
  for (const [index, statements] of migrations.slice(version).entries()) {
    for (const statement of statements(prefix)) await migrateStep(session, statement);
    await session.change(`INSERT INTO ${prefix}schema_version (version, applied_at) VALUES (?, ?)`, [
      version + index + 1,
      now,
    ]);
  }
}

/** A column that is there was added by a node that died before it could note the version. */
async function migrateStep(session: Session, statement: string): Promise<void> {
  try {
    await session.change(statement);
  } catch (error) {
    if (!isDuplicateColumn(error)) throw error;
  }
}
