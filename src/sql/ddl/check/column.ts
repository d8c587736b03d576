import { SqlError } from '../../../base/sql-error.ts';
import { defaultCharacterSet, findCharacterSet, findCollation } from '../character-sets.ts';
import type { ColumnDefinition, DataType, TableOptions } from '../definition.ts';

type Table = Readonly<{ isStarRocks: boolean; options: TableOptions }>;

const decimalPrecisionMax = 65;
const decimalScaleMax = 30;
const fractionDigitsMax = 6;
const charLengthMax = 255;
const bitsMax = 64;
const setMembersMax = 64;
/** MySQL's longest row, in bytes, which bounds every VARCHAR and VARBINARY. */
const rowBytesMax = 65_535;
/** StarRocks' longest VARCHAR, in bytes. */
const starRocksTextMax = 1_048_576;

/** Throws SqlError for a type, a default or an attribute that a column of the table cannot have. */
export function checkColumn(column: ColumnDefinition, table: Table): void {
  checkType(column, table);
  checkMembers(column);
  checkCharacterSet(column.type);
  if (column.generated !== undefined && column.default !== undefined) {
    throw new SqlError('wrong_usage', 'Incorrect usage of DEFAULT and generated column');
  }
  if (column.onUpdate !== undefined && !isTimestamp(column.type)) {
    throw new SqlError('invalid_on_update', `Invalid ON UPDATE clause for '${column.name}' column`);
  }
  if (!table.isStarRocks) checkDefault(column);
}

function isTimestamp(type: DataType): boolean {
  return type.name === 'DATETIME' || type.name === 'TIMESTAMP';
}

function checkType({ name, type }: ColumnDefinition, table: Table): void {
  const [first = 0, second = 0] = type.arguments;
  switch (type.name) {
    case 'DECIMAL':
      return checkDecimal(name, first, second);
    case 'FLOAT':
    case 'DOUBLE':
      if (second > first) throw scaleOverPrecision(name);
      return;
    case 'TIME':
    case 'DATETIME':
    case 'TIMESTAMP':
      if (first > fractionDigitsMax) throw precisionTooBig(name, first, fractionDigitsMax);
      return;
    case 'BIT':
      if (first <= bitsMax) return;
      throw new SqlError(
        'display_width_too_big',
        `Display width out of range for column '${name}' (max = ${bitsMax})`,
      );
    case 'CHAR':
    case 'BINARY':
      return checkLength(name, first, charLengthMax);
    case 'VARCHAR':
    case 'VARBINARY':
      return checkLength(name, first, table.isStarRocks ? starRocksTextMax : longest(type, table.options));
    default:
  }
}

function checkDecimal(name: string, precision: number, scale: number): void {
  if (scale > decimalScaleMax) {
    throw new SqlError(
      'scale_too_big',
      `Too big scale ${scale} specified for column '${name}'. Maximum is ${decimalScaleMax}.`,
    );
  }
  if (precision > decimalPrecisionMax) throw precisionTooBig(name, precision, decimalPrecisionMax);
  if (scale > precision) throw scaleOverPrecision(name);
}

function precisionTooBig(name: string, precision: number, max: number): SqlError {
  return new SqlError(
    'precision_too_big',
    `Too-big precision ${precision} specified for '${name}'. Maximum is ${max}.`,
  );
}

function scaleOverPrecision(name: string): SqlError {
  return new SqlError(
    'scale_over_precision',
    `For float(M,D), double(M,D) or decimal(M,D), M must be >= D (column '${name}').`,
  );
}

function longest(type: DataType, options: TableOptions): number {
  if (type.name === 'VARBINARY') return rowBytesMax;
  const collation = type.collation === undefined ? undefined : findCollation(type.collation)?.characterSet;
  const name = type.characterSet ?? collation ?? options.characterSet ?? defaultCharacterSet;
  return Math.floor(rowBytesMax / (findCharacterSet(name)?.bytesMax ?? 1));
}

function checkLength(name: string, length: number, max: number): void {
  if (length <= max) return;
  throw new SqlError(
    'column_length_too_big',
    `Column length too big for column '${name}' (max = ${max}); use BLOB or TEXT instead`,
  );
}

function checkMembers({ name, type }: ColumnDefinition): void {
  if (type.name === 'SET' && type.values.length > setMembersMax) {
    throw new SqlError('too_many_members', `Too many strings for column ${name} and SET`);
  }
  const seen = new Set<string>();
  for (const value of type.values) {
    // Members are compared as the column's values are; a binary collation tells cases apart.
    const key = type.collation?.endsWith('_bin') === true ? value : value.toLowerCase();
    if (seen.has(key)) {
      throw new SqlError(
        'duplicate_member',
        `Column '${name}' has duplicated value '${value}' in ${type.name}`,
      );
    }
    seen.add(key);
  }
}

/** Throws unknown_collation and unknown_character_set for names that MySQL 8 does not know. */
export function checkCharacterSet(named: Readonly<{ characterSet?: string; collation?: string }>): void {
  const { characterSet, collation } = named;
  if (collation !== undefined && findCollation(collation) === undefined) {
    throw new SqlError('unknown_collation', `Unknown collation: '${collation}'`);
  }
  if (characterSet !== undefined && findCharacterSet(characterSet) === undefined) {
    throw new SqlError('unknown_character_set', `Unknown character set: '${characterSet}'`);
  }
}

/** MySQL keeps literal defaults of short types only; an expression may stand for any. */
function checkDefault({ name, type, default: value }: ColumnDefinition): void {
  if (value === undefined || value.text.startsWith('(')) return;
  if (!/(?:TEXT|BLOB)$|^JSON$|^GEOM|POINT$|STRING$|POLYGON$/.test(type.name) || type.name === 'STRING')
    return;
  throw new SqlError(
    'default_not_allowed',
    `BLOB, TEXT, GEOMETRY or JSON column '${name}' can't have a default value`,
  );
}
