import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { appendCounter } from '../dictionary/counters.ts';
import { markRows } from '../materialized/changed-bases.ts';
import { physicalName } from '../physical/names.ts';
import { clusterSql } from '../partitions/predicates.ts';
import type { StatementScope } from '../statement/scope.ts';
import { noteInserted } from './insert-ids.ts';
import type { ReadyInsert } from './ready-insert.ts';
import { newRows, rowNumber } from './staging.ts';

/** DuckDB's row group: fewer rows share one whatever their order. */
const rowGroupRows = 122_880;

/** Inserts the staged rows; the counter goes with them. Part of the caller's transaction. */
export async function insertStaged(scope: StatementScope, ready: ReadyInsert, where = ''): Promise<number> {
  const { table, counterOf, generated } = ready;
  // Rows of one partition lie together, so that reading or dropping it passes over the others' row groups.
  const clusters = ready.count >= rowGroupRows ? clusterSql(table.definition, scope) : [];
  const order = [...clusters, rowNumber];
  const names = table.definition.columns.map((column) => duckdbName(column.name)).join(', ');
  if (generated.next !== undefined) {
    await appendCounter(scope.connection, table.database, counterOf, generated.next);
  }
  await markRows(scope, table, `${newRows} ${where}`);
  await noteInserted(scope, ready, where);
  await scope.savepoints.adding(scope.connection, table);
  return scope.connection.run(
    `INSERT INTO ${physicalName(table.database, table.name)} (${names}) ` +
      `SELECT ${names} FROM ${newRows} ${where} ORDER BY ${order.join(', ')}`,
  );
}
