import { SqlError } from '../../../base/sql-error.ts';
import { isDateText } from '../conversions.ts';
import { macro } from '../macro-names.ts';
import { quoteBytes, quoteText } from '../quote.ts';
import {
  bigintType,
  binaryType,
  dateType,
  datetimeType,
  doubleType,
  integerType,
  textType,
  timeType,
  type Rendered,
} from '../types.ts';

/** Digits of DuckDB's DECIMAL. */
const precisionMax = 38;

/** 12 is an integer, 1.5 a decimal, 1e3 a double. */
export function renderNumber(text: string): Rendered {
  if (/[eE]/.test(text))
    return { sql: `CAST(${quoteText(text)} AS DOUBLE)`, type: doubleType, literal: text };
  const [whole = '', fraction] = text.split('.');
  if (whole.length + (fraction?.length ?? 0) > precisionMax) {
    return { sql: `CAST(${quoteText(text)} AS DOUBLE)`, type: doubleType, literal: text };
  }
  if (fraction === undefined) {
    const isWide = whole.length > 9;
    return { sql: whole, type: isWide ? bigintType : integerType, literal: text };
  }
  const digits = fraction === '' ? `${whole}.0` : `${whole === '' ? '0' : whole}.${fraction}`;
  return { sql: digits, type: { kind: 'decimal', scale: fraction.length }, literal: text };
}

export function renderString(value: string, binary: boolean): Rendered {
  if (!binary) return { sql: quoteText(value), type: textType, literal: value };
  return { sql: quoteBytes(Buffer.from(value)), type: binaryType };
}

/** Bytes; arithmetic on them reads the literal as a number. */
export function renderBytes(digits: string, base: 2 | 16): Rendered {
  const hex = base === 16 ? digits : binaryToHex(digits);
  const padded = hex.length % 2 === 0 ? hex : `0${hex}`;
  return {
    sql: quoteBytes(Buffer.from(padded, 'hex')),
    type: binaryType,
    literal: `0x${hex === '' ? '0' : hex}`,
  };
}

function binaryToHex(digits: string): string {
  if (digits === '') return '';
  const hex = BigInt(`0b${digits}`).toString(16);
  return hex.padStart(Math.ceil(digits.length / 8) * 2, '0');
}

/** DATE '…', TIME '…', TIMESTAMP '…'. A text that is no date is an error, as in MySQL. */
export function renderTemporal(type: 'date' | 'time' | 'datetime', value: string): Rendered {
  if (type === 'time') return { sql: macro('time_of_text', quoteText(value)), type: timeType };
  const sql = temporalLiteral(type, value);
  if (sql === undefined) {
    const word = type === 'date' ? 'DATE' : 'DATETIME';
    throw new SqlError('truncated_value', `Incorrect ${word} value: '${value}'`);
  }
  return { sql, type: type === 'date' ? dateType : datetimeType };
}

const parts =
  /^\s*(\d{4}|\d{2})\D?(\d{1,2})\D?(\d{1,2})(?:[T\s]+(\d{1,2})\D?(\d{1,2})?\D?(\d{1,2})?(\.\d{1,6})?\d*)?\s*$/;

/** A DuckDB literal of a date text in one of MySQL's forms; `undefined` for what is no date. */
export function temporalLiteral(type: 'date' | 'datetime', value: string): string | undefined {
  const match = parts.exec(value) ?? parts.exec(value.replace(/^\s*(\d{8})(\d{6})/, '$1 $2'));
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = ''] = match;
  const fullYear = year.length === 4 ? year : String(Number(year) + (Number(year) < 70 ? 2000 : 1900));
  const date = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (type === 'date') return `CAST('${date}' AS DATE)`;
  const time = [hour, minute, second].map((part) => part.padStart(2, '0')).join(':');
  return `CAST('${date} ${time}${fraction}' AS TIMESTAMP)`;
}

/** The literal of a text that is compared with a date: a plain date stays one. */
export function dateLiteralOf(value: string): Rendered | undefined {
  const type = isDateText(value) ? 'date' : 'datetime';
  const sql = temporalLiteral(type, value);
  return sql === undefined ? undefined : { sql, type: type === 'date' ? dateType : datetimeType };
}
