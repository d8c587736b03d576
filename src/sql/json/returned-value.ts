import { unreachable } from '../../base/assert.ts';
import { SqlError } from '../../base/sql-error.ts';
import { normalized } from './documents.ts';
import { find } from './find.ts';
import { decimalText, roundedToEven } from './number-text.ts';
import { parseWritten } from './parse.ts';
import type { JsonPath } from './path.ts';
import { printDocument } from './print.ts';
import type { Fallback } from './table.ts';
import { isArray, isObject, type JsonValue } from './value.ts';

/** The type that JSON_VALUE returns. `size`: characters or bytes, digits in all, or digits of the second's fraction. */
export type ReturnedType = TextType | NumberType | MomentType | Readonly<{ name: 'JSON' }>;
type TextType = Readonly<{ name: 'CHAR' | 'BINARY'; size?: number }>;
type NumberType =
  | Readonly<{ name: 'DECIMAL'; size: number; scale: number }>
  | Readonly<{ name: 'SIGNED' | 'UNSIGNED' | 'DOUBLE' | 'FLOAT' | 'YEAR' }>;
type MomentType = Readonly<{ name: 'DATE' | 'DATETIME' | 'TIME'; size: number }>;

/** What JSON_VALUE is asked for, as a call hands it over in JSON. A DEFAULT is `defaultText` already. */
export type JsonValuePlan = Readonly<{ type: ReturnedType; onEmpty: Fallback; onError: Fallback }>;

/** Where the text of MySQL's error of a document says that it stood. */
export const valueDocumentPlace = 'in argument 1 to function json_value';

/**
 * What JSON_VALUE returns, as a text that a cast to the type takes as it is; of a JSON type, the document (manual,
 * JSON_VALUE). `document` may be any text. Throws SqlError for what ERROR ON … asks for, and for no document under
 * ERROR ON ERROR.
 */
export function returnedText(document: string, path: JsonPath, plan: JsonValuePlan): string | null {
  const { onEmpty, onError, type } = plan;
  let found: readonly JsonValue[];
  try {
    found = find(parseWritten(document), path).map(({ value }) => value);
  } catch (error) {
    if (!(error instanceof SqlError) || error.kind !== 'invalid_json') throw error;
    return fallback(onError, () => normalized(document, valueDocumentPlace));
  }
  const [first] = found;
  if (first === undefined) {
    return fallback(onEmpty, () => {
      throw new SqlError('json_value_empty', "No value was found by 'json_value' on the specified path.");
    });
  }
  if (found.length > 1) {
    return fallback(onError, () => {
      throw new SqlError(
        'json_value_several',
        "More than one value was found by 'json_value' on the specified path.",
      );
    });
  }
  if (type.name === 'JSON') return printDocument(first);
  if (first === null) return null;
  const text = fitting(first, type);
  return text === undefined ? fallback(onError, () => outOfRange(type.name)) : text;
}

function fallback(given: Fallback, fail: () => string): string | null {
  switch (given.kind) {
    case 'null':
      return null;
    case 'error':
      return fail();
    case 'default':
      return given.text;
    default:
      return unreachable(given);
  }
}

function outOfRange(name: string): never {
  const shown = name === 'CHAR' || name === 'BINARY' ? 'STRING' : name;
  throw new SqlError('value_out_of_range', `${shown} value is out of range in 'json_value'`);
}

type ScalarType = Exclude<ReturnedType, { name: 'JSON' }>;

/** The text of a value which the type can hold; undefined for what it cannot. */
function fitting(value: JsonValue, type: ScalarType): string | undefined {
  const isText = typeof value === 'string';
  const text = isText ? value : printDocument(value);
  const isScalar = !isArray(value) && !isObject(value);
  switch (type.name) {
    case 'CHAR':
      return [...text].length > (type.size ?? Infinity) ? undefined : text;
    case 'BINARY':
      return Buffer.byteLength(text) > (type.size ?? Infinity) ? undefined : text;
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
      return isText ? momentText(text, type) : undefined;
    default:
      return isScalar
        ? numberText(typeof value === 'boolean' ? (value ? '1' : '0') : text, isText, type)
        : undefined;
  }
}

const real = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function numberText(text: string, isText: boolean, type: NumberType): string | undefined {
  switch (type.name) {
    case 'SIGNED':
      return integerText(text, isText, -(2n ** 63n), 2n ** 63n - 1n);
    case 'UNSIGNED':
      return integerText(text, isText, 0n, 2n ** 64n - 1n);
    case 'YEAR': {
      const year = integerText(text, isText, 0n, 2_155n);
      return year !== undefined && (year === '0' || Number(year) > 1_900) ? year : undefined;
    }
    case 'DECIMAL':
      return real.test(text.trimEnd()) ? decimalText(text.trim(), type.size, type.scale) : undefined;
    case 'DOUBLE':
    case 'FLOAT':
      if (text === '') return '0';
      return real.test(text) && (type.name === 'DOUBLE' || isFloat(Number(text))) ? text.trim() : undefined;
    default:
      return unreachable(type);
  }
}

/** MySQL keeps an infinity here, which no text can show. */
function isFloat(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}

