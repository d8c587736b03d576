import type { DataType } from '../../../sql/ddl/definition.ts';
import { duckdbName, duckdbText } from '../../../sql/duckdb-quote.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { decimalDigitsMax } from '../../../sql/duckdb-decimal.ts';

/** How values of a MySQL type are kept, checked and shown: the one classification every other file switches on. */
export type TypeClass =
  | 'integer'
  | 'boolean'
  | 'decimal'
  | 'float'
  | 'year'
  | 'bit'
  | 'date'
  | 'datetime'
  | 'time'
  | 'text'
  | 'binary'
  | 'enum'
  | 'set'
  | 'json'
  | 'nested';

const integers: Readonly<Record<string, readonly [signed: string, unsigned: string]>> = {
  TINYINT: ['TINYINT', 'UTINYINT'],
  SMALLINT: ['SMALLINT', 'USMALLINT'],
  MEDIUMINT: ['INTEGER', 'UINTEGER'],
  INT: ['INTEGER', 'UINTEGER'],
  BIGINT: ['BIGINT', 'UBIGINT'],
  LARGEINT: ['HUGEINT', 'UHUGEINT'],
};

const classes: Readonly<Record<string, TypeClass>> = {
  BOOLEAN: 'boolean',
  DECIMAL: 'decimal',
  DECIMAL32: 'decimal',
  DECIMAL64: 'decimal',
  DECIMAL128: 'decimal',
  FLOAT: 'float',
  DOUBLE: 'float',
  REAL: 'float',
  YEAR: 'year',
  BIT: 'bit',
  DATE: 'date',
  DATETIME: 'datetime',
  TIMESTAMP: 'datetime',
  TIME: 'time',
  CHAR: 'text',
  VARCHAR: 'text',
  STRING: 'text',
  TINYTEXT: 'text',
  TEXT: 'text',
  MEDIUMTEXT: 'text',
  LONGTEXT: 'text',
  BINARY: 'binary',
  VARBINARY: 'binary',
  TINYBLOB: 'binary',
  BLOB: 'binary',
  MEDIUMBLOB: 'binary',
  LONGBLOB: 'binary',
  // The bytes MySQL keeps: SRID, then WKB.
  GEOMETRY: 'binary',
  POINT: 'binary',
  LINESTRING: 'binary',
  POLYGON: 'binary',
  MULTIPOINT: 'binary',
  MULTILINESTRING: 'binary',
  MULTIPOLYGON: 'binary',
  GEOMETRYCOLLECTION: 'binary',
  GEOMCOLLECTION: 'binary',
  ENUM: 'enum',
  SET: 'set',
  JSON: 'json',
  ARRAY: 'nested',
  MAP: 'nested',
  STRUCT: 'nested',
};

/** The class of a type. Throws not_supported for one the embedded engine cannot keep without loss. */
export function classOf(type: DataType): TypeClass {
  if (integers[type.name] !== undefined) return 'integer';
  const found = classes[type.name];
  if (found !== undefined) return found;
  throw notYet(`type ${type.name}`);
}

/**
 * The DuckDB type of a column. ENUM becomes DuckDB's ENUM, so that it sorts by index and costs one byte; its first
 * member is MySQL's error value '' (index 0). SET is text in the order of its members. TIME is an INTERVAL, which
 * holds ±838:59:59 and microseconds. YEAR is a SMALLINT and BIT an unsigned number.
 */
export function duckdbType(type: DataType): string {
  switch (classOf(type)) {
    case 'integer':
      return integers[type.name]?.[type.unsigned ? 1 : 0] as string;
    case 'boolean':
      return 'BOOLEAN';
    case 'decimal':
      return decimalType(type);
    case 'float':
      return type.name === 'FLOAT' && (type.arguments[0] ?? 0) <= 24 ? 'FLOAT' : 'DOUBLE';
    case 'year':
      return 'SMALLINT';
    case 'bit':
      return 'UBIGINT';
    case 'date':
      return 'DATE';
    case 'datetime':
      return 'TIMESTAMP';
    case 'time':
      return 'INTERVAL';
    case 'text':
    case 'set':
      return `VARCHAR${collationOf(type)}`;
    case 'binary':
      return 'BLOB';
    case 'enum':
      return enumType(type);
    case 'json':
      return 'JSON';
    case 'nested':
      return nestedType(type);
  }
}

/** NULL of a column's type. DuckDB's casts take no collation. */
export function nullSql(type: DataType): string {
  const kind = classOf(type);
  return `CAST(NULL AS ${kind === 'text' || kind === 'set' ? 'VARCHAR' : duckdbType(type)})`;
}

/** The members of an ENUM as the physical type has them: the error value '' first, unless it is a member itself. */
export function enumMembers(type: DataType): readonly string[] {
  return type.values.includes('') ? type.values : ['', ...type.values];
}

export function enumType(type: DataType): string {
  return `ENUM(${enumMembers(type)
    .map((value) => duckdbText(value))
    .join(', ')})`;
}

/** Text of these types compares byte by byte, not by the engine's default, which ignores case. */
export function isBinaryText(type: DataType): boolean {
  const collation = type.collation?.toLowerCase() ?? '';
  return collation === 'binary' || /_(bin|cs|cs_ks)$/.test(collation);
}

/** Precision and scale of a DECIMAL as MySQL fills them in. */
export function decimalShape(type: DataType): Readonly<{ precision: number; scale: number }> {
  return { precision: type.arguments[0] ?? 10, scale: type.arguments[1] ?? 0 };
}

function decimalType(type: DataType): string {
  const { precision, scale } = decimalShape(type);
  if (precision <= decimalDigitsMax && scale <= precision) return `DECIMAL(${precision}, ${scale})`;
  throw notYet(`DECIMAL(${precision},${scale}): the embedded engine keeps ${decimalDigitsMax} digits`);
}

function collationOf(type: DataType): string {
  return isBinaryText(type) ? ' COLLATE "binary"' : '';
}

function nestedType(type: DataType): string {
  const [first, second] = type.elements;
  if (type.name === 'ARRAY' && first) return `${duckdbType(first)}[]`;
  if (type.name === 'MAP' && first && second) return `MAP(${duckdbType(first)}, ${duckdbType(second)})`;
  const fields = type.elements.map(
    (element, index) => `${duckdbName(type.fieldNames?.[index] ?? `f${index + 1}`)} ${duckdbType(element)}`,
  );
  return `STRUCT(${fields.join(', ')})`;
}
