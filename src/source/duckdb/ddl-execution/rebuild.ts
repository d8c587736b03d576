import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { adjustNull, adjustValue, implicitDefault } from '../dml/bad-values.ts';
import { conversionSql, type SourceKind } from '../dml/conversion-sql.ts';
import { evaluate, evaluatedSource } from '../dml/evaluate.ts';
import { comparedSql, partSql, type UniqueKey, uniqueKeys } from '../physical/keys.ts';
import { columnIndex, physicalName, physicalObject } from '../physical/names.ts';
import { guardPredicate } from '../partitions/predicates.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import type { StatementScope } from '../statement/scope.ts';
import { isStrict } from '../translation/sql-mode.ts';
import { definitionShape } from '../translation/table-shape.ts';
import { translateExpression } from '../translation/translator.ts';
import { classOf, duckdbType, nullSql, isBinaryText } from '../physical/types.ts';
import type { Alteration } from './altered-definition.ts';

/**
 * Copies a table into its new form, streaming inside DuckDB, and puts it in the old one's place. Part of the
 * caller's transaction. Values that do not fit the new type fail as MySQL's strict mode does. Returns the rows.
 */
export async function rebuild(
  scope: StatementScope,
  table: StoredTable,
  alteration: Alteration,
): Promise<number> {
  const { definition } = alteration;
  const from = physicalName(table.database, table.name);
  const into = physicalName(table.database, `__holdfast_rebuild_${table.name}`);
  const sources: Source[] = [];
  for (const [index, column] of definition.columns.entries()) {
    sources.push(await sourceOf(scope, table.definition, column, alteration.origins[index]));
  }
  for (const source of sources) await refuseMisfits(scope, from, source);
  const kept = uniqueKeys(definition).filter((key) =>
    key.parts.every((part) => part.column.generated === undefined),
  );
  await scope.connection.run(physicalTableSql(into, definition));
  await refuseDoubles(scope, from, sources, kept, definition);
  const names = sources.map((source) => duckdbName(source.column.name)).join(', ');
  const values = sources.map((source) => source.value).join(', ');
  const rows = await scope.connection.run(
    `INSERT INTO ${into} (${names}) SELECT ${values} FROM ${from} ORDER BY rowid`,
  );
  await regenerate(scope, into, definition);
  await scope.connection.run(`DROP TABLE ${from}`);
  await scope.connection.run(`ALTER TABLE ${into} RENAME TO ${physicalObject(table.database, table.name)}`);
  return rows;
}

/** Two definitions of a table; `mayStrandRows` when the second's partitions may not take every row of the first's. */
export type DefinitionChange = Readonly<{
  before: TableDefinition;
  after: TableDefinition;
  mayStrandRows: boolean;
}>;

/** Refuses a new CHECK, NOT NULL or partitioning that rows already there do not obey. Part of the transaction. */
export async function checkExistingRows(
  scope: StatementScope,
  database: string,
  { before, after, mayStrandRows }: DefinitionChange,
): Promise<void> {
  const target = physicalName(database, before.name);
  const known = new Set(
    before.checks.filter((check) => check.enforced).map((check) => check.expression.text),
  );
  const shape = definitionShape(after);
  for (const check of after.checks) {
    if (!check.enforced || known.has(check.expression.text)) continue;
    const condition = translateExpression(
      scope.engine,
      scope.context,
      `(${check.expression.text}) IS FALSE`,
      shape,
    );
    if (!(await hasRows(scope, target, condition))) continue;
    throw new SqlError('check_violated', `Check constraint '${check.name}' is violated.`);
  }
  const guard = mayStrandRows ? guardPredicate(after, scope) : undefined;
  if (guard === undefined || !(await hasRows(scope, target, `(${guard}) IS NOT TRUE`))) return;
  throw new SqlError('no_partition_for_value', 'Table has no partition for value from column_list');
}

/** A column of the new table: SQL for its value over the old one. */
type Source = Readonly<{
  column: ColumnDefinition;
  value: string;
  /** The old value, where it is converted and so may not fit. */
  old?: string;
}>;

