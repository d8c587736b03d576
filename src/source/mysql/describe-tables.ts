import { present } from '../../base/assert.ts';
import { SqlError } from '../../base/sql-error.ts';
import type { TableDefinition } from '../../sql/ddl/definition.ts';
import { parseDdl } from '../../sql/ddl/parse.ts';
import { tokenize } from '../../sql/lexer.ts';
import { quoteName, quoteText } from '../../sql/quote.ts';
import { mysqlLexing } from '../../sql/token.ts';
import type { FrozenObject } from '../frozen.ts';
import type { Trigger } from '../objects.ts';
import type { Selection } from '../source.ts';
import { SourceError } from '../source-error.ts';
import { type ColumnPlan, type DescribedColumn, planColumns } from './column-plan.ts';
import type { MysqlConnection } from './connection.ts';
import { settingsOf } from './creation-settings.ts';
import { type History, historyOf, takesHistory } from './history.ts';
import { parseTableText } from './table-text.ts';

export type TableObject = Extract<FrozenObject, { kind: 'TABLE' }>;

/** A table with what is needed to read it. */
export type DescribedTable = Readonly<{
  object: TableObject;
  plans: readonly ColumnPlan[];
  /** Types of the columns as information_schema names them. */
  columns: readonly DescribedColumn[];
  /** Columns of the primary key or of the first unique key without NULL: the order of the rows on disk; may be empty. */
  orderKey: readonly string[];
  /** Where rows of the past are read with the rest; absent without any, or where they could not be restored. */
  history?: History;
  engine: string;
  /** When the table, or the file of its definition, was made; empty where the server does not say. */
  created: string;
  /** It was made so long ago that any table which takes its name from now on has another time of making. */
  isSettled: boolean;
  /** The server's estimates. */
  rows: number;
  rowBytes: number;
  partitionRows: ReadonlyMap<string, number>;
}>;

/** Times have whole seconds, and the kernel's clock of files may be some milliseconds behind. */
const settledMs = 2000;

type Records = readonly Readonly<Record<string, string | null>>[];

/** So many SHOW CREATE are sent together: few enough for any server's `max_allowed_packet`. */
const shownTogether = 64;

/**
 * Describes the tables of a selection, by name. A few queries for all, and one SHOW CREATE for each. `before` has tables
 * as they were described earlier. Needs a connection of `severalStatements`.
 */
export async function describeTables(
  connection: MysqlConnection,
  selection: Selection,
  signal: AbortSignal,
  before?: ReadonlyMap<string, DescribedTable>,
): Promise<ReadonlyMap<string, DescribedTable>> {
  const selected = selection.objects.filter(({ kind }) => kind === 'TABLE');
  if (selected.length === 0) return new Map();
  const facts = await readFacts(connection, selection.database, signal);
  const keepsHistory = await takesHistory(connection, signal);
  const described = new Map<string, DescribedTable>();
  for (let first = 0; first < selected.length; first += shownTogether) {
    const some = selected.slice(first, first + shownTogether);
    const names = some.map(({ name }) => name);
    const shown = await showTables(connection, selection.database, names, signal);
    for (const [index, { name, partitions }] of some.entries()) {
      const ddl = present(shown[index], 'the text of a table');
      const history = keepsHistory && ddl.includes(versioned) ? historyOf(parseTableText(ddl)) : undefined;
      const selectedTable = { name, ddl, partitions, history, before: before?.get(name) };
      described.set(name, describeTable(selectedTable, facts));
    }
  }
  return described;
}

/** SHOW CREATE TABLE of each. Throws SourceError `missing`. */
async function showTables(
  connection: MysqlConnection,
  database: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const shows = names.map((name) => `SHOW CREATE TABLE ${quoteName(database)}.${quoteName(name)}`);
  const shown = await connection.rowsOfEach(shows, signal);
  return names.map((name, index) => {
    const ddl = shown[index]?.[0]?.[1];
    if (typeof ddl !== 'string') throw new SourceError('missing', `Unknown table '${name}'`);
    return ddl;
  });
}

/** Found in few definitions, so that the others need not be taken apart. */
const versioned = 'WITH SYSTEM VERSIONING';

