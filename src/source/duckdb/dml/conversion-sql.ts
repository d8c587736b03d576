import type { ColumnDefinition, DataType } from '../../../sql/ddl/definition.ts';
import { jsonCall, macro } from '../../../sql/rewrite/macro-names.ts';
import { classOf, duckdbType, enumType, isBinaryText } from '../physical/types.ts';
import { lengthLimit } from '../physical/length-limit.ts';

/**
 * How a value becomes a column's value, as DuckDB SQL over whole columns. A value that MySQL would not take as it
 * is gives NULL here; `bad-values.ts` decides then, value by value, between an error and an adjusted value.
 */

/** What the source of a column is: text literals as a client wrote them, or a DuckDB expression of a known type. */
export type SourceKind = 'text' | 'bytes' | 'number' | 'boolean' | 'same' | 'double' | 'other';

/** SQL that gives the column's value, NULL where it has to be looked at one by one. */
export function conversionSql(source: string, kind: SourceKind, column: ColumnDefinition): string {
  const { type } = column;
  const isExact = kind === 'number' && type.name !== 'MEDIUMINT';
  switch (classOf(type)) {
    case 'integer':
      return isExact ? tryCast(source, duckdbType(type)) : integerSql(plainNumber(source, kind), type);
    case 'boolean':
      return kind === 'same' ? source : `(${tryCast(plainNumber(source, kind), 'BIGINT')} <> 0)`;
    case 'bit':
      return bitSql(plainNumber(source, kind), type);
    case 'decimal':
      return atLeastZero(tryCast(plainNumber(source, kind), duckdbType(type)), type);
    case 'float':
      return floatSql(plainNumber(source, kind), type);
    case 'year':
      return yearSql(plainNumber(source, kind), kind === 'text' ? `${source} = '0000'` : `${source} = 0`);
    case 'text':
      return textSql(kind === 'text' ? source : textOf(source, kind), type);
    case 'binary':
      return binarySql(kind === 'bytes' ? source : `encode(${textOf(source, kind)})`, type);
    case 'enum':
      return tryCast(textOf(source, kind), enumType(type));
    case 'set':
      return `CAST(${tryCast(textOf(source, kind), enumType(type))} AS VARCHAR)`;
    case 'json':
      return kind === 'same' ? source : `CAST(${jsonCall('WRITTEN OR NULL', textOf(source, kind))} AS JSON)`;
    case 'nested':
      return tryCast(source, duckdbType(type));
    case 'date':
    case 'datetime':
    case 'time':
      return temporalSql(source, kind, type);
  }
}

/** The type of the staged column for literals of this column. */
export function stagedKind(type: DataType): 'text' | 'bytes' {
  return classOf(type) === 'binary' ? 'bytes' : 'text';
}

/** 838:59:59, the end of MySQL's TIME on both sides. */
const timeMicrosMax = 3_020_399_000_000;

function tryCast(source: string, type: string): string {
  return `TRY_CAST(${source} AS ${type})`;
}

/** Text that is a number in MySQL's spelling; DuckDB would also read '0x1f', '1_000', 'inf' and 'true'. */
function plainNumber(source: string, kind: SourceKind): string {
  if (kind === 'boolean') return `CAST(${source} AS TINYINT)`;
  if (kind === 'number' || kind === 'double' || kind === 'same') return source;
  const text = textOf(source, kind);
  return `CASE WHEN regexp_matches(${text}, '[^-+0-9.eE ]') THEN NULL ELSE ${text} END`;
}

function textOf(source: string, kind: SourceKind): string {
  switch (kind) {
    case 'text':
      return source;
    case 'bytes':
      return tryCast(`decode(${source})`, 'VARCHAR');
    case 'boolean':
      return `CAST(CAST(${source} AS TINYINT) AS VARCHAR)`;
    case 'double':
      return macro('text_of_double', source);
    default:
      return `CAST(${source} AS VARCHAR)`;
  }
}

function integerSql(source: string, type: DataType): string {
  const cast = tryCast(source, duckdbType(type));
  if (type.name !== 'MEDIUMINT') return cast;
  const [low, high] = type.unsigned ? [0, 16_777_215] : [-8_388_608, 8_388_607];
  return between(cast, String(low), String(high));
}

function bitSql(source: string, type: DataType): string {
  const bits = type.arguments[0] ?? 1;
  return between(tryCast(source, 'UBIGINT'), '0', String((1n << BigInt(bits)) - 1n));
}

