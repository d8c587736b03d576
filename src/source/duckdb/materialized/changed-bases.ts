import { present } from '../../../base/assert.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { Connection } from '../connection/connection.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { StoredMaterializedView, StoredTable } from '../dictionary/stored-object.ts';
import { sameName } from '../physical/names.ts';
import { duckdbType } from '../physical/types.ts';
import { baseNamed } from '../dictionary/view-dependents.ts';
import { markAll, markPartitions } from '../dictionary/stale-marks.ts';

/** The transaction that changes a base, and who reads it. */
type Changing = Readonly<{
  connection: Connection;
  engine: Readonly<{ dictionary: Pick<Dictionary, 'materializedViewsOn'> }>;
}>;

/** Marks the views that read `base` for its changed rows: `rows` is what stands behind FROM and has its columns. */
export async function markRows(scope: Changing, base: StoredTable, rows: string): Promise<void> {
  for (const view of scope.engine.dictionary.materializedViewsOn(base.database, base.name)) {
    const expression = valueOfRow(view, base);
    if (expression === undefined) await markAll(scope.connection, view);
    else {
      await markPartitions(scope.connection, view, `(SELECT DISTINCT ${expression} AS value FROM ${rows})`);
    }
  }
}

/** Marks the views that read `base` for anything at all in it. */
export async function markTable(scope: Changing, base: StoredTable): Promise<void> {
  for (const view of scope.engine.dictionary.materializedViewsOn(base.database, base.name)) {
    await markAll(scope.connection, view);
  }
}

/**
 * The value of a view's partition column as text, NULL for NULL: equal for a row of the view and for the base rows
 * that make it. `column` is DuckDB's text of the column.
 */
export function partitionValue(view: StoredMaterializedView, column: string): string {
  const unit = view.definition.partitionBy?.unit;
  if (unit === undefined) return `CAST(${column} AS VARCHAR)`;
  return `CAST(date_trunc('${unit}', CAST(${column} AS TIMESTAMP)) AS VARCHAR)`;
}

/** Undefined where the rows of `base` do not tell which partitions of the view they belong to. */
function valueOfRow(view: StoredMaterializedView, base: StoredTable): string | undefined {
  const { origin } = view.definition;
  if (origin === undefined || baseNamed(view.definition, base.database, base.name) === undefined) {
    return undefined;
  }
  const isOrigin = sameName(origin.database, base.database) && sameName(origin.table, base.name);
  if (!isOrigin) return undefined;
  const column = duckdbName(origin.column);
  if (origin.unit === undefined) return partitionValue(view, column);
  return partitionValue(
    view,
    `CAST(date_trunc('${origin.unit}', CAST(${column} AS TIMESTAMP)) AS ${typeOf(view)})`,
  );
}

/** DuckDB's type of the view's partition column. */
function typeOf({ definition }: StoredMaterializedView): string {
  const name = definition.partitionBy?.column ?? '';
  const column = definition.table.columns.find((each) => sameName(each.name, name));
  return duckdbType(present(column, 'the partition column').type);
}
