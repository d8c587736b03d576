import type { Expression } from '../ast.ts';
import { encodeText } from '../../../base/text.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { isDateText, temporalLiteral, timeLiteral } from '../temporal-text.ts';
import { findCharacterSet } from '../../ddl/character-sets.ts';
import { duckdbBytes, duckdbText } from '../../duckdb-quote.ts';
import {
  bigintType,
  dateType,
  datetimeType,
  decimalType,
  doubleType,
  inConnection,
  integerType,
  madeBinaryType,
  textType,
  timeType,
  unsignedType,
  type Rendered,
} from '../types.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

/** 12 is an integer, 1.5 a decimal, 1e3 a double. */
export function renderNumber(text: string): Rendered {
  if (/[eE]/.test(text))
    return { sql: `CAST(${duckdbText(text)} AS DOUBLE)`, type: doubleType, literal: text };
  const [whole = '', fraction] = text.split('.');
  if (whole.length + (fraction?.length ?? 0) > decimalDigitsMax) {
    return { sql: `CAST(${duckdbText(text)} AS DOUBLE)`, type: doubleType, literal: text };
  }
  if (fraction === undefined) return wholeLiteral(text);
  const digits =
    fraction === ''
      ? `CAST(${whole} AS DECIMAL(${whole.length}, 0))`
      : `${whole === '' ? '0' : whole}.${fraction}`;
  const precision = Math.max(whole.length, 1) + fraction.length;
  return { sql: digits, type: decimalType(fraction.length, precision), literal: text };
}

/** Beyond BIGINT an integer is unsigned, and beyond that a decimal. */
export function wholeLiteral(digits: string): Rendered {
  const value = BigInt(digits);
  const sql = value < 0n ? `(${digits})` : digits;
  if (digits.length <= 9) return { sql, type: integerType, literal: digits };
  if (BigInt.asIntN(64, value) === value) {
    return { sql: `CAST(${digits} AS BIGINT)`, type: bigintType, literal: digits };
  }
  if (BigInt.asUintN(64, value) === value) {
    return { sql: `CAST(${digits} AS UBIGINT)`, type: unsignedType, literal: digits };
  }
  return { sql, type: decimalType(0, digits.length), literal: digits };
}

/** Bytes that are no text in the connection's character set stay bytes, as in MariaDB. */
export function renderString({
  value,
  binary,
  characterSet,
}: Extract<Expression, { kind: 'string' }>): Rendered {
  if (binary || !value.isWellFormed()) return { sql: duckdbBytes(encodeText(value)), type: madeBinaryType };
  const text = { sql: duckdbText(value), type: textType, literal: value };
  if (characterSet === undefined) return text;
  const set = findCharacterSet(characterSet);
  if (set === undefined)
    throw new SqlError('unknown_character_set', `Unknown character set: '${characterSet}'`);
  return inConnection(text, set.defaultCollation);
}

/** Bytes; arithmetic reads them as a number, unless an introducer made them a string. */
export function renderBytes({ digits, base, number }: Extract<Expression, { kind: 'bytes' }>): Rendered {
  const hex = base === 16 ? digits : binaryToHex(digits);
  const padded = hex.length % 2 === 0 ? hex : `0${hex}`;
  const bytes = { sql: duckdbBytes(Buffer.from(padded, 'hex')), type: madeBinaryType };
  return number ? { ...bytes, literal: `0x${hex === '' ? '0' : hex}` } : bytes;
}

function binaryToHex(digits: string): string {
  if (digits === '') return '';
  const hex = BigInt(`0b${digits}`).toString(16);
  return hex.padStart(Math.ceil(digits.length / 8) * 2, '0');
}

/** DATE '…', TIME '…', TIMESTAMP '…'. A text that is no date is an error, as in MySQL. */
export function renderTemporal(type: 'date' | 'time' | 'datetime', value: string): Rendered {
  const sql = type === 'time' ? timeLiteral(value) : temporalLiteral(type, value);
  if (sql === undefined) {
    const word = type.toUpperCase();
    throw new SqlError('truncated_value', `Incorrect ${word} value: '${value}'`);
  }
  return { sql, type: type === 'date' ? dateType : type === 'time' ? timeType : datetimeType };
}

/** The literal of a text that is compared with a date: a plain date stays one. */
export function dateLiteralOf(value: string): Rendered | undefined {
  const type = isDateText(value) ? 'date' : 'datetime';
  const sql = temporalLiteral(type, value);
  return sql === undefined ? undefined : { sql, type: type === 'date' ? dateType : datetimeType };
}
