import { present } from '../../../base/assert.ts';
import { kylin5Types } from '../keys.ts';
import { MetadataError } from '../metadata-error.ts';
import { oneAhead } from '../one-ahead.ts';
import type { PackingThread } from '../packing-thread.ts';
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

/** A transaction with the database of a store, and a thread for the contents of its rows. */
export type Session = Readonly<{
  connection: KylinConnection;
  tables: KylinTables;
  packing: PackingThread;
}>;

/** Rows of a few hundred keys at a time. Content that is NULL or does not inflate is MetadataError `broken`. */
export async function* readRows(
  session: Session,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  const batches = batchesOf(rowTables(session.tables), keys);
  for await (const { resources, rest } of oneAhead(batches, (batch) => readBatch(session, batch, signal))) {
    yield* resources;
    for (let left = rest; left.length > 0;) {
      const more = await unpack(session, left);
      yield* more.resources;
      left = more.rest;
    }
  }
}

type Batch = Readonly<{ table: RowTable; keys: readonly string[] }>;

/** Keys that no table keeps are left out. */
function batchesOf(tables: readonly RowTable[], keys: readonly string[]): readonly Batch[] {
  const batches: Batch[] = [];
  for (let from = 0; from < keys.length;) {
    const table = tableOf(tables, keys[from] ?? '');
    let to = from + 1;
    while (to < keys.length && to - from < rowsPerRead && tableOf(tables, keys[to] ?? '') === table) to += 1;
    if (table !== undefined) batches.push({ table, keys: keys.slice(from, to) });
    from = to;
  }
  return batches;
}

function tableOf(tables: readonly RowTable[], key: string): RowTable | undefined {
  return tables.find(({ prefix }) => key.startsWith(prefix));
}

type Packed = Readonly<{ key: string; row: Row; cell: Uint8Array }>;
/** `rest` was too much to be unpacked with the others. */
type Unpacked = Readonly<{ resources: readonly MetadataResource[]; rest: readonly Packed[] }>;

async function readBatch(
  session: Session,
  { table: { prefix, table, columns }, keys }: Batch,
  signal: AbortSignal,
): Promise<Unpacked> {
  const sql = `SELECT ${columns.key} AS name, ${columns.content} AS content, ${columns.ts} AS ts, ${columns.mvcc} AS mvcc
     FROM ${table} WHERE ${columns.key} IN (?)`;
  const rows = await session.connection.rows(sql, [keys.map((key) => key.slice(prefix.length))], signal);
  const byKey = new Map(rows.map((row) => [`${prefix}${String(row['name'])}`, row]));
  const found = keys.flatMap((key) => {
    const row = byKey.get(key);
    return row === undefined ? [] : [{ key, row, cell: cellOf(key, row) }];
  });
  return unpack(session, found);
}

async function unpack({ packing }: Session, packed: readonly Packed[]): Promise<Unpacked> {
  const cells = packed.map(({ cell }) => cell);
  const contents = await packing.unpack('cell', cells);
  const resources = contents.map((bytes, index) => {
    const { key, row } = present(packed[index], 'a row that was unpacked');
    if (bytes !== undefined) return { key, bytes, modifiedAt: Number(row['ts']), mvcc: Number(row['mvcc']) };
    throw new MetadataError('broken', `the content of '${key}' does not inflate`);
  });
  return { resources, rest: packed.slice(contents.length) };
}

function cellOf(key: string, { content }: Row): Uint8Array {
  if (content instanceof Uint8Array) return content;
  throw new MetadataError('broken', `'${key}' has no content in the database`, {
    hint: 'Kylin 2 to 4 keep large content on HDFS: use the backup of Kylin itself.',
  });
}
