import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { exactSql, replacingModel, sameKey, type UniqueKey, uniqueKeys } from '../physical/keys.ts';
import { physicalName } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { deleteTaken } from './replace.ts';
import { insertStaged } from './staged-insert.ts';
import type { ReadyInsert } from './ready-insert.ts';
import { newRows, rowNumber } from './staging.ts';
import { inOneTransaction } from './transaction.ts';

const mergedRows = '__holdfast_merged';

/**
 * INSERT into a table of StarRocks' AGGREGATE, UNIQUE or PRIMARY KEY model: the rows of one key become one, in their
 * order and on top of the row that is there already. What is stored is the merged state, which is what every reader and
 * every backup sees. `given` are the columns that the statement names: on a PRIMARY KEY table the others keep what they
 * have (StarRocks' partial update, `enable_insert_partial_update`).
 */
export async function mergeRows(
  scope: StatementScope,
  ready: ReadyInsert,
  given: ReadonlySet<ColumnDefinition>,
): Promise<number> {
  const { definition } = ready.table;
  const [key, ...others] = uniqueKeys(definition) as [UniqueKey, ...UniqueKey[]];
  const isKey = (column: ColumnDefinition): boolean => key.parts.some((part) => part.column === column);
  const kept = keptColumns(scope, ready.table, given);
  const merged = definition.columns.map((column) => {
    const name = duckdbName(column.name);
    return isKey(column) ? `any_value(${name}) AS ${name}` : `${mergedSql(ready, column, kept)} AS ${name}`;
  });
  const groups = key.parts.map(({ column }) => exactSql(duckdbName(column.name), column)).join(', ');
  await scope.connection.run(
    `CREATE OR REPLACE TEMP TABLE ${mergedRows} AS SELECT max(${rowNumber}) AS ${rowNumber}, ${merged.join(', ')} ` +
      `FROM (${rowsOfKeys(ready, key)}) GROUP BY ${groups}`,
  );
  await scope.connection.run(`CREATE OR REPLACE TEMP TABLE ${newRows} AS FROM ${mergedRows}`);
  await checkKept(scope, kept);
  return inOneTransaction(scope, async () => {
    await deleteTaken(scope, ready.table, [key, ...others]);
    await insertStaged(scope, ready);
    return ready.count;
  });
}

/** Refuses what StarRocks has no such statement for, on the models in which it would bypass the merge. */
export function checkMergingInsert({ table, tail }: Pick<ReadyInsert, 'table' | 'tail'>): void {
  const model = replacingModel(table.definition);
  if (tail.onDuplicate.length === 0 || model === undefined || model === 'PRIMARY') return;
  throw new SqlError('not_supported', `INSERT … ON DUPLICATE KEY UPDATE on a table with ${model} KEY`, {
    hint: 'Rows of the same key are merged by every INSERT.',
  });
}

/** The staged rows, and as row -1 of its key what is stored. */
function rowsOfKeys({ table }: ReadyInsert, key: UniqueKey): string {
  const names = table.definition.columns.map((column) => duckdbName(column.name));
  const target = physicalName(table.database, table.name);
  return (
    `SELECT ${rowNumber}, ${names.join(', ')} FROM ${newRows} UNION ALL ` +
    `SELECT -1, ${names.map((name) => `t.${name}`).join(', ')} FROM ${target} t ` +
    `WHERE EXISTS (FROM ${newRows} x WHERE ${sameKey(key, 'x', 't')})`
  );
}

/**
 * The columns of a PRIMARY KEY table that an INSERT naming others leaves as they are; none for other tables, and when
 * the session has switched it off: then the defaults take their places.
 */
export function keptColumns(
  scope: StatementScope,
  { definition }: StoredTable,
  given: ReadonlySet<ColumnDefinition>,
): ReadonlySet<ColumnDefinition> {
  const setting = String(scope.context.variable('enable_insert_partial_update') ?? 'ON');
  if (/^(?:0|off|false)$/i.test(setting) || replacingModel(definition) !== 'PRIMARY') return new Set();
  return new Set(definition.columns.filter((column) => !given.has(column) && column.generated === undefined));
}

/** A new row has to get a value for each column from somewhere. */
async function checkKept(scope: StatementScope, kept: ReadonlySet<ColumnDefinition>): Promise<void> {
  for (const column of kept) {
    if (column.nullable || column.default !== undefined) continue;
    const isMissing = `${duckdbName(column.name)} IS NULL`;
    const missing = await scope.connection.fact(`SELECT count(*) FROM ${newRows} WHERE ${isMissing}`);
    if (Number(missing) === 0) continue;
    throw new SqlError('no_default', `Field '${column.name}' doesn't have a default value`);
  }
}

function mergedSql(
  { table }: ReadyInsert,
  column: ColumnDefinition,
  kept: ReadonlySet<ColumnDefinition>,
): string {
  const name = duckdbName(column.name);
  if (kept.has(column)) return `arg_min_null(${name}, ${rowNumber})`;
  const aggregate = replacingModel(table.definition) === 'AGGREGATE' ? column.aggregate : 'REPLACE';
  switch (aggregate) {
    case 'SUM':
      return `sum(${name})`;
    case 'MIN':
      return `min(${exactSql(name, column)})`;
    case 'MAX':
      return `max(${exactSql(name, column)})`;
    case 'REPLACE_IF_NOT_NULL':
      return `arg_max(${name}, ${rowNumber}) FILTER (WHERE ${name} IS NOT NULL)`;
    case 'REPLACE':
    case undefined:
      return `arg_max_null(${name}, ${rowNumber})`;
    default:
      throw new SqlError('not_supported', `the aggregate ${aggregate} of column '${column.name}'`);
  }
}