function floatSql(source: string, type: DataType): string {
  const cast = tryCast(source, duckdbType(type));
  const finite = `CASE WHEN isfinite(${cast}) THEN ${cast} END`;
  const [digits, scale] = type.arguments;
  const rounded = scale === undefined ? finite : `round(${finite}, ${scale})`;
  const limited =
    scale === undefined
      ? rounded
      : between(rounded, `-1e${(digits ?? 0) - scale}`, `1e${(digits ?? 0) - scale}`);
  return atLeastZero(limited, type);
}

function atLeastZero(value: string, type: DataType): string {
  return type.unsigned ? `CASE WHEN ${value} >= 0 THEN ${value} END` : value;
}

/** Years of four digits, and the year 0000; two digits are left to be looked at. */
function yearSql(source: string, isZero: string): string {
  const cast = tryCast(source, 'SMALLINT');
  return `CASE WHEN ${cast} BETWEEN 1901 AND 2155 OR ${isZero} THEN ${cast} END`;
}

function textSql(text: string, type: DataType): string {
  const limit = lengthLimit(type);
  const value = type.name === 'CHAR' ? `rtrim(${text}, ' ')` : text;
  if (limit === undefined) return value;
  const length = limit.unit === 'characters' ? 'length' : 'strlen';
  return `CASE WHEN ${length}(${value}) <= ${limit.max} THEN ${value} END`;
}

/** BINARY(n) is filled up with zero bytes, as MySQL stores it. */
function binarySql(bytes: string, type: DataType): string {
  const limit = lengthLimit(type);
  if (limit === undefined) return bytes;
  const fits = `octet_length(${bytes}) <= ${limit.max}`;
  if (type.name !== 'BINARY') return `CASE WHEN ${fits} THEN ${bytes} END`;
  const zeros = `unhex(repeat('00', CAST(${limit.max} - octet_length(${bytes}) AS BIGINT)))`;
  return `CASE WHEN ${fits} THEN ${bytes} || ${zeros} END`;
}

function temporalSql(source: string, kind: SourceKind, type: DataType): string {
  if (kind === 'same') return type.name === 'DATE' || type.name === 'TIME' ? source : rounded(source, type);
  const text = kind === 'text' ? source : textOf(source, kind);
  switch (classOf(type)) {
    case 'date':
      return dated(text, tryCast(tryCast(text, 'TIMESTAMP'), 'DATE'));
    case 'datetime':
      return dated(text, rounded(tryCast(text, 'TIMESTAMP'), type));
    default: {
      const time = roundedTime(tryCast(text, 'INTERVAL'), type);
      const isPlain = `regexp_full_match(${text}, '-?[0-9]{1,3}:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,6})?')`;
      return `CASE WHEN ${isPlain} AND abs(epoch_us(${time})) <= ${timeMicrosMax} THEN ${time} END`;
    }
  }
}

/** Only years of four digits are read here; DuckDB also knows 'epoch', 'infinity' and years of any length. */
function dated(text: string, value: string): string {
  return `CASE WHEN strpos(${text}, '-') = 5 AND substr(${text}, 1, 1) BETWEEN '0' AND '9' AND length(${text}) <= 26 THEN ${value} END`;
}

/** MySQL rounds fractions beyond the declared digits (manual, Fractional Seconds in Time Values). */
function rounded(value: string, type: DataType): string {
  const digits = type.arguments[0] ?? 0;
  if (digits >= 6) return value;
  if (digits === 0) return withinYears(`date_trunc('second', ${value} + INTERVAL 500000 MICROSECONDS)`);
  const unit = 10 ** (6 - digits);
  const micros = `epoch_us(${value}) + ${unit / 2}`;
  return withinYears(`make_timestamp(${micros} - (((${micros}) % ${unit}) + ${unit}) % ${unit})`);
}

/** MySQL's dates end with the year 9999; rounding up can pass it. */
function withinYears(value: string): string {
  return `CASE WHEN ${value} < make_timestamp(${year10000Micros}) THEN ${value} END`;
}

/** 10000-01-01 in microseconds, beyond the numbers that are exact. */
const year10000Micros = '253402300800000000';

function roundedTime(value: string, type: DataType): string {
  const digits = type.arguments[0] ?? 0;
  if (digits >= 6) return value;
  const unit = 10 ** (6 - digits);
  return `to_microseconds(CAST(round(epoch_us(${value}) / ${unit}) * ${unit} AS BIGINT))`;
}

function between(value: string, low: string, high: string): string {
  return `CASE WHEN ${value} BETWEEN ${low} AND ${high} THEN ${value} END`;
}

/** A comparison that sees every difference a client would see, also of case. */
export function differs(left: string, right: string, type: DataType): string {
  if (classOf(type) !== 'text' || isBinaryText(type)) return `${left} IS DISTINCT FROM ${right}`;
  return `(${left} COLLATE "binary") IS DISTINCT FROM (${right} COLLATE "binary")`;
}
