import { quoteName } from '../../sql/quote.ts';
import type { ParquetField } from '../parquet/field.ts';
import type { SourceColumn } from '../frozen.ts';
import { decimalDigitsMax } from '../../sql/duckdb-decimal.ts';

/** A column as information_schema.COLUMNS has it. */
export type DescribedColumn = Readonly<{
  name: string;
  /** DATA_TYPE in lower case: `int`, `varchar`. */
  dataType: string;
  /** COLUMN_TYPE: `int(10) unsigned`, `enum('a','b')`. */
  columnType: string;
  precision: number;
  scale: number;
  /** CHARACTER_SET_NAME; undefined for what is no text. */
  characterSet: string | undefined;
}>;

/** How a value lies in a packet, and what becomes of it. */
export type EncoderKind =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float'
  | 'double'
  | 'decimal32'
  | 'decimal64'
  | 'decimal128'
  | 'bit'
  | 'date'
  | 'datetime'
  | 'time'
  | 'text'
  | 'bytes';

/** `sparse`: only in files that need it. `always`: as the embedded engine writes files of such a type. */
export type RawColumn = Readonly<{
  name: string;
  field: ParquetField;
  presence: 'sparse' | 'always';
  /** SQL that gives the value, or NULL where the typed column has it; without it the encoder decides. */
  expression?: string;
}>;

/** How a column of a server stands in a Parquet file. Plain data: it goes to worker threads. */
export type ColumnPlan = Readonly<{
  name: string;
  kind: EncoderKind;
  field: ParquetField;
  source: SourceColumn;
  /** Holds the values that the typed column cannot. */
  raw?: RawColumn;
}>;

const rawSuffix = '__raw';

/** Character sets whose texts come back the same from UTF-8, whatever bytes they are. */
const losslessCharacterSets = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'latin1']);

const binaryTypes = new Set([
  'binary',
  'varbinary',
  'tinyblob',
  'blob',
  'mediumblob',
  'longblob',
  'vector',
  // The bytes MySQL keeps: SRID, then WKB.
  'geometry',
  'point',
  'linestring',
  'polygon',
  'multipoint',
  'multilinestring',
  'multipolygon',
  'geometrycollection',
  'geomcollection',
]);

/** The columns of a table's files, in the table's order. */
export function planColumns(columns: readonly DescribedColumn[]): readonly ColumnPlan[] {
  const taken = new Set(columns.map(({ name }) => name.toLowerCase()));
  return columns.map((column) => planColumn(column, rawName(column.name, taken)));
}

/** The select list that a reader of these columns expects: all of them, then what gives their raw values. */
export function selectList(plans: readonly ColumnPlan[]): string {
  return [
    ...plans.map(({ name }) => quoteName(name)),
    ...plans.flatMap(({ raw }) => (raw?.expression === undefined ? [] : [raw.expression])),
  ].join(', ');
}

/** Underscores keep it apart from columns of the user. */
function rawName(name: string, taken: ReadonlySet<string>): string {
  let raw = `${name}${rawSuffix}`;
  while (taken.has(raw.toLowerCase())) raw += '_';
  return raw;
}

type Shape = Readonly<{
  kind: EncoderKind;
  parquetType: string;
  physical: ParquetField['physical'];
  logical: ParquetField['logical'];
  raw?: Omit<RawColumn, 'name' | 'field'> & Readonly<{ holds: 'text' | 'bytes' }>;
}>;

function planColumn(column: DescribedColumn, raw: string): ColumnPlan {
  const shape = shapeOf(column);
  const { kind, parquetType, physical, logical } = shape;
  return {
    name: column.name,
    kind,
    field: { name: column.name, physical, logical },
    source: { name: column.name, sourceType: column.columnType, parquetType },
    ...(shape.raw !== undefined && { raw: rawColumn(raw, shape.raw) }),
  };
}

function rawColumn(name: string, raw: NonNullable<Shape['raw']>): RawColumn {
  const { holds, ...rest } = raw;
  const logical = { kind: holds === 'text' ? 'string' : 'none' } as const;
  return { name, field: { name, physical: 'BYTE_ARRAY', logical }, ...rest };
}

