import { AssertionError } from 'node:assert';
import { type SqlErrorKind, SqlError } from '../../../base/sql-error.ts';
import type { Warning } from '../../query.ts';
import { parseWritten } from '../../../sql/json/parse.ts';
import type { ColumnDefinition, DataType } from '../../../sql/ddl/definition.ts';
import { sameName } from '../physical/names.ts';
import { classOf, decimalShape, enumMembers } from '../physical/types.ts';
import { lengthLimit } from '../physical/length-limit.ts';
import { readDateText, readTimeText } from './temporal-text.ts';

/** How strictly a statement takes values. */
export type ValueMode = Readonly<{
  /** sql_mode has STRICT_TRANS_TABLES or STRICT_ALL_TABLES, and the statement no IGNORE: a wrong value is an error. */
  isStrict: boolean;
  /** A NULL is one in this mode, too. */
  refusesNull?: boolean;
}>;

/** What a value that needs a look becomes: text that the column's conversion takes, and a warning if it was changed. */
export type Adjusted = Readonly<{ value: string | null; warning?: Warning }>;

/** A value that could not be used as it is, in MySQL's words. */
type Complaint = Readonly<{ kind: SqlErrorKind; number: number; message: string; value: string | null }>;

/**
 * Decides about one value that the set-wise conversion left alone. Returns text that the conversion takes, or throws
 * the MySQL error of strict mode.
 */
export function adjustValue(text: string, column: ColumnDefinition, row: number, mode: ValueMode): Adjusted {
  const read = readValue(text, column, row);
  if (!('kind' in read)) return read;
  if (mode.isStrict) throw new SqlError(read.kind, read.message);
  const { value, number, message } = read;
  // A text is cut then, and named so.
  const isCut = read.kind === 'data_too_long' && ['text', 'binary'].includes(classOf(column.type));
  const warning = isCut
    ? { number: 1265, message: message.replace('Data too long', 'Data truncated') }
    : { number, message };
  return { value, warning: { level: 'Warning', ...warning } };
}

/** A NULL for a column that takes none: an error, or its type's zero with a warning. */
export function adjustNull(column: ColumnDefinition, mode: ValueMode): Adjusted {
  const message = `Column '${column.name}' cannot be null`;
  if (mode.isStrict || mode.refusesNull === true) throw new SqlError('column_not_null', message);
  return { value: implicitDefault(column.type), warning: { level: 'Warning', number: 1048, message } };
}

/** The value MySQL gives a NOT NULL column without default outside of strict mode. */
export function implicitDefault(type: DataType): string | null {
  switch (classOf(type)) {
    case 'text':
    case 'binary':
    case 'set':
      return '';
    case 'enum':
      return type.values[0] ?? '';
    case 'time':
      return '00:00:00';
    case 'date':
    case 'datetime':
      return null;
    case 'json':
      return 'null';
    case 'nested':
      return null;
    default:
      return '0';
  }
}

function readValue(text: string, column: ColumnDefinition, row: number): Adjusted | Complaint {
  const { type } = column;
  switch (classOf(type)) {
    case 'text':
      return tooLong(text, column, row);
    case 'binary':
      return tooManyBytes(text, column, row);
    case 'enum':
      return readEnum(text, column, row);
    case 'set':
      return readSet(text, column, row);
    case 'json':
      return invalidDocument(text, column);
    case 'date':
    case 'datetime':
      return readTemporal(text, column, row);
    case 'time':
      return readTime(text, column, row);
    case 'year':
      return readYear(text, column, row);
    case 'nested':
      return {
        ...complaint('incorrect_value', 1366, `Incorrect value: '${shown(text)}'`, column, row),
        value: null,
      };
    default:
      return readNumber(text, column, row);
  }
}

/** Refused in every mode, as MySQL does: no document stands for one that cannot be read. */
function invalidDocument(text: string, column: ColumnDefinition): never {
  try {
    parseWritten(text);
  } catch (error) {
    if (!(error instanceof SqlError) || error.kind !== 'invalid_json') throw error;
    const reason = error.message.replace(/\.$/, '');
    throw new SqlError('invalid_json_column', `${reason} in value for column '${column.name}'.`, {
      cause: error,
    });
  }
  throw new AssertionError({ message: 'a document that can be read was refused' });
}

