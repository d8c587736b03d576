import { quoteName, quoteText } from '../../sql/quote.ts';
import type { MysqlConnection, TextRow } from './connect.ts';
import { type DescribedTable, hasTransactions } from './describe-tables.ts';
import { serverErrorNumber } from './errors.ts';
import { hasEngines, type ServerFacts } from './server-facts.ts';

/**
 * How it is seen that a name still means the table of the point in time, and not an older one of the same definition: by
 * the ids that InnoDB gives, or not at all, so that nobody may change it. Of tables in neither, the time of their making tells.
 */
export type Identities = Readonly<{
  ids: ReadonlyMap<string, TableIds>;
  held: readonly string[];
}>;

/** A query, and the answer that it has while the name means the same table. */
export type TableIds = Readonly<{ sql: string; answer: string }>;

type Place = Readonly<{ database: string; tables: ReadonlyMap<string, DescribedTable> }>;

/** Sorts what was described: tables of engines with transactions, since others are locked while they are read. Throws SourceError. */
export async function identify(
  connection: MysqlConnection,
  facts: ServerFacts,
  { database, tables }: Place,
  signal: AbortSignal,
): Promise<Identities> {
  const unclear = [...tables.values()].filter(
    (table) => hasEngines(facts) && hasTransactions(table) && !isToldByTime(table, facts),
  );
  if (unclear.length === 0) return { ids: new Map(), held: [] };
  const rows = await tryRows(connection, idsQuery(facts, database), signal);
  const byTable = Map.groupBy(rows, ([table]) => table ?? '');
  const ids = unclear.flatMap(({ object: { name } }) => {
    const own = byTable.get(name);
    if (own === undefined) return [];
    return [[name, { sql: idsQuery(facts, database, name), answer: JSON.stringify(own) }] as const];
  });
  const known = new Map(ids);
  return { ids: known, held: unclear.map(({ object }) => object.name).filter((name) => !known.has(name)) };
}

/** Whether the ids are still what they were. Throws SourceError. */
export async function haveSameIds(
  connection: MysqlConnection,
  { ids }: Identities,
  signal: AbortSignal,
): Promise<boolean> {
  for (const each of ids.values()) {
    if (!isSameAnswer(each, await connection.rows(each.sql, signal))) return false;
  }
  return true;
}

/** Whether the ids of a table, as they were asked for, are what they were. */
export function isSameAnswer({ answer }: TableIds, rows: readonly TextRow[]): boolean {
  return JSON.stringify(rows) === answer;
}

/** A statement that locks tables against changes of their definition until the transaction ends, and opens no view of rows. */
export function holdStatements(database: string, tables: readonly string[]): readonly string[] {
  if (tables.length === 0) return [];
  const place = (table: string): string => `${quoteName(database)}.${quoteName(table)}`;
  return [tables.map((table) => `(SELECT 1 FROM ${place(table)} LIMIT 0)`).join(' UNION ALL ')];
}

/**
 * Where a definition lies in a file, RENAME renews the file's time, and that is CREATE_TIME: MariaDB, and MySQL before its
 * data dictionary. EXCHANGE PARTITION leaves the file alone.
 */
function isToldByTime({ object, isSettled }: DescribedTable, { vendor, numbers }: ServerFacts): boolean {
  const hasFiles = vendor === 'mariadb' || (vendor === 'mysql' && (numbers[0] ?? 0) < 8);
  return hasFiles && isSettled && object.partitions === undefined;
}

/**
 * Table, name of its tablespace, id: for a table, or of each of its partitions. Names are those of files (MySQL manual,
 * "Mapping of Identifiers to File Names"): `database/table#P#partition`.
 */
function idsQuery({ vendor, numbers }: ServerFacts, database: string, table?: string): string {
  const isNew = vendor === 'mysql' && (numbers[0] ?? 0) >= 8;
  const view = isNew ? 'INNODB_TABLES' : 'INNODB_SYS_TABLES';
  const databasePart = decoded("SUBSTRING_INDEX(NAME, '/', 1)");
  const tablePart = decoded("SUBSTRING_INDEX(SUBSTRING_INDEX(NAME, '/', -1), '#', 1)");
  const isTable = table === undefined ? '' : ` AND BINARY ${tablePart} = BINARY ${quoteText(table)}`;
  return (
    `SELECT ${tablePart}, NAME, TABLE_ID FROM information_schema.${view} ` +
    `WHERE BINARY ${databasePart} = BINARY ${quoteText(database)}${isTable} ORDER BY NAME`
  );
}

function decoded(part: string): string {
  return `CONVERT(CONVERT(CAST(${part} AS BINARY) USING filename) USING utf8mb4)`;
}

/** Nothing where the account may not look (PROCESS), or the server has no such view. */
async function tryRows(
  connection: MysqlConnection,
  sql: string,
  signal: AbortSignal,
): Promise<readonly (readonly (string | null)[])[]> {
  try {
    return await connection.rows(sql, signal);
  } catch (error) {
    if (serverErrorNumber(error) === undefined) throw error;
    return [];
  }
}