type Facts = Readonly<Record<'tables' | 'columns' | 'keys' | 'partitions', ReadonlyMap<string, Records>>> &
  Readonly<{ triggers: ReadonlyMap<string, readonly Trigger[]> }>;

async function readFacts(connection: MysqlConnection, database: string, signal: AbortSignal): Promise<Facts> {
  const schema = quoteText(database);
  const query = async (list: string, table: string, rest: string): Promise<ReadonlyMap<string, Records>> => {
    const records = await connection.records(
      `SELECT TABLE_NAME AS table_name, ${list} FROM information_schema.${table} WHERE TABLE_SCHEMA = ${schema} ${rest}`,
      signal,
    );
    return Map.groupBy(records, (record) => record['table_name'] ?? '');
  };
  return {
    tables: await query(
      'ENGINE AS engine, TABLE_ROWS AS `rows`, AVG_ROW_LENGTH AS row_bytes, AUTO_INCREMENT AS counter, ' +
        'CREATE_TIME AS created, now() AS now',
      'TABLES',
      '',
    ),
    columns: await query(
      'COLUMN_NAME AS name, DATA_TYPE AS data_type, COLUMN_TYPE AS column_type, NUMERIC_PRECISION AS `precision`, ' +
        'NUMERIC_SCALE AS scale, CHARACTER_SET_NAME AS character_set',
      'COLUMNS',
      'ORDER BY TABLE_NAME, ORDINAL_POSITION',
    ),
    keys: await query(
      'INDEX_NAME AS name, COLUMN_NAME AS `column`, NULLABLE AS nullable, SUB_PART AS prefix',
      'STATISTICS',
      'AND NON_UNIQUE = 0 ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX',
    ),
    partitions: await query(
      'PARTITION_NAME AS name, sum(TABLE_ROWS) AS `rows`',
      'PARTITIONS',
      'AND PARTITION_NAME IS NOT NULL GROUP BY TABLE_NAME, PARTITION_NAME ' +
        'ORDER BY TABLE_NAME, min(PARTITION_ORDINAL_POSITION)',
    ),
    triggers: await readTriggers(connection, database, signal),
  };
}

