import { assert } from '../../../base/assert.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection, Fact } from '../connection/connection.ts';
import { decodeMaterializedView, decodeOverloads, decodeTable, decodeView } from './json.ts';
import { taskRunsTable } from './task-runs.ts';
import { staleTable } from './stale-marks.ts';
import { dictionarySchema } from '../physical/names.ts';
import type { StoredDatabase, StoredFunction, StoredObject } from './stored-object.ts';

/** Bumped when the dictionary's own tables change; a newer file is refused. */
const dictionaryVersion = 1;

const dictionaryTables: readonly string[] = [
  `CREATE SCHEMA IF NOT EXISTS ${dictionarySchema}`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.version(version INTEGER)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.databases(
    key VARCHAR, name VARCHAR, character_set VARCHAR, collation_name VARCHAR, created_at BIGINT)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.objects(
    database_key VARCHAR, key VARCHAR, database VARCHAR, name VARCHAR, kind VARCHAR, definition VARCHAR, created_at BIGINT, updated_at BIGINT)`,
  // Values an AUTO_INCREMENT counter has reached: appended by each INSERT, so that two of them never conflict.
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.counters(
    database_key VARCHAR, key VARCHAR, next_value HUGEINT)`,
  // Shadow tables of restores that have not committed, and the restores that have.
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.shadows(
    restore_id VARCHAR, database VARCHAR, target VARCHAR, shadow VARCHAR, facts VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.loads(restore_id VARCHAR, target VARCHAR, blob VARCHAR)`,
  `CREATE TABLE IF NOT EXISTS ${dictionarySchema}.commits(restore_id VARCHAR, committed_at BIGINT)`,
  staleTable,
  taskRunsTable,
  `CREATE SEQUENCE IF NOT EXISTS ${dictionarySchema}.view_ids START 10001`,
];

/** Makes the dictionary's tables in a new file. Throws SourceError for a file that a later Holdfast has written. */
export async function prepareTables(connection: Connection): Promise<void> {
  for (const statement of dictionaryTables) await connection.run(statement);
  const version = await connection.fact(`SELECT max(version) FROM ${dictionarySchema}.version`);
  if (version === null) {
    await connection.run(`INSERT INTO ${dictionarySchema}.version VALUES (${dictionaryVersion})`);
  }
  if (Number(version ?? 0) <= dictionaryVersion) return;
  throw new SourceError(
    'failed',
    `the embedded engine's file has dictionary version ${version}; this Holdfast knows versions up to ` +
      `${dictionaryVersion}: use the release that wrote it, or a newer one`,
  );
}

export async function readDatabases(connection: Connection): Promise<readonly StoredDatabase[]> {
  const rows = await connection.facts(
    `SELECT name, character_set, collation_name, created_at FROM ${dictionarySchema}.databases`,
  );
  return rows.map((row) => databaseOf(row));
}

/** Tables and views, and apart from them functions, of all databases. */
export async function readObjects(
  connection: Connection,
): Promise<Readonly<{ objects: readonly StoredObject[]; functions: readonly StoredFunction[] }>> {
  const rows = await connection.facts(
    `SELECT database, name, kind, definition, created_at, updated_at FROM ${dictionarySchema}.objects`,
  );
  return {
    objects: rows.filter((row) => !isFunction(row)).map((row) => objectOf(row)),
    functions: rows.filter((row) => isFunction(row)).map((row) => functionOf(row)),
  };
}

function isFunction(row: readonly Fact[]): boolean {
  return row[2] === 'FUNCTION';
}

function databaseOf(row: readonly Fact[]): StoredDatabase {
  const [name, characterSet, collation, createdAt] = row;
  return {
    name: String(name),
    createdAt: Number(createdAt),
    ...(typeof characterSet === 'string' ? { characterSet } : {}),
    ...(typeof collation === 'string' ? { collation } : {}),
  };
}

function functionOf(row: readonly Fact[]): StoredFunction {
  const [database, name, , definition] = row.map((value) => String(value));
  return {
    database: database as string,
    name: name as string,
    overloads: decodeOverloads(definition as string),
  };
}

function objectOf(row: readonly Fact[]): StoredObject {
  const [database, name, kind, definition, createdAt, updatedAt] = row.map((value) => String(value));
  const common = {
    database: database as string,
    name: name as string,
    createdAt: Number(createdAt),
    updatedAt: Number(updatedAt),
  };
  if (kind === 'TABLE') return { ...common, kind, definition: decodeTable(definition as string) };
  if (kind === 'VIEW') return { ...common, kind, definition: decodeView(definition as string) };
  assert(kind === 'MATERIALIZED_VIEW', 'the dictionary holds an object of an unknown kind');
  return { ...common, kind, definition: decodeMaterializedView(definition as string) };
}
