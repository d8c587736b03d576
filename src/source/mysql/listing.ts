import { quoteText } from '../../sql/quote.ts';
import type { ObjectKind, ObjectName } from '../objects.ts';
import type { MysqlConnection } from './connection.ts';
import { ownPrefix } from './restore-names.ts';

/** Databases that a server keeps for itself. */
const systemDatabases = new Set([
  'information_schema',
  'performance_schema',
  'mysql',
  'sys',
  '_statistics_',
  '__internal_schema',
  'metrics_schema',
  'inspection_schema',
]);

const tableKinds: Readonly<Record<string, ObjectKind>> = {
  'BASE TABLE': 'TABLE',
  'SYSTEM VERSIONED': 'TABLE',
  SEQUENCE: 'SEQUENCE',
  VIEW: 'VIEW',
};

/** Databases of users, in the server's order. */
export async function listDatabases(
  connection: MysqlConnection,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rows = await connection.rows('SHOW DATABASES', signal);
  return rows.flatMap(([name]) => (name === null || name === undefined || isSystem(name) ? [] : [name]));
}

/** All objects of a database by kind and name; undefined when there is no such database. */
export async function listObjects(
  connection: MysqlConnection,
  database: string,
  signal: AbortSignal,
): Promise<readonly ObjectName[] | undefined> {
  const schema = quoteText(database);
  const found = await connection.rows(
    `SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ${schema}`,
    signal,
  );
  if (found.length === 0) return undefined;
  const relations = await connection.rows(
    `SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${schema} ORDER BY TABLE_NAME`,
    signal,
  );
  const programs = await connection.rows(
    `SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ${schema} ` +
      `UNION ALL SELECT EVENT_NAME, 'EVENT' FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ${schema} ORDER BY 2, 1`,
    signal,
  );
  return [
    ...relations.flatMap(([name, type]) => objectOf(name, tableKinds[type ?? ''])),
    ...programs.flatMap(([name, type]) => objectOf(name, programKind(type ?? ''))),
  ];
}

/** Partitions of a table in their order, without subpartitions; empty for an unpartitioned table. */
export async function listPartitions(
  connection: MysqlConnection,
  of: Readonly<{ database: string; table: string }>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const rows = await connection.rows(
    'SELECT PARTITION_NAME FROM information_schema.PARTITIONS ' +
      `WHERE TABLE_SCHEMA = ${quoteText(of.database)} AND TABLE_NAME = ${quoteText(of.table)} ` +
      'AND PARTITION_NAME IS NOT NULL GROUP BY PARTITION_NAME ORDER BY min(PARTITION_ORDINAL_POSITION)',
    signal,
  );
  return rows.flatMap(([name]) => (name === null || name === undefined ? [] : [name]));
}

function isSystem(name: string): boolean {
  return systemDatabases.has(name.toLowerCase()) || name.startsWith(ownPrefix);
}

function objectOf(name: string | null | undefined, kind: ObjectKind | undefined): readonly ObjectName[] {
  return name === null || name === undefined || kind === undefined ? [] : [{ kind, name }];
}

/** MariaDB's packages belong to Oracle's mode and are not backed up. */
function programKind(type: string): ObjectKind | undefined {
  return type === 'FUNCTION' || type === 'PROCEDURE' || type === 'EVENT' ? type : undefined;
}
