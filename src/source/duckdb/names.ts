import { SqlError } from '../../base/sql-error.ts';
import { duckdbName } from '../../sql/duckdb-quote.ts';

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

/** The DuckDB name of a table or view, ready for use in a statement. */
export function physicalName(database: string, object: string): string {
  return `${duckdbName(schemaOf(database))}.${duckdbName(object)}`;
}

/** The form in which names are compared: database, table and column names ignore case (decision 0010). */
export function nameKey(name: string): string {
  return name.toLowerCase();
}

export function sameName(left: string, right: string): boolean {
  return left === right || nameKey(left) === nameKey(right);
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
