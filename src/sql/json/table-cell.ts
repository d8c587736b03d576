import { SqlError } from '../../base/sql-error.ts';
import { decimalText, roundedToEven } from './number-text.ts';
import { printDocument } from './print.ts';
import { isArray, isObject, type JsonValue } from './value.ts';

/** What a column of JSON_TABLE holds; sizes as declared. `decimal` is of whole digits and those behind the point. */
export type CellType =
  | Readonly<{ kind: 'integer'; least: string; most: string }>
  | Readonly<{ kind: 'decimal'; precision: number; scale: number }>
  | Readonly<{ kind: 'text'; charactersMax: number }>
  | Readonly<{ kind: 'double' | 'json' | 'year' | 'date' | 'datetime' | 'time' }>;

const moments: Readonly<Record<'date' | 'datetime' | 'time', RegExp>> = {
  date: /^\d{4}-\d\d?-\d\d?(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d*)?)?)?$/,
  datetime: /^\d{4}-\d\d?-\d\d?(?:[ T]\d\d?:\d\d(?::\d\d(?:\.\d*)?)?)?$/,
  time: /^-?\d{1,3}:\d\d(?::\d\d(?:\.\d*)?)?$/,
};

/**
 * The text of a value that the column takes, which DuckDB casts without loss; null for JSON's null. Throws SqlError with
 * MySQL's words for what does not fit.
 */
export function cellText(value: JsonValue, type: CellType, column: string): string | null {
  if (value === null) return null;
  if (type.kind === 'json') return printDocument(value);
  if (isArray(value) || isObject(value)) {
    throw new SqlError(
      'json_table_scalar',
      `Can't store an array or an object in the scalar JSON_TABLE column '${column}'`,
    );
  }
  const text = typeof value === 'string' ? value : printDocument(value);
  switch (type.kind) {
    case 'text':
      return [...text].length > type.charactersMax ? outOfRange(column) : text;
    case 'integer':
      return integerText(numberOf(value, 'INTEGER', column), type, column);
    case 'decimal':
      return (
        decimalText(numberOf(value, 'DECIMAL', column), type.precision, type.scale) ?? outOfRange(column)
      );
    case 'double':
      return numberOf(value, 'DOUBLE', column);
    case 'year':
      return yearText(Number(numberOf(value, 'INTEGER', column)), column);
    default:
      return moments[type.kind].test(text) ? text : notCast(type.kind.toUpperCase(), column);
  }
}

function outOfRange(column: string): never {
  throw new SqlError('json_table_range', `Value is out of range for JSON_TABLE's column '${column}'`);
}

function notCast(type: string, column: string): never {
  throw new SqlError('json_cast', `Invalid JSON value for CAST to ${type} from column ${column} at row 1`);
}

/** The digits of a number, a truth, or a text that is a number as a whole. */
function numberOf(value: JsonValue, type: string, column: string): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  const text = typeof value === 'string' ? value : printDocument(value);
  const pattern = type === 'INTEGER' && typeof value === 'string' ? /^\s*[+-]?\d+$/ : number;
  return pattern.test(text) ? text.trim().replace(/^\+/, '') : notCast(type, column);
}

const number = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function integerText(
  digits: string,
  { least, most }: Extract<CellType, { kind: 'integer' }>,
  column: string,
): string {
  const whole = /^-?\d+$/.test(digits) ? BigInt(digits) : roundedToEven(Number(digits));
  return whole < BigInt(least) || whole > BigInt(most) ? outOfRange(column) : String(whole);
}

function yearText(year: number, column: string): string {
  if (year === 0) return '0';
  if (year > 0 && year < 100) return String(year < 70 ? 2000 + year : 1900 + year);
  return year >= 1901 && year <= 2155 ? String(year) : outOfRange(column);
}