async function sourceOf(
  scope: StatementScope,
  before: TableDefinition,
  column: ColumnDefinition,
  origin: string | undefined,
): Promise<Source> {
  if (column.generated !== undefined) return { column, value: nullSql(column.type) };
  const old = before.columns[columnIndex(before, origin ?? '')];
  if (old !== undefined) {
    const source = duckdbName(old.name);
    if (JSON.stringify(old.type) === JSON.stringify(column.type))
      return { column, value: source, old: source };
    return { column, value: conversionSql(source, kindOf(old), column), old: source };
  }
  if (column.autoIncrement) {
    return { column, value: `CAST(row_number() OVER (ORDER BY rowid) AS ${duckdbType(column.type)})` };
  }
  const text = column.default?.text;
  const [value] = text === undefined ? [null] : await evaluate(scope, [text]);
  const filled = value ?? (column.nullable ? null : implicitDefault(column.type));
  const { source, kind } = evaluatedSource(filled);
  return { column, value: conversionSql(source, kind, column) };
}

function kindOf(column: ColumnDefinition): SourceKind {
  switch (classOf(column.type)) {
    case 'text':
    case 'set':
      return 'text';
    case 'binary':
      return 'bytes';
    case 'boolean':
      return 'boolean';
    case 'float':
      return 'double';
    case 'integer':
    case 'decimal':
    case 'year':
    case 'bit':
      return 'number';
    default:
      return 'other';
  }
}

/** The first value that the new type does not hold fails, named by its row. */
async function refuseMisfits(scope: StatementScope, from: string, source: Source): Promise<void> {
  if (source.old === undefined) return;
  const misfits =
    source.column.nullable || source.column.autoIncrement
      ? `${source.old} IS NOT NULL AND (${source.value}) IS NULL`
      : `(${source.value}) IS NULL`;
  const shown =
    classOf(source.column.type) === 'binary'
      ? `hex(encode(CAST(${source.old} AS VARCHAR)))`
      : `CAST(${source.old} AS VARCHAR)`;
  const found = await scope.connection.facts(
    `SELECT rowid, ${shown} FROM ${from} WHERE ${misfits} ORDER BY rowid LIMIT 1`,
  );
  const row = found[0];
  if (row === undefined) return;
  const mode = { isStrict: true };
  if (row[1] === null) throw adjustNull(source.column, mode);
  adjustValue(String(row[1]), source.column, Number(row[0]) + 1, mode);
  const strictly = isStrict(scope.sqlMode) ? '' : ' in this sql_mode';
  throw new SqlError(
    'truncated_value',
    `Incorrect value: '${String(row[1])}' for column '${source.column.name}'${strictly}`,
  );
}

/** DuckDB would name no key; MySQL names the key and the value. */
async function refuseDoubles(
  scope: StatementScope,
  from: string,
  sources: readonly Source[],
  keys: readonly UniqueKey[],
  definition: TableDefinition,
): Promise<void> {
  const columns = sources.map((source) => {
    const collation =
      isBinaryText(source.column.type) && classOf(source.column.type) === 'text' ? ' COLLATE "binary"' : '';
    return `(${source.value})${collation} AS ${duckdbName(source.column.name)}`;
  });
  for (const key of keys) {
    const parts = partSql(key, 'x');
    const found = await scope.connection.facts(
      `SELECT concat_ws('-', ${parts.map((part) => `CAST(any_value(${part}) AS VARCHAR)`).join(', ')}) ` +
        `FROM (SELECT ${columns.join(', ')} FROM ${from}) x ` +
        `WHERE ${parts.map((part) => `${part} IS NOT NULL`).join(' AND ')} ` +
        `GROUP BY ${comparedSql(key, 'x').join(', ')} HAVING count(*) > 1 LIMIT 1`,
    );
    if (found[0] === undefined) continue;
    throw new SqlError(
      'duplicate_entry',
      `Duplicate entry '${String(found[0][0])}' for key '${definition.name}.${key.name}'`,
    );
  }
}

async function regenerate(scope: StatementScope, target: string, definition: TableDefinition): Promise<void> {
  const shape = definitionShape(definition);
  for (const column of definition.columns) {
    if (column.generated === undefined) continue;
    const sql = translateExpression(scope.engine, scope.context, column.generated.expression.text, shape);
    await scope.connection.run(
      `UPDATE ${target} SET ${duckdbName(column.name)} = ${conversionSql(`(${sql})`, 'other', column)}`,
    );
  }
}

async function hasRows(scope: StatementScope, target: string, condition: string): Promise<boolean> {
  return (await scope.connection.facts(`SELECT 1 FROM ${target} WHERE ${condition} LIMIT 1`)).length > 0;
}
