import { SqlError } from '../../base/sql-error.ts';
import { checkCharacterSet, checkColumn } from './check/column.ts';
import { checkModel } from './check/model.ts';
import { checkPartitioning } from './check/partitioning.ts';
import { checkProperties } from './check/properties.ts';
import type { KeyDefinition, TableDefinition } from './definition.ts';
import { isStarRocksTable } from './settle.ts';

/** MySQL's longest name of a column, key, constraint or partition, in characters. */
const nameLengthMax = 64;

/**
 * Throws SqlError, with MySQL's number and text, for a definition that no table can have: names used twice, keys on
 * unknown columns, lengths and defaults that do not fit, partitions that overlap. `mayBeEmpty`: the columns come
 * from a SELECT.
 */
export function checkDefinition(definition: TableDefinition, mayBeEmpty = false): void {
  if (definition.columns.length === 0 && !mayBeEmpty) {
    throw new SqlError('no_columns', 'A table must have at least 1 column');
  }
  const isStarRocks = isStarRocksTable(definition);
  checkCharacterSet(definition.options);
  checkColumnNames(definition);
  for (const column of definition.columns) checkColumn(column, { isStarRocks, options: definition.options });
  // The columns of CREATE TABLE … SELECT are not known yet, and so neither are those of its keys.
  if (mayBeEmpty) return;
  checkKeys(definition, isStarRocks);
  checkForeignKeys(definition);
  checkConstraintNames(definition);
  if (isStarRocks) checkStarRocksNumbers(definition);
  else checkAutoIncrement(definition);
  checkStarRocksClauses(definition);
  if (definition.partitioning !== undefined)
    checkPartitioning(definition, definition.partitioning, isStarRocks);
}

function checkColumnNames(definition: TableDefinition): void {
  const seen = new Set<string>();
  for (const { name } of definition.columns) {
    checkNameLength(name);
    if (seen.has(name.toLowerCase())) throw duplicateColumn(name);
    seen.add(name.toLowerCase());
  }
}

function checkNameLength(name: string): void {
  if ([...name].length <= nameLengthMax) return;
  throw new SqlError('identifier_too_long', `Identifier name '${name}' is too long`);
}

function duplicateColumn(name: string): SqlError {
  return new SqlError('duplicate_column', `Duplicate column name '${name}'`);
}

function checkKeys(definition: TableDefinition, isStarRocks: boolean): void {
  const { primaryKey, keys } = definition;
  const names = new Set<string>();
  for (const key of primaryKey === undefined ? keys : [primaryKey, ...keys]) {
    checkNameLength(key.name);
    if (key.kind !== 'PRIMARY' && key.name.toUpperCase() === 'PRIMARY') {
      throw new SqlError('bad_key_name', `Incorrect index name '${key.name}'`);
    }
    if (names.has(key.name.toLowerCase())) {
      throw new SqlError('duplicate_key_name', `Duplicate key name '${key.name}'`);
    }
    names.add(key.name.toLowerCase());
    checkKeyParts(definition, key, isStarRocks);
  }
}

function checkKeyParts(definition: TableDefinition, key: KeyDefinition, isStarRocks: boolean): void {
  const seen = new Set<string>();
  for (const part of key.parts) {
    if (part.expression !== undefined) continue;
    const column = definition.columns.find((each) => sameName(each.name, part.column));
    if (column === undefined) throw unknownKeyColumn(part.column);
    if (seen.has(part.column.toLowerCase())) throw duplicateColumn(part.column);
    seen.add(part.column.toLowerCase());
    const needsLength = /(?:TEXT|BLOB)$/.test(column.type.name) && part.prefixLength === undefined;
    if (needsLength && !isStarRocks && key.kind !== 'FULLTEXT') {
      throw new SqlError(
        'key_without_length',
        `BLOB/TEXT column '${column.name}' used in key specification without a key length`,
      );
    }
  }
}

function unknownKeyColumn(name: string): SqlError {
  return new SqlError('unknown_key_column', `Key column '${name}' doesn't exist in table`);
}

function sameName(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

function hasColumn(definition: TableDefinition, name: string): boolean {
  return definition.columns.some((column) => sameName(column.name, name));
}

function checkForeignKeys(definition: TableDefinition): void {
  for (const { name, columns, referencedColumns } of definition.foreignKeys) {
    const unknown = columns.find((column) => !hasColumn(definition, column));
    if (unknown !== undefined) throw unknownKeyColumn(unknown);
    // Without columns those of the parent's primary key are meant.
    if (referencedColumns.length > 0 && columns.length !== referencedColumns.length)
      throw unmatchedColumns(name);
  }
}

/** MySQL's 1239. */
export function unmatchedColumns(name: string): SqlError {
  return new SqlError(
    'foreign_key_columns',
    `Incorrect foreign key definition for '${name}': Key reference and table reference don't match`,
  );
}

function checkConstraintNames({ checks, foreignKeys }: TableDefinition): void {
  const check = twice(checks);
  if (check !== undefined)
    throw new SqlError('duplicate_constraint', `Duplicate check constraint name '${check}'.`);
  const key = twice(foreignKeys);
  if (key !== undefined)
    throw new SqlError('duplicate_foreign_key', `Duplicate foreign key constraint name '${key}'`);
}

function twice(constraints: readonly Readonly<{ name: string }>[]): string | undefined {
  const names = constraints.map(({ name }) => name);
  return names.find((name, index) => names.slice(0, index).some((before) => sameName(before, name)));
}

/** MySQL: one such column, and it begins a key. */
function checkAutoIncrement(definition: TableDefinition): void {
  const columns = definition.columns.filter((column) => column.autoIncrement);
  const [column] = columns;
  if (column === undefined) return;
  const keys = [...(definition.primaryKey === undefined ? [] : [definition.primaryKey]), ...definition.keys];
  const beginsKey = keys.some((key) => sameName(key.parts[0]?.column ?? '', column.name));
  if (columns.length === 1 && beginsKey) return;
  throw new SqlError(
    'wrong_auto_column',
    'Incorrect table definition; there can be only one auto column and it must be defined as a key',
  );
}

/** StarRocks: one such column, of 64 bits; it need be no key. */
function checkStarRocksNumbers({ columns }: TableDefinition): void {
  const numbered = columns.filter((column) => column.autoIncrement);
  if (numbered.length > 1)
    throw analysis('More than one AUTO_INCREMENT column defined in CREATE TABLE Statement.');
  if (numbered.some(({ type }) => type.name !== 'BIGINT'))
    throw analysis('The AUTO_INCREMENT column must be BIGINT');
}

function analysis(text: string): SqlError {
  return new SqlError('analysis', `Getting analyzing error. Detail message: ${text}`);
}

/** Key model, distribution and sort key name columns of the table. */
function checkStarRocksClauses(definition: TableDefinition): void {
  const { model, distribution, orderBy } = definition;
  for (const name of [...(model?.columns ?? []), ...(orderBy ?? [])]) {
    if (!hasColumn(definition, name)) throw unknownKeyColumn(name);
  }
  const unknown = distribution?.columns.find((name) => !hasColumn(definition, name));
  if (unknown !== undefined) {
    throw new SqlError('analysis', `Distribution column(${unknown}) doesn't exist.`);
  }
  checkModel(definition);
  checkProperties(definition);
}