async function readTriggers(
  connection: MysqlConnection,
  database: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Trigger[]>> {
  const found = await connection.rows(
    'SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS ' +
      `WHERE TRIGGER_SCHEMA = ${quoteText(database)} ` +
      'ORDER BY EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER',
    signal,
  );
  const triggers = new Map<string, Trigger[]>();
  for (const [table, name] of found) {
    if (typeof table !== 'string' || typeof name !== 'string') continue;
    const place = `${quoteName(database)}.${quoteName(name)}`;
    const [record] = await connection.records(`SHOW CREATE TRIGGER ${place}`, signal);
    const ddl = record?.['SQL Original Statement'];
    if (record === undefined || typeof ddl !== 'string') {
      throw new SourceError('failed', `the account may not see the definition of trigger '${name}'`);
    }
    const own = triggers.get(table) ?? [];
    own.push({ name, ddl, settings: settingsOf(record) });
    triggers.set(table, own);
  }
  return triggers;
}

type Selected = Readonly<{
  name: string;
  ddl: string;
  partitions: readonly string[] | undefined;
  history: History | undefined;
  before: DescribedTable | undefined;
}>;

function describeTable({ name, ddl, partitions, history, before }: Selected, facts: Facts): DescribedTable {
  const shown = (facts.columns.get(name) ?? []).map(columnOf);
  if (shown.length === 0) throw new SourceError('missing', `Unknown table '${name}'`);
  const columns = [...shown, ...(history?.hiddenColumns ?? [])];
  const plans = planColumns(columns);
  const keys = keysOf(facts.keys.get(name) ?? []);
  const table = facts.tables.get(name)?.[0];
  // An engine that knows no past would take its rows for those of now.
  const definition = history === undefined ? definitionOf(ddl, before) : undefined;
  const triggers = facts.triggers.get(name);
  const own = facts.partitions.get(name) ?? [];
  const chosen = chosenPartitions(
    name,
    own.map((record) => record['name'] ?? ''),
    partitions,
  );
  const counter = table?.['counter'];
  return {
    object: {
      kind: 'TABLE',
      name,
      ...(definition !== undefined && { definition }),
      ddl,
      columns: plans.map(({ source }) => source),
      key: keys.primary,
      ...(triggers !== undefined && { triggers }),
      ...(chosen !== undefined && { partitions: chosen }),
      ...(typeof counter === 'string' && { autoIncrement: counter }),
    },
    plans,
    columns,
    orderKey: orderWith(keys.order, history),
    ...(history !== undefined && { history }),
    engine: table?.['engine'] ?? '',
    created: table?.['created'] ?? '',
    isSettled: timeOf(table?.['now']) - timeOf(table?.['created']) >= settledMs,
    rows: Number(table?.['rows'] ?? 0),
    rowBytes: Number(table?.['row_bytes'] ?? 0),
    partitionRows: new Map(own.map((record) => [record['name'] ?? '', Number(record['rows'] ?? 0)])),
  };
}

const transactionalEngines = new Set(['innodb', 'rocksdb', 'tokudb', 'ndbcluster', 'ndb']);

/** A transaction of the server's holds a point in time of its rows. */
export function hasTransactions({ engine }: DescribedTable): boolean {
  return transactionalEngines.has(engine.toLowerCase());
}

/** In ms, of a time in UTC as the server prints it; NaN without one. */
function timeOf(text: string | null | undefined): number {
  return Date.parse(`${text?.replace(' ', 'T')}Z`);
}

function columnOf(record: Readonly<Record<string, string | null>>): DescribedColumn {
  return {
    name: present(record['name'] ?? undefined, 'the name of a column'),
    dataType: (record['data_type'] ?? '').toLowerCase(),
    columnType: record['column_type'] ?? '',
    precision: Number(record['precision'] ?? 0),
    scale: Number(record['scale'] ?? 0),
    characterSet: record['character_set'] ?? undefined,
  };
}

/** InnoDB keeps rows in the order of the primary key, else of the first unique key of whole columns without NULL. */
function keysOf(records: Records): Readonly<{ primary: readonly string[]; order: readonly string[] }> {
  const byName = Map.groupBy(records, (record) => record['name'] ?? '');
  const columns = (parts: Records): readonly string[] => parts.flatMap((part) => part['column'] ?? []);
  const isWhole = (parts: Records): boolean =>
    parts.every((part) => part['column'] !== null && part['prefix'] === null && part['nullable'] !== 'YES');
  const primary = byName.get('PRIMARY') ?? [];
  const candidates = [primary, ...byName.values()].filter((parts) => parts.length > 0 && isWhole(parts));
  return { primary: columns(primary), order: columns(candidates[0] ?? []) };
}

/** The index that InnoDB keeps rows by has the time of their end, too. */
function orderWith(order: readonly string[], history: History | undefined): readonly string[] {
  if (history === undefined || order.length === 0 || order.includes(history.end)) return order;
  return [...order, history.end];
}

/** The text taken apart, unless that was done `before`; undefined for what our parser does not know. */
function definitionOf(ddl: string, before: DescribedTable | undefined): TableDefinition | undefined {
  if (before?.object.ddl === ddl) return before.object.definition;
  try {
    const tokens = tokenize(ddl, { ...mysqlLexing, versionNumber: 999_999 });
    const statement = parseDdl(tokens, ddl, { isChecked: false });
    return statement.kind === 'create_table' ? statement.definition : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

/** The selected partitions in the table's order. */
function chosenPartitions(
  table: string,
  known: readonly string[],
  selected: readonly string[] | undefined,
): readonly string[] | undefined {
  const missing = selected?.find((name) => !known.some((own) => isSame(own, name)));
  if (missing !== undefined)
    throw new SourceError('missing', `Unknown partition ${missing} in table ${table}`);
  if (known.length === 0) return undefined;
  return selected === undefined ? known : known.filter((own) => selected.some((name) => isSame(own, name)));
}

/** Names of partitions do not differ by case (MySQL manual, "Partitioning Types"). */
function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
