import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, KeyDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { checkModel } from '../../../sql/ddl/check/model.ts';
import { checkName, columnIndex, nameKey, sameName } from '../physical/names.ts';
import { checkPartitions } from '../../../sql/ddl/check/partitioning.ts';
import { settleBounds } from '../../../sql/ddl/settle-bounds.ts';
import { isStarRocksTable } from '../../../sql/ddl/settle.ts';
import { bordersSql, distinctValuesSql } from '../partitions/borders.ts';
import { partitionKeys } from '../partitions/keys.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { TableShape } from '../../../sql/rewrite/context.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { definitionShape } from '../translation/table-shape.ts';
import { translateExpression } from '../translation/translator.ts';
import { classOf, isBinaryText } from '../physical/types.ts';
import { checkRowDefaults } from '../physical/row-defaults.ts';
import { physicalTableSql } from '../physical/physical-table.ts';

/** MySQL's limit of columns in a table. */
const columnsMax = 4_096;

/**
 * The definition with what MySQL adds by itself: columns of the primary key take no NULL, and texts get the table's
 * or the database's collation where that one tells cases apart.
 */
export function completed(definition: TableDefinition, inherited?: string): TableDefinition {
  const collation = definition.options.collation ?? (definition.options.characterSet ? undefined : inherited);
  const required = new Set(
    [
      ...(definition.primaryKey?.parts.map((part) => part.column) ?? []),
      ...(definition.model?.kind === 'PRIMARY' ? definition.model.columns : []),
      ...definition.columns.filter((column) => column.autoIncrement).map((column) => column.name),
    ].map((name) => nameKey(name)),
  );
  const columns = definition.columns.map((column) => {
    const isRequired = required.has(nameKey(column.name)) && column.nullable;
    return collated(isRequired ? { ...column, nullable: false } : column, collation);
  });
  return settleBounds({ ...definition, columns });
}

function collated(column: ColumnDefinition, collation: string | undefined): ColumnDefinition {
  const { type } = column;
  if (collation === undefined || type.collation !== undefined || type.characterSet !== undefined)
    return column;
  const kind = classOf(type);
  const isText = kind === 'text' || kind === 'set' || kind === 'enum';
  const own = { ...column, type: { ...type, collation } };
  return isText && isBinaryText(own.type) ? own : column;
}

/** Refuses a definition that MySQL would refuse, or that the engine cannot keep. */
export async function checkDefinition(scope: StatementScope, definition: TableDefinition): Promise<void> {
  const { columns } = definition;
  if (columns.length === 0) throw new SqlError('analysis', 'A table must have at least 1 visible column');
  if (columns.length > columnsMax) throw new SqlError('resource_limit', 'Too many columns');
  for (const [index, column] of columns.entries()) {
    checkName(column.name, 'unknown_column');
    const isDouble = columns.findIndex((each) => sameName(each.name, column.name)) < index;
    if (isDouble) throw new SqlError('duplicate_column', `Duplicate column name '${column.name}'`);
    checkColumn(column);
  }
  checkKeys(definition);
  // Once more: the columns of CREATE TABLE … SELECT and of ALTER TABLE are known only here.
  checkModel(definition);
  physicalTableSql('t', definition);
  const shape = definitionShape(definition);
  for (const check of definition.checks) {
    translateExpression(scope.engine, scope.context, check.expression.text, shape);
  }
  for (const column of columns) {
    checkDefault(scope, column, shape);
    if (column.generated === undefined) continue;
    translateExpression(scope.engine, scope.context, column.generated.expression.text, shape);
  }
  checkRowDefaults(definition);
  await checkPartitionBorders(scope, definition);
}

/**
 * A default is computed with the privileges of whoever inserts: a query or a stored function in it would let its author
 * read through others. MySQL has neither (manual, "Data Type Default Values").
 */
function checkDefault(scope: StatementScope, column: ColumnDefinition, shape: TableShape): void {
  const text = column.default?.text ?? '';
  if (!text.startsWith('(')) return;
  if (tokenize(text, lexingOf(scope.sqlMode)).some(({ upper }) => upper === 'SELECT' || upper === 'VALUES')) {
    throw new SqlError('not_supported', `a query in the DEFAULT of column '${column.name}'`);
  }
  translateExpression(scope.engine, scope.context, text, shape);
}

function checkColumn(column: ColumnDefinition): void {
  const kind = classOf(column.type);
  const isLong = /^(?:TINY|MEDIUM|LONG)?(?:BLOB|TEXT)$/.test(column.type.name) || kind === 'json';
  const text = column.default?.text ?? 'NULL';
  if (isLong && text.toUpperCase() !== 'NULL' && !text.startsWith('(')) {
    throw new SqlError(
      'analysis',
      `BLOB, TEXT, GEOMETRY or JSON column '${column.name}' can't have a default value`,
    );
  }
  if (column.autoIncrement && kind !== 'integer' && kind !== 'float') {
    throw new SqlError('analysis', `Incorrect column specifier for column '${column.name}'`);
  }
}

function checkKeys(definition: TableDefinition): void {
  const keys =
    definition.primaryKey === undefined ? definition.keys : [definition.primaryKey, ...definition.keys];
  const names = new Set<string>();
  for (const key of keys) {
    if (names.has(nameKey(key.name))) {
      throw new SqlError('duplicate_key_name', `Duplicate key name '${key.name}'`);
    }
    names.add(nameKey(key.name));
    checkKeyParts(definition, key);
  }
  const autos = definition.columns.filter((column) => column.autoIncrement);
  if (autos.length > 1) {
    throw new SqlError(
      'analysis',
      'Incorrect table definition; there can be only one auto column and it must be defined as a key',
    );
  }
  for (const name of [...(definition.model?.columns ?? []), ...(definition.partitioning?.columns ?? [])]) {
    if (columnIndex(definition, name) < 0) throw unknownKeyColumn(name);
  }
}

function checkKeyParts(definition: TableDefinition, key: KeyDefinition): void {
  for (const part of key.parts) {
    if (part.expression === undefined && columnIndex(definition, part.column) < 0)
      throw unknownKeyColumn(part.column);
  }
}

function unknownKeyColumn(name: string): SqlError {
  return new SqlError('unknown_key_column', `Key column '${name}' doesn't exist in table`);
}

async function checkPartitionBorders(scope: StatementScope, definition: TableDefinition): Promise<void> {
  const { partitioning } = definition;
  if (partitioning === undefined) return;
  checkPartitions(partitioning, isStarRocksTable(definition));
  const translator = { engine: scope.engine, context: scope.context };
  // Borders of dates and those of HASH are checked without the partition function, which every row needs.
  partitionKeys(definition, partitioning, translator);
  await checkDistinctValues(scope, distinctValuesSql(definition, translator));
  const borders = bordersSql(definition, translator);
  if (borders.length === 0) return;
  const answer = await scope.connection.facts(`SELECT ${borders.join(', ')}`);
  if ((answer[0] ?? []).every((isRising) => isRising === true)) return;
  throw new SqlError(
    'partition_range_not_increasing',
    'VALUES LESS THAN value must be strictly increasing for each partition',
  );
}

async function checkDistinctValues(scope: StatementScope, areDistinct: string | undefined): Promise<void> {
  if (areDistinct === undefined) return;
  if ((await scope.connection.fact(`SELECT ${areDistinct}`)) === true) return;
  throw new SqlError('duplicate_list_value', 'Multiple definition of same constant in list partitioning');
}