function readNumber(text: string, column: ColumnDefinition, row: number): Complaint {
  const prefix = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text)?.[0] ?? '';
  if (prefix === '') {
    const message = `Incorrect ${numberWord(column.type)} value: '${shown(text)}'`;
    return { ...complaint('incorrect_value', 1366, message, column, row), value: '0' };
  }
  const rest = text.slice(prefix.length).trim();
  if (rest !== '') {
    return {
      ...complaint('data_truncated', 1265, 'Data truncated', column, row),
      value: clamp(prefix, column.type),
    };
  }
  const isBit = classOf(column.type) === 'bit';
  return {
    ...(isBit
      ? complaint('data_too_long', 1406, 'Data too long', column, row)
      : complaint('out_of_range', 1264, 'Out of range value', column, row)),
    value: clamp(prefix, column.type),
  };
}

/** What MySQL's messages call the numbers of a type. */
function numberWord(type: DataType): string {
  switch (classOf(type)) {
    case 'decimal':
      return 'decimal';
    case 'float':
      return 'double';
    default:
      return 'integer';
  }
}

/** The nearest number that the type holds. */
function clamp(text: string, type: DataType): string {
  const value = Number(text);
  const [low, high] = rangeOf(type);
  if (value <= Number(low)) return low;
  if (value >= Number(high)) return high;
  return text.trim();
}

function rangeOf(type: DataType): readonly [low: string, high: string] {
  const bits = { TINYINT: 8n, SMALLINT: 16n, MEDIUMINT: 24n, INT: 32n, BIGINT: 64n, LARGEINT: 127n }[
    type.name
  ];
  if (bits !== undefined) {
    if (type.unsigned) return ['0', String((1n << bits) - 1n)];
    return [String(-(1n << (bits - 1n))), String((1n << (bits - 1n)) - 1n)];
  }
  if (type.name === 'BIT') return ['0', String((1n << BigInt(type.arguments[0] ?? 1)) - 1n)];
  if (classOf(type) === 'decimal') {
    const { precision, scale } = decimalShape(type);
    const nines = `${'9'.repeat(precision - scale) || '0'}${scale > 0 ? `.${'9'.repeat(scale)}` : ''}`;
    return [type.unsigned ? '0' : `-${nines}`, nines];
  }
  const [digits, decimals] = type.arguments;
  if (digits !== undefined && decimals !== undefined) {
    const nines = (10 ** (digits - decimals) - 10 ** -decimals).toFixed(decimals);
    return [type.unsigned ? '0' : `-${nines}`, nines];
  }
  const greatest = type.name === 'FLOAT' ? '3.4028234663852886e38' : '1.7976931348623157e308';
  return [type.unsigned ? '0' : `-${greatest}`, greatest];
}

function tooLong(text: string, column: ColumnDefinition, row: number): Adjusted | Complaint {
  const limit = lengthLimit(column.type);
  const max = limit?.max ?? text.length;
  const cut = limit?.unit === 'bytes' ? cutBytes(text, max) : [...text].slice(0, max).join('');
  // Blanks at the end of a VARCHAR are cut with a note, never an error (manual, The CHAR and VARCHAR Types).
  if (limit?.unit === 'characters' && text.slice(cut.length).trim() === '') return { value: cut };
  return { ...complaint('data_too_long', 1406, 'Data too long', column, row), value: cut };
}

/** Bytes come as hex digits here. */
function tooManyBytes(hex: string, column: ColumnDefinition, row: number): Complaint {
  const max = lengthLimit(column.type)?.max ?? hex.length;
  return { ...complaint('data_too_long', 1406, 'Data too long', column, row), value: hex.slice(0, max * 2) };
}

function cutBytes(text: string, max: number): string {
  const bytes = Buffer.from(text, 'utf8').subarray(0, max);
  return bytes.toString('utf8').replace(/�+$/, '');
}