/** A real number is rounded to the nearer integer, half to even; a text must be one. */
function integerText(text: string, isText: boolean, least: bigint, most: bigint): string | undefined {
  const isWhole = /^\s*[+-]?\d+$/.test(text);
  if (!isWhole && (isText || !Number.isFinite(Number(text)))) return undefined;
  const value = isWhole ? BigInt(text.trim().replace(/^\+/, '')) : roundedToEven(Number(text));
  return value < least || value > most ? undefined : String(value);
}

const date = String.raw`\s*(?:(\d{4}|\d\d)[-/.](\d\d?)[-/.](\d\d?)|(\d{4})(\d\d)(\d\d))`;
const clock = String.raw`(\d+):(\d\d?)(?::(\d\d?)(\.\d*)?)?`;
const dateForm = new RegExp(`^${date}(?:\\s+${clock})?\\s*$`);
const timeForm = new RegExp(`^\\s*(-?)(?:(\\d+) +)?${clock}$`);

/** MySQL's TIME ends at 838:59:59. */
const hoursMax = 838;

/** A date or a time in the form in which MySQL shows it; the digits that it has too many are cut off. */
function momentText(text: string, type: MomentType): string | undefined {
  const dated = datedText(text, type.size);
  if (dated !== undefined)
    return type.name === 'DATE' ? dated[0] : type.name === 'TIME' ? dated[1] : dated.join(' ');
  const match = type.name === 'TIME' ? timeForm.exec(text) : null;
  if (match === null) return undefined;
  const [, sign = '', days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  const all = Number(days) * 24 + Number(hours);
  if (all > hoursMax || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  return sign + clockText([String(all), minutes, seconds], fraction, type.size);
}

/** A date, and the time behind it. */
function datedText(text: string, digits: number): readonly [string, string] | undefined {
  const match = dateForm.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, packedYear, packedMonth, packedDay, ...time] = match;
  const [hours = '0', minutes = '0', seconds = '0', fraction = ''] = time;
  const shown = dayText(year ?? packedYear ?? '', month ?? packedMonth ?? '', day ?? packedDay ?? '');
  if (shown === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59)
    return undefined;
  return [shown, clockText([hours, minutes, seconds], fraction, digits)];
}

function dayText(year: string, month: string, day: string): string | undefined {
  const fullYear = year.length === 4 ? year : String(Number(year) + (Number(year) < 70 ? 2_000 : 1_900));
  const text = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text) ? text : undefined;
}

function clockText(parts: readonly string[], fraction: string, digits: number): string {
  const whole = parts.map((part) => part.padStart(2, '0')).join(':');
  return digits === 0 ? whole : `${whole}.${fraction.slice(1, digits + 1).padEnd(digits, '0')}`;
}

/**
 * The value of DEFAULT … ON EMPTY or ON ERROR as `returnedText` gives it. Throws SqlError with MySQL's words for a text that is none of
 * the type, or that loses something in it.
 */
export function defaultText(text: string, type: ReturnedType): string {
  switch (type.name) {
    case 'JSON':
      return normalized(text, valueDocumentPlace);
    case 'CHAR':
    case 'BINARY':
      return fitting(text, type) ?? tooFar('CHAR DEFAULT');
    case 'SIGNED':
    case 'UNSIGNED':
      if (text !== '' && !/^\s*[+-]?\d+$/.test(text)) truncated(`INTEGER ${type.name}`, text);
      return fitting(text, type) ?? tooFar(`${type.name} DEFAULT`);
    case 'YEAR':
      if (!/^\s*[+-]?\d+$/.test(text)) truncated('YEAR', text);
      return fitting(text, type) ?? tooFar('YEAR');
    case 'DECIMAL':
      return defaultDecimal(text, type);
    case 'DOUBLE':
    case 'FLOAT':
      return fitting(text, type) ?? truncated('DOUBLE', text);
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
      return defaultMoment(text, type);
    default:
      return unreachable(type);
  }
}

function defaultDecimal(text: string, type: Extract<ReturnedType, { name: 'DECIMAL' }>): string {
  if (!real.test(text.trimEnd())) truncated('DECIMAL', text);
  const value = fitting(text, type);
  const exact = fitting(text, { ...type, scale: type.scale + 1, size: type.size + 1 });
  // A digit that is rounded away is out of range.
  return value === undefined || exact?.replace(/0$/, '').replace(/\.$/, '') !== value
    ? tooFar('DECIMAL DEFAULT')
    : value;
}

function defaultMoment(text: string, type: MomentType): string {
  const value = fitting(text, type);
  // MySQL takes no date alone for a DATETIME here.
  if (value === undefined || (type.name === 'DATETIME' && !text.includes(':'))) {
    if (type.name !== 'DATETIME') return truncated(type.name.toLowerCase(), text);
    throw new SqlError('truncated_value', `Incorrect datetime value: '${text}'`);
  }
  const fraction = /\.(\d+)$/.exec(text)?.[1] ?? '';
  return /[1-9]/.test(fraction.slice(type.size)) ? tooFar('TIME DEFAULT') : value;
}

function truncated(type: string, text: string): never {
  throw new SqlError('truncated_value', `Truncated incorrect ${type} value: '${text}'`);
}

function tooFar(what: string): never {
  throw new SqlError('value_out_of_range', `${what} value is out of range in 'json_value'`);
}
