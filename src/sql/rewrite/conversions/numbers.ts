import { macro } from '../macro-names.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import {
  bigintType,
  decimalType,
  isCoded,
  isUnsigned,
  type Rendered,
  unsignedType,
  withDigits,
} from '../types.ts';

/**
 * Numbers of every kind of value (manual, Type Conversion in Expression Evaluation), as DuckDB expressions of a known type.
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
export function codeOf(value: Rendered): string {
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

/** Bytes as a text, those that are none included: for what looks for digits at its start. */
export function charactersOf(bytes: string): string {
  return macro('number_text_of_blob', bytes);
}

/** Unsigned 64 bits, in which MySQL's bit operators work. */
export function asBits(value: Rendered): string {
  if (value.type.kind === 'text' && !isCoded(value.type)) return macro('bits_of_text', value.sql);
  return macro('bits', asInteger(value));
}