function readEnum(text: string, column: ColumnDefinition, row: number): Adjusted | Complaint {
  const trimmed = text.replace(/ +$/, '');
  const members = enumMembers(column.type);
  const found = members.find((member) => sameName(member, trimmed)) ?? memberByIndex(trimmed, column.type);
  if (found !== undefined) return { value: found };
  return { ...complaint('data_truncated', 1265, 'Data truncated', column, row), value: '' };
}

function memberByIndex(text: string, type: DataType): string | undefined {
  return /^[0-9]+$/.test(text) ? type.values[Number(text) - 1] : undefined;
}

/** Members of a SET in the order of the declaration, each once. */
function readSet(text: string, column: ColumnDefinition, row: number): Adjusted | Complaint {
  const { values } = column.type;
  const wanted = text === '' ? [] : text.split(',').map((part) => part.trim());
  const known = values.filter((member) => wanted.some((part) => sameName(part, member)));
  if (wanted.every((part) => values.some((member) => sameName(part, member))))
    return { value: known.join(',') };
  if (/^[0-9]+$/.test(text) && BigInt(text) < 1n << BigInt(values.length)) {
    const bits = BigInt(text);
    return { value: values.filter((_, index) => (bits >> BigInt(index)) & 1n).join(',') };
  }
  return { ...complaint('data_truncated', 1265, 'Data truncated', column, row), value: known.join(',') };
}

function readTemporal(text: string, column: ColumnDefinition, row: number): Adjusted | Complaint {
  const read = readDateText(text);
  if (read !== undefined && !roundsPastYears(read, column.type)) return { value: read };
  const what = column.type.name === 'DATE' ? 'date' : 'datetime';
  return {
    ...complaint('truncated_value', 1292, `Incorrect ${what} value: '${shown(text)}'`, column, row),
    value: null,
  };
}

/** True for the last fraction of the year 9999 that rounding to the declared digits takes into the next. */
function roundsPastYears(read: string, type: DataType): boolean {
  const fraction = /^9999-12-31 23:59:59(\.\d+)$/.exec(read)?.[1];
  if (fraction === undefined || type.name === 'DATE') return false;
  const unit = 10 ** (type.arguments[0] ?? 0);
  return Math.round(Number(`0${fraction}`) * unit) >= unit;
}

function readTime(text: string, column: ColumnDefinition, row: number): Adjusted | Complaint {
  const read = readTimeText(text);
  if (read !== undefined) return { value: read };
  const message = `Incorrect time value: '${shown(text)}'`;
  return { ...complaint('truncated_value', 1292, message, column, row), value: nearestTime(text) };
}

/** Beyond its ends TIME gives the end (manual, The TIME Type); what is no time gives zero. */
function nearestTime(text: string): string {
  const [, sign = '', hours = '0'] = /^\s*(-)?(\d+):[0-5]?\d(?::[0-5]?\d)?/.exec(text) ?? [];
  return Number(hours) > 838 ? `${sign}838:59:59` : '00:00:00';
}

/** Years of one or two digits stand for 1970 to 2069; 0 is the year 0000 (manual, The YEAR Type). */
function readYear(text: string, column: ColumnDefinition, row: number): Adjusted | Complaint {
  if (/^\s*\d{1,2}\s*$/.test(text)) {
    const year = Number(text);
    return { value: String(year < 70 ? 2000 + year : 1900 + year) };
  }
  const isNumber = /^\s*[-+]?\d+\s*$/.test(text);
  if (!isNumber) {
    return {
      ...complaint('incorrect_value', 1366, `Incorrect integer value: '${shown(text)}'`, column, row),
      value: null,
    };
  }
  return { ...complaint('out_of_range', 1264, 'Out of range value', column, row), value: null };
}

function complaint(
  kind: SqlErrorKind,
  number: number,
  what: string,
  column: ColumnDefinition,
  row: number,
): Omit<Complaint, 'value'> {
  return { kind, number, message: `${what} for column '${column.name}' at row ${row}` };
}

/** Values in messages are cut as MySQL cuts them. */
function shown(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}...` : text;
}
