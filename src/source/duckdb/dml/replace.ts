import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StoredTable } from '../dictionary.ts';
import { type UniqueKey, uniqueKeys } from '../keys.ts';
import { markRows } from '../materialized/stale.ts';
import { physicalName } from '../names.ts';
import type { StatementScope } from '../statement-scope.ts';
import { sameKey } from './duplicates.ts';
import { insertStaged, type ReadyInsert } from './staged-insert.ts';
import { newRows, rowNumber } from './staging.ts';
import { inOneTransaction } from './transaction.ts';

/**
 * REPLACE: rows with the same key go, in the table and earlier in the statement; then the new ones come. Returns
 * the affected rows as MySQL counts them: one per row given, one per row that went.
 */
export async function replaceRows(
  scope: StatementScope,
  ready: ReadyInsert,
  keys: readonly UniqueKey[],
): Promise<number> {
  let overtaken = 0;
  for (const key of keys) {
    overtaken += await scope.connection.run(
      `DELETE FROM ${newRows} WHERE ${rowNumber} IN (SELECT x.${rowNumber} FROM ${newRows} x ` +
        `JOIN ${newRows} y ON y.${rowNumber} > x.${rowNumber} AND ${sameKey(key, 'x', 'y')})`,
    );
  }
  return inOneTransaction(scope, async () => {
    const deleted = await deleteTaken(scope, ready.table, keys);
    await insertStaged(scope, ready);
    return ready.count + overtaken + deleted;
  });
}

/**
 * INSERT into an AGGREGATE KEY table: rows of one key become one, each value column by its own aggregate, together
 * with the row that is there already.
 */
export async function mergeRows(scope: StatementScope, ready: ReadyInsert): Promise<number> {
  const { definition } = ready.table;
  const key = uniqueKeys(definition)[0] as UniqueKey;
  const target = physicalName(ready.table.database, ready.table.name);
  const names = definition.columns.map((column) => duckdbName(column.name));
  const isKey = (name: string): boolean => key.parts.some((part) => duckdbName(part.column.name) === name);
  const merged = definition.columns.map((column, index) => {
    const name = names[index] as string;
    return isKey(name) ? name : `${aggregateSql(column.aggregate, name)} AS ${name}`;
  });
  const keys = key.parts.map((part) => duckdbName(part.column.name)).join(', ');
  await scope.connection.run(
    `CREATE OR REPLACE TEMP TABLE __holdfast_merged AS SELECT min(n) AS ${rowNumber}, ${merged.join(', ')} FROM (` +
      `SELECT ${rowNumber} AS n, ${names.join(', ')} FROM ${newRows} UNION ALL ` +
      `SELECT -1 AS n, ${names.map((name) => `t.${name}`).join(', ')} FROM ${target} t ` +
      `WHERE EXISTS (FROM ${newRows} x WHERE ${sameKey(key, 'x', 't')})) GROUP BY ${keys}`,
  );
  await scope.connection.run(`CREATE OR REPLACE TEMP TABLE ${newRows} AS FROM __holdfast_merged`);
  return inOneTransaction(scope, async () => {
    await deleteTaken(scope, ready.table, [key]);
    await insertStaged(scope, ready);
    return ready.count;
  });
}

async function deleteTaken(
  scope: StatementScope,
  table: StoredTable,
  keys: readonly UniqueKey[],
): Promise<number> {
  const target = physicalName(table.database, table.name);
  let deleted = 0;
  for (const key of keys) {
    const taken = `${target} AS t WHERE EXISTS (FROM ${newRows} x WHERE ${sameKey(key, 'x', 't')})`;
    await markRows(scope, table, taken);
    deleted += await scope.connection.run(`DELETE FROM ${taken}`);
  }
  return deleted;
}

/** REPLACE keeps the newest value; it is also what a value column without aggregate does. */
function aggregateSql(aggregate: string | undefined, name: string): string {
  switch (aggregate?.toUpperCase()) {
    case 'SUM':
      return `sum(${name})`;
    case 'MIN':
      return `min(${name})`;
    case 'MAX':
      return `max(${name})`;
    case 'REPLACE_IF_NOT_NULL':
      return `arg_max(${name}, n) FILTER (WHERE ${name} IS NOT NULL)`;
    default:
      return `arg_max_null(${name}, n)`;
  }
}
