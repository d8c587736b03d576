import type { ColumnDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { constraintSql, isPhysical, uniqueKeys } from './keys.ts';
import { createPhysical } from './names.ts';
import { duckdbType } from './types.ts';

/**
 * CREATE TABLE of the DuckDB table that holds a table's rows: the columns with their types, and the keys that DuckDB
 * can hold. Defaults, NOT NULL, CHECK, generated columns and partitions are ours: `dml/` applies them to the rows
 * before they get here.
 */
export function physicalTableSql(physicalName: string, definition: TableDefinition): string {
  const columns = definition.columns.map((column) => physicalColumnSql(column));
  const constraints = uniqueKeys(definition)
    .filter((key) => key.parts.length > 0 && isPhysical(key))
    .map((key) => constraintSql(key));
  return `${createPhysical(physicalName)} (${[...columns, ...new Set(constraints)].join(', ')})`;
}

function physicalColumnSql(column: ColumnDefinition): string {
  return `${duckdbName(column.name)} ${duckdbType(column.type)}`;
}

/** True when two definitions have the same DuckDB table, so that a change of one into the other moves no rows. */
export function isSamePhysically(left: TableDefinition, right: TableDefinition): boolean {
  return physicalTableSql('t', left) === physicalTableSql('t', right);
}
