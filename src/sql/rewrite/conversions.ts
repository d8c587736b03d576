import { decodeText, encodeText } from '../../base/text.ts';
import { defaultCollation } from '../ddl/character-sets.ts';
import { cannotConvert, requireConvertible } from './coercibility.ts';
import { collationKey, duckdbCollation } from './collations.ts';
import { macro } from './macro-names.ts';
import { duckdbBytes, duckdbText } from '../duckdb-quote.ts';
import { isDateText, temporalLiteral, timeLiteral } from './temporal-text.ts';
import {
  bigintType,
  decimalType,
  hasKey,
  hasOwnCollation,
  isBits,
  isCoded,
  isUnsigned,
  type Rendered,
  type TextType,
  unsignedType,
  type ValueType,
  withDigits,
} from './types.ts';

/**
 * MySQL's implicit conversions, each from every kind of value to one wanted kind (manual, Type Conversion in
 * Expression Evaluation). The results are DuckDB expressions of a known type.
 */

/** Greatest scale of MySQL's DECIMAL. */
export const scaleMax = 30;

/** A number as MySQL reads it at the start of a text: '12abc' is 12, 'abc' is 0. */
export function leadingNumber(text: string): string {
  const match = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(text);
  return match?.[1]?.replace(/^\+/, '').replace(/\.$/, '') ?? '0';
}

