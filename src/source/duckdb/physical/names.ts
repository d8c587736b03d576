import { SqlError } from '../../../base/sql-error.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';

/** MySQL's limit for names of databases, tables, columns and keys, in characters. */
const nameLengthMax = 64;

/**
 * The DuckDB schema of a database. The prefix keeps databases apart from DuckDB's own schemas (`main`, `temp`,
 * `information_schema`) and from our dictionary, whatever a user calls them.
 */
export function schemaOf(database: string): string {
  return `${schemaPrefix}${database}`;
}

export const schemaPrefix = 'db:';
/** Schema of the dictionary; no database's schema can have this name. */
export const dictionarySchema = '__holdfast';

/**
 * Where a temporary table lives. The place stands for its database in `StoredTable`, in locks and in counters: so what
 * works on tables by database and name works on temporary ones, too, and never meets a table that they hide. It
 * belongs to one table of one session; no database has such a name, for a name has no NUL.
 */
export function temporaryPlace(database: string, ordinal: number): string {
  return `${database}\0${ordinal}`;
}

export function isTemporaryPlace(database: string): boolean {
  return database.includes('\0');
}

/** The database that users know: that of a place, and any other as it is. */
export function shownDatabase(database: string): string {
  return database.split('\0', 1)[0] ?? '';
}

/** DuckDB's names of a table or view from the outermost: temporary tables lie in the connection's own schema. */
export function physicalPath(database: string, object: string): readonly string[] {
  const [, ordinal] = database.split('\0', 2);
  if (ordinal === undefined) return [schemaOf(database), object];
  return [...temporarySchema, `__holdfast_temporary_${ordinal}_${object}`];
}

const temporarySchema: readonly string[] = ['temp', 'main'];

/** The DuckDB name of a table or view, ready for use in a statement. */
export function physicalName(database: string, object: string): string {
  return pathSql(physicalPath(database, object));
}

/** The last part of `physicalName`, for ALTER TABLE … RENAME TO. */
export function physicalObject(database: string, object: string): string {
  return duckdbName(physicalPath(database, object).at(-1) ?? '');
}

/** CREATE TABLE in DuckDB's words, up to the name. */
export function createPhysical(physicalName: string): string {
  const isTemporary = physicalName.startsWith(`${pathSql(temporarySchema)}.`);
  return `CREATE ${isTemporary ? 'TEMPORARY ' : ''}TABLE ${physicalName}`;
}

function pathSql(path: readonly string[]): string {
  return path.map((part) => duckdbName(part)).join('.');
}

/** A table or view as a statement names it. */
export type ObjectReference = Readonly<{ database?: string | undefined; name: string }>;

/** The form in which names are compared: database, table and column names ignore case (decision 0010). */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

export function sameName(left: string, right: string): boolean {
  return left === right || nameKey(left) === nameKey(right);
}

/** The place of the column of this name in the definition, -1 where there is none. */
export function columnIndex(definition: TableDefinition, name: string): number {
  return definition.columns.findIndex((column) => sameName(column.name, name));
}

/** Refuses what MySQL refuses as a name: empty, too long, ending with a blank, with NUL. */
export function checkName(
  name: string,
  kind: 'bad_database_name' | 'bad_table_name' | 'unknown_column',
): void {
  const isWrong =
    name === '' || [...name].length > nameLengthMax || name.endsWith(' ') || name.includes('\0');
  if (!isWrong) return;
  const what = { bad_database_name: 'database', bad_table_name: 'table', unknown_column: 'column' }[kind];
  throw new SqlError(kind, `Incorrect ${what} name '${name}'`);
}
