import { quoteName, quoteText } from '../../sql/quote.ts';
import type { MysqlConnection, TextRow } from './connection.ts';
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
  const sql = idsQuery(facts, database);
  const rows = sql === undefined ? [] : await tryRows(connection, sql, signal);
  const byTable = Map.groupBy(rows, ([table]) => table ?? '');
  const ids = unclear.flatMap(({ object: { name } }) => {
    const own = byTable.get(shownName(facts, name) ?? '');
    const again = idsQuery(facts, database, name);
    return own === undefined || again === undefined
      ? []
      : [[name, { sql: again, answer: JSON.stringify(own) }] as const];
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
function isToldByTime({ object, isSettled }: DescribedTable, facts: ServerFacts): boolean {
  const hasFiles = hasEngines(facts) && !hasDictionary(facts);
  return hasFiles && isSettled && object.partitions === undefined;
}

/**
 * Table as `shownName` has it, name of its tablespace, id: for a table, or of each of its partitions. Names are those of
 * files (MySQL manual, "Mapping of Identifiers to File Names"): `database/table#P#partition`. Undefined where a name
 * cannot be told.
 */
function idsQuery(facts: ServerFacts, database: string, table?: string): string | undefined {
  const place = shownName(facts, database);
  const own = table === undefined ? '' : shownName(facts, table);
  if (place === undefined || own === undefined) return undefined;
  const isDecoded = !hasDictionary(facts);
  const part = (text: string): string => (isDecoded ? decoded(text) : text);
  const databasePart = part("SUBSTRING_INDEX(NAME, '/', 1)");
  const tablePart = part("SUBSTRING_INDEX(SUBSTRING_INDEX(NAME, '/', -1), '#', 1)");
  const isTable = table === undefined ? '' : ` AND BINARY ${tablePart} = BINARY ${quoteText(own)}`;
  return (
    `SELECT ${tablePart}, NAME, TABLE_ID FROM information_schema.${isDecoded ? 'INNODB_SYS_TABLES' : 'INNODB_TABLES'} ` +
    `WHERE BINARY ${databasePart} = BINARY ${quoteText(place)}${isTable} ORDER BY NAME`
  );
}

/** MySQL with its data dictionary: it knows no character set `filename` any more, by which others decode names of files. */
function hasDictionary({ vendor, numbers }: ServerFacts): boolean {
  return vendor === 'mysql' && (numbers[0] ?? 0) >= 8;
}

function shownName(facts: ServerFacts, name: string): string | undefined {
  return hasDictionary(facts) ? fileNameOf(name) : name;
}

/** Letters for which names of files have a code of their own: those of `uni_0C00_05FF` and its neighbours, ctype-utf8.cc. */
const codedLetters = /[\u00c0-\u05ff\u1e00-\u1fff\u2160-\u217f\u24b0-\u24ef\uff20-\uff5f]/;

/** A name as that of a file; undefined with a letter of another alphabet, whose code we do not know. */
function fileNameOf(name: string): string | undefined {
  if (codedLetters.test(name)) return undefined;
  return name.replaceAll(/[^0-9A-Za-z_]/g, (char) => `@${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
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