/** True for a text that is a number and nothing else: MySQL does not warn of it, nor of blanks. */
export function isNumberText(text: string): boolean {
  return /^\s*(?:[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)?\s*$/.test(text);
}

/** The value at its shown scale: a number that carries more digits is rounded. */
export function settled(value: Rendered): Rendered {
  if (value.type.kind === 'double' && value.type.decimals !== undefined) {
    return { sql: `round(${value.sql}, ${value.type.decimals})`, type: { kind: 'double' } };
  }
  if (value.type.kind !== 'decimal' || value.type.loose !== true) return value;
  const scale = value.type.scale;
  return { sql: `CAST(${value.sql} AS DECIMAL(38, ${scale}))`, type: decimalType(scale, 38) };
}

/** A number for arithmetic. Integers come as BIGINT, texts as DOUBLE. */
export function asNumber(value: Rendered): Rendered {
  switch (value.type.kind) {
    case 'integer':
      return value.type.wide ? value : widened(value, isUnsigned(value.type));
    case 'decimal':
    case 'null':
      return value;
    case 'double':
      // In MySQL a FLOAT is a double wherever it is computed with.
      return value.type.single === true
        ? { sql: `CAST(${value.sql} AS DOUBLE)`, type: { kind: 'double' } }
        : value;
    case 'boolean':
      return { sql: `CAST(${value.sql} AS BIGINT)`, type: bigintType };
    case 'text':
      if (value.literal !== undefined && isNumberText(value.literal))
        return numberLiteral(leadingNumber(value.literal));
      if (isCoded(value.type)) return { sql: `CAST(${codeOf(value)} AS DOUBLE)`, type: { kind: 'double' } };
      return { sql: macro('number_of_text', value.sql), type: { kind: 'double' } };
    case 'binary':
      // A hexadecimal or bit literal is a number where one is wanted.
      if (value.literal !== undefined)
        return { ...numberLiteral(BigInt.asUintN(64, BigInt(value.literal)).toString()), type: unsignedType };
      return {
        sql: macro('number_of_text', charactersOf(value.sql)),
        type: { kind: 'double' },
      };
    case 'date':
      return { sql: macro('number_of_date', value.sql), type: bigintType };
    case 'datetime':
    case 'time':
      return numberOfMoment(macro(`number_of_${value.type.kind}`, value.sql), value);
    case 'json':
      return { sql: macro('number_of_json', value.sql), type: { kind: 'double' } };
    case 'unknown':
      return { sql: macro('number_of_any', value.sql), type: value.type };
  }
}

/** The place of an ENUM's member, or the bits of a SET's. */
function codeOf(value: Rendered): string {
  const members = value.type.kind === 'text' ? value.type.members : undefined;
  if (members === undefined) return `enum_code(${value.sql})`;
  return macro('bits_of_set', value.sql, `[${members.map(duckdbText).join(', ')}]`);
}

/** Its digits, and those of its second's fraction where it has some. */
function numberOfMoment(digits: string, value: Rendered): Rendered {
  const scale = value.type.kind === 'datetime' || value.type.kind === 'time' ? (value.type.digits ?? 0) : 0;
  if (scale === 0) return { sql: digits, type: bigintType };
  const micros = `CAST(epoch_us(${value.sql}) % 1000000 AS DECIMAL(7, 0)) * 0.000001`;
  return { sql: `CAST(${digits} + ${micros} AS DECIMAL(20, ${scale}))`, type: { kind: 'decimal', scale } };
}

/** A small integer in 64 bits. */
function widened(value: Rendered, unsigned: boolean): Rendered {
  const literal = value.literal === undefined ? {} : { literal: value.literal };
  return unsigned
    ? { sql: `CAST(${value.sql} AS UBIGINT)`, type: unsignedType, ...literal }
    : { sql: `CAST(${value.sql} AS BIGINT)`, type: bigintType, ...literal };
}

/** Any number of a text literal: an integer stays one, so that keys are compared as integers. */
export function numberLiteral(digits: string): Rendered {
  if (/^\d{19,20}$/.test(digits))
    return { sql: `CAST(${digits} AS UBIGINT)`, type: unsignedType, literal: digits };
  if (/^-?\d{1,18}$/.test(digits)) return { sql: signed(digits), type: bigintType, literal: digits };
  return { sql: `CAST('${digits}' AS DOUBLE)`, type: { kind: 'double' }, literal: digits };
}

function signed(digits: string): string {
  return digits.startsWith('-') ? `(${digits})` : digits;
}

/** A whole number, rounded as MySQL rounds an argument. */
export function asInteger(value: Rendered): string {
  switch (value.type.kind) {
    case 'integer':
      if (value.type.wide && (value.literal === undefined || isUnsigned(value.type))) return value.sql;
      return `CAST(${value.sql} AS BIGINT)`;
    case 'boolean':
    case 'decimal':
      return `CAST(${value.sql} AS BIGINT)`;
    case 'null':
      return 'CAST(NULL AS BIGINT)';
    case 'text':
      return isCoded(value.type) ? codeOf(value) : macro('integer_of_text', value.sql);
    case 'unknown':
      return macro('integer_of_any', value.sql);
    case 'datetime':
    case 'time':
      return asNumber(wholeMoment(value)).sql;
    default: {
      const number = asNumber(value);
      return number.type.kind === 'double' ? macro('integer_of_double', number.sql) : number.sql;
    }
  }
}

/** The moment rounded to its second: 23:59:59.9 is the next day, and not the second 60. */
function wholeMoment(value: Rendered): Rendered {
  const { type, sql } = value;
  if ((type.kind !== 'datetime' && type.kind !== 'time') || type.digits === 0) return value;
  return { sql: macro(`${type.kind}_rounded`, sql, '0'), type: withDigits(type.kind, 0) };
}

export function asDouble(value: Rendered): string {
  if (value.type.kind === 'integer' && value.literal !== undefined) return `CAST(${value.sql} AS DOUBLE)`;
  const number = asNumber(value);
  return number.type.kind === 'double' ? number.sql : `CAST(${number.sql} AS DOUBLE)`;
}

/** Text as a client would see the value. */
export function asText(value: Rendered): string {
  switch (value.type.kind) {
    case 'text':
      return value.type.enumeration === true ? `CAST(${value.sql} AS VARCHAR)` : value.sql;
    case 'boolean':
      return `CAST(CAST(${value.sql} AS INTEGER) AS VARCHAR)`;
    case 'integer':
      return isBits(value.type)
        ? macro('text_of_blob', bytesOfBits(value.sql, value.type.bits))
        : `CAST(${value.sql} AS VARCHAR)`;
    case 'date':
    case 'null':
      return `CAST(${value.sql} AS VARCHAR)`;
    case 'decimal':
      return value.shown ?? `CAST(${settled(value).sql} AS VARCHAR)`;
    case 'double':
      if (value.shown !== undefined) return value.shown;
      return value.type.single === true
        ? macro('text_of_float', value.sql)
        : macro('text_of_double', settled(value).sql);
    case 'datetime':
      return textOfMoment('text_of_datetime', value.sql, value.type.digits);
    case 'time':
      return textOfMoment('text_of_time', value.sql, value.type.digits);
    case 'json':
      return `CAST(${value.sql} AS VARCHAR)`;
    case 'binary':
      return macro('text_of_blob', value.sql);
    case 'unknown':
      return macro('text_of_any', value.sql);
  }
}

/** A FLOAT that a function has taken for a double in between: as a text it has a double's digits. */
export function throughDouble(value: Rendered): Rendered {
  if (value.type.kind !== 'double' || value.type.single !== true) return value;
  return { ...value, shown: macro('text_of_widened', value.sql) };
}

/** Without fraction where MySQL shows none, and with all digits that there are where it is not known. */
function textOfMoment(name: 'text_of_datetime' | 'text_of_time', sql: string, digits = 0): string {
  return digits === 0 ? macro(name, sql) : macro(`${name}_digits`, sql, String(digits));
}

/** The value as a text beside others, of which all together are of `type`. Throws SqlError as `requireConvertible`. */
export function textBeside(value: Rendered, type: TextType): Rendered {
  const { literal } = value;
  const to = type.collation ?? defaultCollation;
  if (value.type.kind === 'text') {
    if (literal !== undefined) requireConvertible(literal, value.type.collation ?? to, to);
    return value.type.enumeration === true ? { ...value, sql: asText(value) } : value;
  }
  if (value.type.kind !== 'binary' || literal === undefined) return { sql: asText(value), type };
  const digits = literal.slice(2);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const text = decodeText(bytes);
  if (!text.isWellFormed()) throw cannotConvert(bytes, 'binary', to);
  return { ...textLiteral(text), type };
}

export function asBinary(value: Rendered): string {
  if (value.type.kind === 'binary') return value.sql;
  if (value.type.kind === 'null') return 'CAST(NULL AS BLOB)';
  if (isBits(value.type)) return bytesOfBits(value.sql, value.type.bits);
  if (value.literal !== undefined && value.type.kind === 'text')
    return duckdbBytes(encodeText(value.literal));
  return `encode(${asText(value)})`;
}

/** As many bytes as the bits need. */
function bytesOfBits(sql: string, bits: number): string {
  return `from_hex(lpad(to_hex(${sql}), ${Math.ceil(bits / 8) * 2}, '0'))`;
}

function literalDatetime(value: Rendered): string | undefined {
  if (value.literal === undefined) return undefined;
  return temporalLiteral('datetime', value.literal);
}

export function asDate(value: Rendered): string {
  if (value.type.kind === 'text' && value.literal !== undefined && isDateText(value.literal)) {
    const literal = temporalLiteral('date', value.literal);
    if (literal !== undefined) return literal;
  }
  switch (value.type.kind) {
    case 'date':
      return value.sql;
    case 'datetime':
    case 'null':
      return `CAST(${value.sql} AS DATE)`;
    case 'unknown':
      return `CAST(${macro('datetime_of_any', value.sql)} AS DATE)`;
    default:
      return `CAST(${asDatetime(value, 'date')} AS DATE)`;
  }
}

/**
 * A DuckDB TIMESTAMP, of which only the day counts where a `date` is wanted; NULL for what is no date, of which MySQL warns as of
 * the one or of the other.
 */
export function asDatetime(value: Rendered, wanted: 'date' | 'datetime' = 'datetime'): string {
  switch (value.type.kind) {
    case 'datetime':
      return value.sql;
    case 'date':
    case 'null':
      return `CAST(${value.sql} AS TIMESTAMP)`;
    case 'time':
      return macro(`${wanted}_of_time`, value.sql);
    case 'unknown':
      return macro('datetime_of_any', value.sql);
    case 'integer':
      if (isBits(value.type)) return 'CAST(NULL AS TIMESTAMP)';
      if (value.type.year === true) return `CAST(${firstDayOf(value.sql)} AS TIMESTAMP)`;
      return macro('datetime_of_number', `TRY_CAST(${value.sql} AS BIGINT)`);
    case 'decimal':
    case 'double':
    case 'boolean':
      return macro('datetime_of_number', `TRY_CAST(${value.sql} AS BIGINT)`);
    case 'text':
      return literalDatetime(value) ?? macro(`${wanted}_of_text`, asText(value));
    case 'json':
      return macro(`${wanted}_of_text`, asText(value));
    case 'binary':
      return macro(`${wanted}_of_text`, charactersOf(value.sql));
  }
}

/** A YEAR that is read as a date. */
function firstDayOf(year: string): string {
  return `make_date(CAST(${year} AS INTEGER), 1, 1)`;
}

/** Bytes as a text, those that are none included: for what looks for digits at its start. */
export function charactersOf(bytes: string): string {
  return macro('number_text_of_blob', bytes);
}

/** True when the value is a date or datetime of its own, or a text literal that is a date without time. */
export function isPlainDate(value: Rendered): boolean {
  if (value.type.kind === 'date') return true;
  return value.type.kind === 'text' && value.literal !== undefined && isDateText(value.literal);
}

/** A DuckDB INTERVAL with nothing but microseconds: MySQL's TIME. */
export function asTime(value: Rendered): string {
  if (value.type.kind === 'text' && value.literal !== undefined) {
    const literal = timeLiteral(value.literal);
    if (literal !== undefined) return literal;
  }
  switch (value.type.kind) {
    case 'time':
      return value.sql;
    case 'null':
      return 'CAST(NULL AS INTERVAL)';
    case 'date':
    case 'datetime':
      return macro('time_of_datetime', asDatetime(value));
    case 'binary':
      return macro('time_of_text', charactersOf(value.sql));
    case 'integer':
      if (value.type.year === true) return macro('time_of_datetime', asDatetime(value));
      if (isBits(value.type)) return 'CAST(NULL AS INTERVAL)';
      return macro('time_of_numeric', asDouble(value));
    case 'decimal':
    case 'double':
    case 'boolean':
      return macro('time_of_numeric', asDouble(value));
    default:
      return macro('time_of_text', asText(value));
  }
}

/** A condition: DuckDB's BOOLEAN. */
export function asCondition(value: Rendered): string {
  switch (value.type.kind) {
    case 'boolean':
      return value.sql;
    case 'null':
      return 'CAST(NULL AS BOOLEAN)';
    case 'unknown':
      return `(${macro('number_of_any', value.sql)} <> 0)`;
    default:
      return `(${asNumber(value).sql} <> 0)`;
  }
}

/** Unsigned 64 bits, in which MySQL's bit operators work. */
export function asBits(value: Rendered): string {
  if (value.type.kind === 'text' && !isCoded(value.type)) return macro('bits_of_text', value.sql);
  return macro('bits', asInteger(value));
}

/** The key by which a value sorts: of a text that of its collation. */
export function sortKey(value: Rendered): string {
  if (value.type.kind === 'json') return macro('json_sort_key', value.sql);
  if (value.type.kind !== 'text' || value.type.enumeration === true) return value.sql;
  return textKey(value);
}

/** The key by which ORDER BY and windows sort: as `sortKey`, but a SET by the number of its members, as an ENUM is. */
export function orderKey(value: Rendered): string {
  const isSet = value.type.kind === 'text' && value.type.members !== undefined;
  return isSet ? codeOf(value) : sortKey(value);
}

/** The key by which the collation compares texts, those of an ENUM too. */
export function textKey(value: Rendered): string {
  const text = asText(value);
  return hasOwnCollation(value.type) ? collationKey(text, value.type.collation) : macro('sort_key', text);
}

/** The value in the form in which DuckDB itself finds those equal that the collation calls so. */
export function equalityKey(value: Rendered): string {
  if (hasOwnCollation(value.type)) return textKey(value);
  return hasKey(value.type) ? `(${asText(value)} COLLATE "${duckdbCollation}")` : value.sql;
}

/** The value in the form in which it is one of several of a common type (CASE, IF, COALESCE, UNION). */
export function asType(value: Rendered, type: ValueType): string {
  const isEnum = value.type.kind === 'text' && value.type.enumeration === true;
  if (type.kind === 'double') return asFloating(value, type);
  if (value.type.kind === type.kind && type.kind !== 'decimal' && !isEnum) return value.sql;
  switch (type.kind) {
    case 'text':
      return asText(value);
    case 'binary':
      return asBinary(value);
    case 'datetime':
      return asDatetime(value);
    case 'integer':
      return asInteger(value);
    case 'decimal':
      return asDecimal(settled(value), type.scale);
    default:
      return settled(value).sql;
  }
}

/** A FLOAT among doubles is one, too, and a double among FLOATs is not. */
function asFloating(value: Rendered, type: Extract<ValueType, { kind: 'double' }>): string {
  if (value.type.kind === 'null') return value.sql;
  if (type.single !== true) return asDouble(settled(value));
  return value.type.kind === 'double' && value.type.single === true
    ? value.sql
    : `CAST(${asDouble(settled(value))} AS FLOAT)`;
}

/** DuckDB's common type of DECIMAL(38, 0) and a smaller one with a fraction has no room for the fraction. */
function asDecimal(value: Rendered, scale: number): string {
  if (value.type.kind === 'null') return value.sql;
  const isCoarser = value.type.kind !== 'decimal' || value.type.scale < scale;
  return isCoarser ? `CAST(${value.sql} AS DECIMAL(38, ${scale}))` : value.sql;
}

/** A text literal with its value kept, so that later conversions can look at it. */
export function textLiteral(value: string): Rendered {
  return { sql: duckdbText(value), type: { kind: 'text', exact: false }, literal: value };
}
