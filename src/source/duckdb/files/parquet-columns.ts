import type { ColumnDefinition, DataType, TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { nameKey } from '../physical/names.ts';
import { classOf, duckdbType } from '../physical/types.ts';

/**
 * How a column of a table stands in a Parquet file. Most stand as they are. Where Parquet has no type that holds every
 * value, the typed column holds what it can and a text column beside it (`raw`) the values that it cannot.
 */
export type ParquetColumn = Readonly<{
  name: string;
  /** DuckDB's type of the column in the table. */
  physicalType: string;
  /** DuckDB's name of the type in the file. */
  parquetType: string;
  /** SQL over the table's columns that gives the file's value. */
  encode: string;
  /** Name of the text column, and SQL that gives its value; NULL where the typed column has the value. */
  raw?: Readonly<{ name: string; encode: string }>;
}>;

/** Microseconds of a day: Parquet's TIME is a time of day, MySQL's goes to ±838:59:59. */
const microsPerDay = 86_400_000_000;
const rawSuffix = '__raw';

/** The columns of the table's files, in the table's order. Follows from the definition alone. */
export function parquetColumns(definition: TableDefinition): readonly ParquetColumn[] {
  const taken = new Set(definition.columns.map((column) => nameKey(column.name)));
  return definition.columns.map((column) => parquetColumn(column, taken));
}

/** The select list that writes a table's rows to a file. */
export function encodeList(columns: readonly ParquetColumn[]): string {
  return columns
    .flatMap(({ name, encode, raw }) => [
      `${encode} AS ${duckdbName(name)}`,
      ...(raw === undefined ? [] : [`${raw.encode} AS ${duckdbName(raw.name)}`]),
    ])
    .join(', ');
}

/**
 * The select list that reads a file's rows back into the table's types. `fileColumns` are the names in the file: an
 * older or newer version may have written another set of text columns.
 */
export function decodeList(columns: readonly ParquetColumn[], fileColumns: ReadonlySet<string>): string {
  return columns.map((column) => `${decode(column, fileColumns)} AS ${duckdbName(column.name)}`).join(', ');
}

/**
 * The first column that has values in a file which only the database that wrote it can keep: a zero date, say. They lie
 * in a column beside it that none of our own files has (docs/format.md).
 */
export function foreignColumn(
  columns: readonly ParquetColumn[],
  fileColumns: ReadonlySet<string>,
): string | undefined {
  const taken = new Set(columns.map((column) => nameKey(column.name)));
  return columns.find(({ name, raw }) => raw === undefined && fileColumns.has(rawName(name, taken)))?.name;
}

/**
 * SQL of each column's value for hashing: the same for a row in the table and for the row read back from a file.
 * DuckDB hashes an ENUM by its index, which is no property of the value, so those are hashed as text.
 */
export function hashList(columns: readonly ParquetColumn[]): string {
  return columns
    .map(({ name, physicalType, parquetType }) => {
      const isAsText = physicalType.includes('ENUM(');
      return isAsText ? `CAST(${duckdbName(name)} AS ${parquetType})` : duckdbName(name);
    })
    .join(', ');
}

/** Name of the text column beside `name`; underscores keep it apart from columns of the user. */
function rawName(name: string, taken: ReadonlySet<string>): string {
  let raw = `${name}${rawSuffix}`;
  while (taken.has(nameKey(raw))) raw += '_';
  return raw;
}

function parquetColumn(column: ColumnDefinition, taken: ReadonlySet<string>): ParquetColumn {
  const { name, type } = column;
  const physicalType = duckdbType(type);
  const source = duckdbName(name);
  switch (physicalType) {
    case 'HUGEINT':
    case 'UHUGEINT': {
      const typed = `TRY_CAST(${source} AS DECIMAL(38,0))`;
      const encodeRaw = `CASE WHEN ${typed} IS NULL THEN CAST(${source} AS VARCHAR) END`;
      const raw = { name: rawName(name, taken), encode: encodeRaw };
      return { name, physicalType, parquetType: 'DECIMAL(38,0)', encode: typed, raw };
    }
    case 'INTERVAL': {
      const fits = `epoch_us(${source}) BETWEEN 0 AND ${microsPerDay - 1}`;
      const encode = `CASE WHEN ${fits} THEN TIME '00:00:00' + ${source} END`;
      const encodeRaw = `CASE WHEN NOT (${fits}) THEN CAST(${source} AS VARCHAR) END`;
      const raw = { name: rawName(name, taken), encode: encodeRaw };
      return { name, physicalType, parquetType: 'TIME', encode, raw };
    }
    default: {
      const parquetType = fileType(type);
      const isSame = parquetType === withoutCollation(physicalType) || classOf(type) === 'enum';
      const encode = isSame ? source : `CAST(${source} AS ${parquetType})`;
      return { name, physicalType, parquetType, encode };
    }
  }
}

/** The type in the file of a type that needs no text column. Inside nested types the text takes the value's place. */
function fileType(type: DataType): string {
  if (classOf(type) !== 'nested')
    return classOf(type) === 'enum' ? 'VARCHAR' : withoutCollation(duckdbType(type));
  const [first, second] = type.elements;
  if (type.name === 'ARRAY' && first) return `${leafType(first)}[]`;
  if (type.name === 'MAP' && first && second) return `MAP(${leafType(first)}, ${leafType(second)})`;
  const fields = type.elements.map(
    (element, index) => `${duckdbName(type.fieldNames?.[index] ?? `f${index + 1}`)} ${leafType(element)}`,
  );
  return `STRUCT(${fields.join(', ')})`;
}

function leafType(type: DataType): string {
  const physical = classOf(type) === 'nested' ? '' : duckdbType(type);
  const isLossy = physical === 'HUGEINT' || physical === 'UHUGEINT' || physical === 'INTERVAL';
  return isLossy ? 'VARCHAR' : fileType(type);
}

function withoutCollation(type: string): string {
  return type.replace(/ COLLATE .*$/, '');
}

function decode(column: ParquetColumn, fileColumns: ReadonlySet<string>): string {
  const { name, physicalType, raw } = column;
  const type = withoutCollation(physicalType);
  const typed = type === 'INTERVAL' ? `to_microseconds(epoch_us(${duckdbName(name)}))` : duckdbName(name);
  const value = `CAST(${typed} AS ${type})`;
  if (raw === undefined || !fileColumns.has(raw.name)) return value;
  return `CASE WHEN ${duckdbName(raw.name)} IS NULL THEN ${value} ELSE CAST(${duckdbName(raw.name)} AS ${type}) END`;
}
