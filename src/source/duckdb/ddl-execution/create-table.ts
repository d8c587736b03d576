import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { withForeignKeyIndexes } from '../../../sql/ddl/foreign-key-index.ts';
import type { CreateTableStatement } from '../../../sql/ddl/statement.ts';
import { replaceCounter } from '../dictionary/counters.ts';
import { derivedColumns, definedBy } from '../select/derived-columns.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { loadTables } from '../dml/evaluate.ts';
import { insertSelect } from '../dml/insert.ts';
import { columnIndex, physicalName, sameName } from '../physical/names.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import type { StatementScope } from '../statement/scope.ts';
import { translateSelect } from '../translation/translator.ts';
import { checkForeignKeys, settledForeignKeys } from './foreign-keys/definitions.ts';
import { checkDefinition, completed } from './check-definition.ts';
import { withScheduled } from './scheduled-partitions.ts';
import { databaseNamed, defining, isFree, tableNamed, withInherited } from './definition-scope.ts';

/** Runs CREATE TABLE; with AS SELECT it returns the number of rows. */
export async function createTable(scope: StatementScope, statement: CreateTableStatement): Promise<number> {
  const database = databaseNamed(scope, statement.name);
  const { name } = statement.name;
  if (!isFree(scope, database, name, statement.ifNotExists)) return 0;
  const inherited = scope.engine.dictionary.database(database)?.collation;
  const given = settledForeignKeys(scope, database, { ...(await definitionOf(scope, statement)), name });
  if (statement.asSelect !== undefined && given.foreignKeys.length > 0) throw foreignKeyOfSelect();
  const settled = withForeignKeyIndexes(given);
  const written = completed(settled, inherited);
  const definition = withScheduled(written, scope.engine.clock.now());
  await checkDefinition(scope, definition);
  const now = scope.engine.clock.now();
  const after = { kind: 'TABLE', database, name, definition, createdAt: now, updatedAt: now } as const;
  checkForeignKeys(scope, { before: undefined, after });
  const rows = await defining(scope, async (change) => {
    const table = await makeTable(scope, change, database, definition);
    if (statement.asSelect === undefined) return 0;
    return insertSelect(scope, change, table, await selectedColumns(scope, statement, table), statement);
  });
  const { autoIncrement } = definition.options;
  if (autoIncrement !== undefined) scope.engine.counters.set(database, name, autoIncrement);
  return rows;
}

/** MySQL's 3978. */
function foreignKeyOfSelect(): SqlError {
  return new SqlError(
    'foreign_key_of_select',
    'Foreign key creation is not allowed with CREATE TABLE as SELECT and CREATE TABLE with START TRANSACTION statement.',
  );
}

/** Makes an empty table. Part of the caller's transaction. */
async function makeTable(
  scope: StatementScope,
  change: DictionaryChange,
  database: string,
  definition: TableDefinition,
): Promise<StoredTable> {
  const { name } = definition;
  await scope.connection.run(physicalTableSql(physicalName(database, name), definition));
  const { autoIncrement } = definition.options;
  if (autoIncrement !== undefined) await replaceCounter(scope.connection, database, name, autoIncrement);
  // The counter has a place of its own; the option says only where it began.
  const { autoIncrement: _begin, ...options } = definition.options;
  const kept = { ...definition, options };
  await change.putObject({ kind: 'TABLE', database, name, definition: kept });
  const now = scope.engine.clock.now();
  return { kind: 'TABLE', database, name, definition: kept, createdAt: now, updatedAt: now };
}

/** As it is written, or as LIKE and AS SELECT have it. */
export async function definitionOf(
  scope: StatementScope,
  statement: CreateTableStatement,
): Promise<TableDefinition> {
  if (statement.like !== undefined) {
    // LIKE copies columns and keys, not foreign keys (manual, CREATE TABLE ... LIKE).
    return { ...tableNamed(scope, statement.like).definition, foreignKeys: [] };
  }
  const definition = withInherited(scope, statement.definition, {
    database: databaseNamed(scope, statement.name),
    engineVariable: statement.temporary ? 'default_tmp_storage_engine' : 'default_storage_engine',
  });
  if (statement.asSelect === undefined) return definition;
  const selected = await columnsOfSelect(scope, statement.asSelect.text);
  const isSelected = ({ name }: ColumnDefinition): boolean =>
    selected.some((column) => sameName(column.name, name));
  // Those that the SELECT does not fill stand before it (manual, CREATE TABLE ... SELECT).
  const first = definition.columns.filter((column) => !isSelected(column));
  const others = selected.map((column) => definition.columns[columnIndex(definition, column.name)] ?? column);
  return { ...definition, columns: [...first, ...others] };
}

/** The columns of the new table that the SELECT fills, in the order it gives them. */
export async function selectedColumns(
  scope: StatementScope,
  statement: CreateTableStatement,
  table: StoredTable,
): Promise<readonly ColumnDefinition[]> {
  const selected = await columnsOfSelect(scope, statement.asSelect?.text ?? '');
  return selected.map(
    (column) => table.definition.columns[columnIndex(table.definition, column.name)] ?? column,
  );
}

async function columnsOfSelect(scope: StatementScope, text: string): Promise<readonly ColumnDefinition[]> {
  const translated = translateSelect(scope.engine, scope.context, text);
  await loadTables(scope, translated);
  const derived = derivedColumns(scope, text);
  const prepared = await scope.connection.prepare(translated.sql);
  try {
    const count = prepared.columnCount;
    return Array.from({ length: count }, (_, index) => ({
      name: translated.columnNames?.[index] ?? prepared.columnName(index),
      ...definedBy(derived?.length === count ? derived[index] : undefined, prepared.columnType(index)),
      autoIncrement: false,
      isKey: false,
      invisible: false,
    }));
  } finally {
    prepared.destroySync();
  }
}
