import { decodeContent, encodeContent } from '../content.ts';
import {
  besideOf,
  type BesideRow,
  type BesideTable,
  besideTables,
  decodeBeside,
  encodeBeside,
  isSameBeside,
  ownColumns,
} from '../beside.ts';
import { MetadataError } from '../metadata-error.ts';
import type { MetadataResource } from '../resource.ts';
import type { Row } from './connection.ts';
import type { Session } from './rows.ts';

/** Rows asked for at once: the record of a job may have a megabyte. */
const rowsPerRead = 100;

/** Rows of the tables beside the metadata, of one project or of all. Tables that are not there have none. */
export async function* readBeside(
  session: Session,
  project: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  for (const table of besideTables) {
    if (!session.tables.columns.has(table.ending)) continue;
    for await (const row of rowsOf(session, table, project, signal)) yield resourceOf(table, row);
  }
}

async function* rowsOf(
  { connection, tables }: Session,
  { ending }: BesideTable,
  project: string | undefined,
  signal: AbortSignal,
): AsyncGenerator<Row, void, undefined> {
  const ofProject = project === undefined ? '' : ' AND project = ?';
  const sql = `SELECT * FROM ${tables.nameOf(ending)} WHERE id > ?${ofProject} ORDER BY id LIMIT ${rowsPerRead}`;
  for (let after = 0; ;) {
    const values = project === undefined ? [after] : [after, project];
    const rows = await connection.rows(sql, values, signal);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last['id']);
  }
}

function resourceOf(table: BesideTable, raw: Row): MetadataResource {
  const row = plainRow(table, raw);
  return {
    key: `${table.folder}/${String(row.get('project'))}/${table.nameOf(row)}`,
    bytes: encodeBeside(table, row),
    modifiedAt: Number(row.get('update_time') ?? 0),
    mvcc: Number(row.get('mvcc') ?? 0),
  };
}

/** Columns in lower case; what PostgreSQL gives as texts is numbers. */
function plainRow({ nested, folder }: BesideTable, raw: Row): BesideRow {
  const row = new Map<string, string | number | null | Uint8Array>();
  for (const [name, value] of Object.entries(raw)) {
    const column = name.toLowerCase();
    row.set(column, column === nested ? unpacked(folder, value) : plain(column, value));
  }
  return row;
}

const numberColumns: readonly string[] = [
  ...ownColumns,
  'priority',
  'create_time',
  'update_time',
  'job_duration_millis',
  'query_history_id_offset',
];

function plain(column: string, value: unknown): string | number | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean' || numberColumns.includes(column)) return Number(value);
  return typeof value === 'number' ? value : String(value);
}

function unpacked(folder: string, value: unknown): Uint8Array | null {
  if (value === null || value === undefined) return null;
  const content = value instanceof Uint8Array ? decodeContent(value) : Buffer.from(String(value));
  if (content !== undefined) return content;
  throw new MetadataError('broken', `the content of a row of ${folder} does not inflate`);
}

/**
 * Writes rows beside the metadata in the transaction of the session and says how many it changed. Rows that are equal stay as
 * they are, others go on counting versions. With `afterTruncate` those of the same table and project that are not among
 * `resources` are deleted. What the store has no table for is left out.
 */
export async function writeBeside(
  session: Session,
  resources: AsyncIterable<MetadataResource>,
  afterTruncate: boolean,
  signal: AbortSignal,
): Promise<number> {
  const kept = new Map<string, Group>();
  let changed = 0;
  for await (const { key, bytes } of resources) {
    const found = besideOf(key);
    const columns = session.tables.columns.get(found?.table.ending ?? '');
    if (found === undefined || columns === undefined) continue;
    const { table, project } = found;
    const row = decodeBeside(table, key, bytes, columns);
    changed += await put({ session, table, project, signal }, new Map([...row, ['project', project]]));
    const group = kept.get(`${table.folder}/${project}`) ?? { table, project, keys: [] };
    group.keys.push(String(row.get(table.key)));
    kept.set(`${table.folder}/${project}`, group);
  }
  if (!afterTruncate) return changed;
  for (const group of kept.values()) changed += await deleteOthers(session, group, signal);
  return changed;
}

type Group = Readonly<{ table: BesideTable; project: string; keys: string[] }>;
type Writing = Readonly<{ session: Session; table: BesideTable; project: string; signal: AbortSignal }>;

async function put({ session, table, project, signal }: Writing, row: BesideRow): Promise<number> {
  const { connection, tables } = session;
  const name = tables.nameOf(table.ending);
  const key = row.get(table.key) ?? null;
  const where = `project = ? AND ${table.key} = ?`;
  const locked = `SELECT * FROM ${name} WHERE ${where}${connection.dialect.lockRows}`;
  const [present] = await connection.rows(locked, [project, key], signal);
  const cells = [...row]
    .filter(([column]) => column !== 'id')
    .map(([column, value]) => cellOf(table, column, value));
  if (present === undefined) {
    const sql = `INSERT INTO ${name} (${cells.map(([column]) => column).join(', ')}) VALUES ?`;
    return connection.change(sql, [[cells.map(([, value]) => value)]], signal);
  }
  const before = plainRow(table, present);
  if (isSameBeside(encodeBeside(table, before), encodeBeside(table, row))) return 0;
  const set = cells.filter(([column]) => column !== 'mvcc');
  const version = row.has('mvcc') ? ', mvcc = COALESCE(mvcc, 0) + 1' : '';
  const sql = `UPDATE ${name} SET ${set.map(([column]) => `${column} = ?`).join(', ')}${version} WHERE ${where}`;
  return connection.change(sql, [...set.map(([, value]) => value), project, key], signal);
}

/** Jobs are packed as Kylin packs them; conditions of rules are not. */
function cellOf(
  { nested }: BesideTable,
  column: string,
  value: string | number | null | Uint8Array,
): readonly [string, string | number | null | Uint8Array] {
  const isPacked = column === nested && column === 'job_content' && value instanceof Uint8Array;
  return [column, isPacked ? encodeContent(value) : value];
}

async function deleteOthers(
  { connection, tables }: Session,
  { table, project, keys }: Group,
  signal: AbortSignal,
): Promise<number> {
  const sql = `DELETE FROM ${tables.nameOf(table.ending)} WHERE project = ? AND ${table.key} NOT IN (?)`;
  return connection.change(sql, [project, keys], signal);
}
