import { decodeContent } from '../content.ts';
import { kylin5Types } from '../keys.ts';
import { MetadataError } from '../metadata-error.ts';
import type { MetadataResource } from '../resource.ts';
import type { KylinConnection, Row } from './connection.ts';
import type { KylinTables } from './tables.ts';

/** Rows asked for at once. */
const rowsPerRead = 500;

/** Where the rows of one table stand and how their columns are called. */
export type RowTable = Readonly<{
  /** Before the table's own key in the keys of resources: empty, or `MODEL/`. */
  prefix: string;
  table: string;
  columns: Readonly<Record<'key' | 'content' | 'ts' | 'mvcc', string>>;
}>;

/** The tables with resources, in the order of their prefixes. A has no versions: zero stands for them. */
export function rowTables(tables: KylinTables): readonly RowTable[] {
  if (tables.generation !== 'C') {
    const mvcc = tables.generation === 'A' ? '0' : 'META_TABLE_MVCC';
    const columns = { key: 'META_TABLE_KEY', content: 'META_TABLE_CONTENT', ts: 'META_TABLE_TS', mvcc };
    return [{ prefix: '', table: tables.nameOf(''), columns }];
  }
  const columns = { key: 'meta_key', content: 'content', ts: 'ts', mvcc: 'mvcc' };
  return kylin5Types
    .toSorted()
    .filter((type) => tables.columns.has(`_${type.toLowerCase()}`))
    .map((type) => ({ prefix: `${type}/`, table: tables.nameOf(`_${type.toLowerCase()}`), columns }));
}

/** `lock` keeps the rows, and the gaps between them, as they are until the transaction ends. */
export async function readKeys(
  connection: KylinConnection,
  tables: KylinTables,
  lock: boolean,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const { prefix, table, columns } of rowTables(tables)) {
    const sql = `SELECT ${columns.key} AS name FROM ${table}${lock ? connection.dialect.lockRows : ''}`;
    for (const row of await connection.rows(sql, [], signal)) found.push(`${prefix}${String(row['name'])}`);
  }
  return found.sort();
}

/** Rows of a few hundred keys at a time. Content that is NULL or does not inflate is MetadataError `broken`. */
export async function* readRows(
  connection: KylinConnection,
  tables: KylinTables,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  const known = rowTables(tables);
  for (let from = 0; from < keys.length;) {
    const table = tableOf(known, keys[from] ?? '');
    let to = from + 1;
    while (to < keys.length && to - from < rowsPerRead && tableOf(known, keys[to] ?? '') === table) to += 1;
    if (table !== undefined) yield* readBatch(connection, table, keys.slice(from, to), signal);
    from = to;
  }
}

function tableOf(tables: readonly RowTable[], key: string): RowTable | undefined {
  return tables.find(({ prefix }) => key.startsWith(prefix));
}

async function* readBatch(
  connection: KylinConnection,
  { prefix, table, columns }: RowTable,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  const sql = `SELECT ${columns.key} AS name, ${columns.content} AS content, ${columns.ts} AS ts, ${columns.mvcc} AS mvcc
     FROM ${table} WHERE ${columns.key} IN (?)`;
  const rows = await connection.rows(sql, [keys.map((key) => key.slice(prefix.length))], signal);
  const byKey = new Map(rows.map((row) => [`${prefix}${String(row['name'])}`, row]));
  for (const key of keys) {
    const row = byKey.get(key);
    if (row !== undefined) yield decodeRow(key, row);
  }
}

function decodeRow(key: string, row: Row): MetadataResource {
  const { content } = row;
  if (!(content instanceof Uint8Array)) {
    throw new MetadataError('broken', `'${key}' has no content in the database`, {
      hint: 'Kylin 2 to 4 keep large content on HDFS: use the backup of Kylin itself.',
    });
  }
  return {
    key,
    bytes: decodeContent(content, key),
    modifiedAt: Number(row['ts']),
    mvcc: Number(row['mvcc']),
  };
}
