import { SqlError, type SqlErrorKind } from '../../../base/sql-error.ts';
import type { CheckDefinition, ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { quoteName } from '../../../sql/quote.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import type { PartitionTranslator } from '../partitions/keys.ts';
import { shownDatabase } from '../physical/names.ts';
import { guardPredicate, partitionPredicates, partitionValueSql } from '../partitions/predicates.ts';
import { addWarning } from '../../warnings.ts';
import { refuseNoted } from '../connection/notes.ts';
import type { StatementScope } from '../statement/scope.ts';
import { definitionShape } from '../translation/table-shape.ts';
import { translateSelect } from '../translation/translator.ts';
import { contextOfDefinitions } from '../translation/contexts.ts';
import type { Substitute } from '../translation/substitute.ts';
import { nullSql } from '../physical/types.ts';
import { adjustNull, adjustValue } from './bad-values.ts';
import { conversionSql, type SourceKind } from './conversion-sql.ts';
import { sourceKinds } from './evaluate.ts';
import { rowNumber } from './staging.ts';

/** Refuses, or with IGNORE takes out with a warning, rows that a constraint of the table does not admit. */
export async function checkRows(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  options: Readonly<{ ignore: boolean; partitions?: readonly string[] | undefined }>,
): Promise<void> {
  const enforced = table.definition.checks.filter((check) => check.enforced);
  if (enforced.length > 0) await checkConstraints(scope, table, rows, { ignore: options.ignore, enforced });
  const translate = partitionTranslator(scope);
  const guard = guardPredicate(table.definition, translate);
  if (guard !== undefined) {
    await refuse(scope, rows, `(${guard}) IS NOT TRUE`, options.ignore, {
      kind: 'no_partition_for_value',
      number: 1526,
      message: 'Table has no partition for value from column_list',
      value: partitionValueSql(table.definition, translate),
    });
  }
  if (options.partitions === undefined) return;
  const predicate = partitionPredicates(table.definition, translate);
  const wanted = options.partitions.map((name) => `(${predicate(name)})`);
  await refuse(scope, rows, `(${wanted.join(' OR ')}) IS NOT TRUE`, options.ignore, {
    kind: 'no_partition_for_value',
    number: 1748,
    message: 'Found a row not matching the given partition set',
  });
}

/**
 * Computes the generated columns of the staged rows, and those that have a DEFAULT which reads the row: `defaulted`. Both kinds,
 * VIRTUAL and STORED, are kept with the row. Each sees those before it.
 */
export async function computeColumns(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  defaulted: ReadonlySet<ColumnDefinition> = new Set(),
): Promise<void> {
  for (const column of table.definition.columns) {
    const expression = defaulted.has(column) ? column.default?.text : column.generated?.expression.text;
    if (expression === undefined) continue;
    const { sql } = selectOverRows(scope, table, rows, [expression]);
    const kind = (await sourceKinds(scope, sql))[1] ?? 'other';
    if (defaulted.has(column)) await refuseMisfit(scope, column, sql, kind);
    await scope.connection.run(
      `UPDATE ${rows} SET ${duckdbName(column.name)} = q.value FROM ` +
        `(SELECT n, ${conversionSql('v', kind, column)} AS value FROM (${sql}) AS s(n, v)) q ` +
        `WHERE q.n = ${rows}.${rowNumber}`,
    );
  }
  refuseNoted(scope.notes);
}

/** A default that its column does not hold is an error in every mode. */
async function refuseMisfit(
  scope: StatementScope,
  column: ColumnDefinition,
  sql: string,
  kind: SourceKind,
): Promise<void> {
  const shown = kind === 'bytes' ? 'hex(v)' : 'CAST(v AS VARCHAR)';
  const isMissing = column.nullable ? 'v IS NOT NULL' : 'true';
  const [found] = await scope.connection.facts(
    `SELECT n, ${shown} FROM (${sql}) AS s(n, v) WHERE ${isMissing} AND (${conversionSql('v', kind, column)}) IS NULL ` +
      'ORDER BY n LIMIT 1',
  );
  if (found === undefined) return;
  const [row, value = null] = found;
  const mode = { isStrict: true };
  if (value === null) adjustNull(column, mode);
  else adjustValue(String(value), column, Number(row) + 1, mode);
  throw new SqlError('incorrect_value', `Incorrect value: '${String(value)}' for column '${column.name}'`);
}

export function generatedPlaceholder(column: ColumnDefinition): string {
  return nullSql(column.type);
}

/** The staged rows under the table's own name, for expressions over its columns. */
export function rowsSubstitute(table: StoredTable, rows: string): Substitute {
  const shape = definitionShape(table.definition);
  const columns = [...shape.columns, { name: '__n', type: 'BIGINT' }];
  return {
    database: shownDatabase(table.database),
    name: table.name,
    sql: rows,
    shape: { ...shape, columns },
  };
}

/** How the partition file asks for MySQL expressions in DuckDB's words. */
function partitionTranslator(scope: StatementScope): PartitionTranslator {
  return { engine: scope.engine, context: scope.context };
}

function selectOverRows(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  expressions: readonly string[],
): Readonly<{ sql: string }> {
  const items = ['`__n`', ...expressions.map((text) => `(${text})`)].map(
    (text, index) => `${text} AS c${index}`,
  );
  const from = `${quoteName(shownDatabase(table.database))}.${quoteName(table.name)}`;
  const context = contextOfDefinitions(scope.context);
  return translateSelect(scope.engine, context, `SELECT ${items.join(', ')} FROM ${from}`, {
    substitutes: [rowsSubstitute(table, rows)],
  });
}

async function checkConstraints(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  options: Readonly<{ ignore: boolean; enforced: readonly CheckDefinition[] }>,
): Promise<void> {
  const expressions = options.enforced.map((check) => `(${check.expression.text}) IS FALSE`);
  const { sql } = selectOverRows(scope, table, rows, expressions);
  const names = ['n', ...expressions.map((_, index) => `f${index}`)];
  for (const [index, check] of options.enforced.entries()) {
    const failing = `${rowNumber} IN (SELECT n FROM (${sql}) AS s(${names.join(', ')}) WHERE f${index})`;
    await refuse(scope, rows, failing, options.ignore, {
      kind: 'check_violated',
      number: 3819,
      message: `Check constraint '${check.name}' is violated.`,
    });
  }
}

type Refusal = Readonly<{
  kind: SqlErrorKind;
  number: number;
  message: string;
  /** SQL of the value that has no partition, where MySQL names it in place of `from column_list`. */
  value?: string | undefined;
}>;

/** Refuses rows, or with `ignore` takes them out with a warning; returns how many. */
export async function refuse(
  scope: StatementScope,
  rows: string,
  predicate: string,
  ignore: boolean,
  refusal: Refusal,
): Promise<number> {
  const count = Number(await scope.connection.fact(`SELECT count(*) FROM ${rows} WHERE ${predicate}`));
  if (count === 0) return 0;
  const message = await refusalMessage(scope, rows, predicate, refusal);
  if (!ignore) throw new SqlError(refusal.kind, message);
  await scope.connection.run(`DELETE FROM ${rows} WHERE ${predicate}`);
  addWarning(scope.warnings, { level: 'Warning', number: refusal.number, message });
  return count;
}

async function refusalMessage(
  scope: StatementScope,
  rows: string,
  predicate: string,
  refusal: Refusal,
): Promise<string> {
  if (refusal.value === undefined) return refusal.message;
  const value = await scope.connection.fact(
    `SELECT CAST(${refusal.value} AS VARCHAR) FROM ${rows} WHERE ${predicate} ORDER BY ${rowNumber} LIMIT 1`,
  );
  return refusal.message.replace('from column_list', String(value ?? 'NULL'));
}
