import { isObject, type JsonObject, parseObject } from './json-content.ts';
import { MetadataError } from './metadata-error.ts';

/**
 * A table that Kylin 5.0 keeps beside its metadata and puts into its backups, as `<folder>/<project>/<name>.json` beside
 * `core_meta`: one line each, with the columns in camel case.
 */
export type BesideTable = Readonly<{
  folder: string;
  /** Of the table's name, behind the identifier of the store. */
  ending: string;
  /** The column that tells the rows of a project apart. */
  key: string;
  nameOf: (row: BesideRow) => string;
  /** Columns whose properties are called otherwise. */
  renamed: Readonly<Record<string, string>>;
  /** The column with JSON in it, which stands as JSON in the file. */
  nested?: string;
}>;

/** Columns and their values; `nested` is its bytes, unpacked. */
export type BesideRow = ReadonlyMap<string, string | number | null | Uint8Array>;

export const besideTables: readonly BesideTable[] = [
  {
    folder: 'job_info',
    ending: '_job_info_v2',
    key: 'job_id',
    nameOf: (row) => String(row.get('job_id')),
    renamed: { job_content: 'jobContentJson' },
    nested: 'job_content',
  },
  {
    folder: 'favorite_rule',
    ending: '_favorite_rule',
    key: 'name',
    nameOf: (row) => String(row.get('id')),
    renamed: {},
    nested: 'conds',
  },
  {
    folder: 'query_history_id_offset',
    ending: '_query_history_offset',
    key: 'type',
    nameOf: (row) => `${row.get('id')}_${row.get('type')}`,
    renamed: { query_history_id_offset: 'offset' },
  },
];

/** Columns that belong to one table, or count its changes: no two stores have them alike. */
export const ownColumns: readonly string[] = ['id', 'mvcc'];
/** A boolean of JSON, and 0 or 1 in the table. */
const booleanColumn = 'enabled';

/** The file of a row: one line, as Kylin reads it. Throws MetadataError `broken` for nested content that is no JSON. */
export function encodeBeside(table: BesideTable, row: BesideRow): Uint8Array {
  const properties = [...row].map(([column, value]) => [
    propertyOf(table, column),
    column === table.nested ? parseNested(table, row, value) : column === booleanColumn ? value === 1 : value,
  ]);
  return Buffer.from(JSON.stringify(Object.fromEntries(properties)));
}

/** The row of a file, with those of `columns` that it tells. Throws MetadataError `broken`. */
export function decodeBeside(
  table: BesideTable,
  key: string,
  bytes: Uint8Array,
  columns: Iterable<string>,
): BesideRow {
  const content = parseObject(bytes);
  if (content === undefined) throw new MetadataError('broken', `'${key}' is no JSON object`);
  const row = new Map<string, string | number | null | Uint8Array>();
  for (const column of columns) {
    const property = propertyOf(table, column);
    if (property in content) row.set(column, valueOf(table, column, content, property));
  }
  if (!row.has(table.key)) throw new MetadataError('broken', `'${key}' does not say its ${table.key}`);
  return row;
}

function valueOf(
  { nested }: BesideTable,
  column: string,
  content: JsonObject,
  property: string,
): string | number | null | Uint8Array {
  const value = content[property];
  if (column === nested) return Buffer.from(JSON.stringify(value ?? null));
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function propertyOf({ renamed }: BesideTable, column: string): string {
  return renamed[column] ?? column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function parseNested(
  { folder, nameOf, nested }: BesideTable,
  row: BesideRow,
  value: string | number | null | Uint8Array,
): unknown {
  if (value === null) return null;
  const bytes = typeof value === 'object' ? value : Buffer.from(String(value));
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as unknown;
  } catch (error) {
    const text = `the ${nested} of '${folder}/${nameOf(row)}' is no JSON`;
    throw new MetadataError('broken', text, { cause: error });
  }
}

/** The table and the project that a key `<folder>/<project>/<name>` says. */
export function besideOf(key: string): Readonly<{ table: BesideTable; project: string }> | undefined {
  const [folder, project, name, more] = key.split('/');
  const table = besideTables.find((one) => one.folder === folder);
  if (table === undefined || project === undefined || name === undefined || more !== undefined)
    return undefined;
  return { table, project };
}

/** True when two files say the same but for what no two stores have alike. */
export function isSameBeside(one: Uint8Array, other: Uint8Array): boolean {
  return comparable(one) === comparable(other);
}

function comparable(bytes: Uint8Array): string {
  const content: JsonObject = parseObject(bytes) ?? {};
  const kept = Object.entries(content).filter(([name]) => !ownColumns.includes(name));
  return JSON.stringify(sorted(Object.fromEntries(kept)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]));
}