function shapeOf(column: DescribedColumn): Shape {
  const isUnsigned = / unsigned\b/i.test(column.columnType);
  switch (column.dataType) {
    // StarRocks and Doris.
    case 'boolean':
      return integer('int8', 'TINYINT', 8);
    case 'tinyint':
      return isUnsigned ? integer('uint8', 'UTINYINT', 8) : integer('int8', 'TINYINT', 8);
    case 'smallint':
      return isUnsigned ? integer('uint16', 'USMALLINT', 16) : integer('int16', 'SMALLINT', 16);
    case 'year':
      return integer('int16', 'SMALLINT', 16);
    case 'mediumint':
    case 'int':
    case 'integer':
      return isUnsigned ? integer('uint32', 'UINTEGER', 32) : integer('int32', 'INTEGER', 32);
    case 'bigint':
      return isUnsigned ? integer('uint64', 'UBIGINT', 64) : integer('int64', 'BIGINT', 64);
    case 'bit':
      return integer('bit', 'UBIGINT', 64);
    case 'float':
      return { kind: 'float', parquetType: 'FLOAT', physical: 'FLOAT', logical: { kind: 'none' } };
    case 'double':
      return { kind: 'double', parquetType: 'DOUBLE', physical: 'DOUBLE', logical: { kind: 'none' } };
    case 'decimal':
    case 'numeric':
      return decimal(column);
    case 'date':
      return temporal('date', 'DATE', 'INT32', { kind: 'date' }, 'sparse');
    case 'datetime':
    case 'timestamp':
      return temporal('datetime', 'TIMESTAMP', 'INT64', { kind: 'timestamp_micros' }, 'sparse');
    case 'time':
      // A time of day in Parquet; MySQL's goes to ±838:59:59.
      return temporal('time', 'TIME', 'INT64', { kind: 'time_micros' }, 'always');
    default:
      return binaryTypes.has(column.dataType)
        ? { kind: 'bytes', parquetType: 'BLOB', physical: 'BYTE_ARRAY', logical: { kind: 'none' } }
        : text(column);
  }
}

function integer(kind: EncoderKind, parquetType: string, bits: 8 | 16 | 32 | 64): Shape {
  const logical = { kind: 'integer', bits, signed: !parquetType.startsWith('U') } as const;
  return { kind, parquetType, physical: bits === 64 ? 'INT64' : 'INT32', logical };
}

function decimal({ precision, scale }: DescribedColumn): Shape {
  const digits = Math.min(precision, decimalDigitsMax);
  const logical = { kind: 'decimal', precision: digits, scale } as const;
  const parquetType = `DECIMAL(${digits}, ${scale})`;
  if (digits <= 9) return { kind: 'decimal32', parquetType, physical: 'INT32', logical };
  if (digits <= 18) return { kind: 'decimal64', parquetType, physical: 'INT64', logical };
  const shape: Shape = { kind: 'decimal128', parquetType, physical: 'FIXED_16', logical };
  return precision <= decimalDigitsMax ? shape : { ...shape, raw: { holds: 'text', presence: 'always' } };
}

function temporal(
  kind: EncoderKind,
  parquetType: string,
  physical: ParquetField['physical'],
  logical: ParquetField['logical'],
  presence: RawColumn['presence'],
): Shape {
  return { kind, parquetType, physical, logical, raw: { holds: 'text', presence } };
}

function text(column: DescribedColumn): Shape {
  const isJson = column.dataType === 'json';
  const shape = {
    kind: 'text',
    parquetType: isJson ? 'JSON' : 'VARCHAR',
    physical: 'BYTE_ARRAY',
    logical: { kind: isJson ? 'json' : 'string' },
  } as const;
  const name = quoteName(column.name);
  if (hasEmptyMember(column)) {
    // '' may be a member or the error value: only the number tells.
    return { ...shape, raw: { holds: 'text', presence: 'sparse', expression: numberOfMember(column, name) } };
  }
  const characterSet = column.characterSet?.toLowerCase();
  if (characterSet === undefined || losslessCharacterSets.has(characterSet)) {
    return { ...shape, raw: { holds: 'bytes', presence: 'sparse' } };
  }
  return { ...shape, raw: { holds: 'bytes', presence: 'sparse', expression: lossBytes(name, characterSet) } };
}

function hasEmptyMember({ dataType, columnType }: DescribedColumn): boolean {
  return /^(?:enum|set)$/.test(dataType) && /[(,]''[,)]/.test(columnType);
}

/** The number of an ENUM's error value, 0, and that of every SET. */
function numberOfMember({ dataType }: DescribedColumn, name: string): string {
  return dataType === 'enum'
    ? `CASE WHEN ${name} + 0 = 0 THEN '0' END`
    : `CASE WHEN ${name} IS NOT NULL THEN CAST(${name} + 0 AS CHAR) END`;
}

/** The bytes of a text that does not come back from UTF-8 as it was. */
function lossBytes(name: string, characterSet: string): string {
  // Only a word can be a character set's name; what is none gets its bytes kept always.
  const back = /^\w+$/.test(characterSet)
    ? `CAST(CONVERT(CONVERT(${name} USING utf8mb4) USING ${characterSet}) AS BINARY)`
    : 'NULL';
  return `CASE WHEN NOT (${back} <=> CAST(${name} AS BINARY)) THEN CAST(${name} AS BINARY) END`;
}
