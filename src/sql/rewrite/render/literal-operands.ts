import { SqlError } from '../../../base/sql-error.ts';
import type { Expression } from '../ast.ts';
import { textLiteral } from '../conversions/texts.ts';
import { isNumberText, leadingNumber, numberLiteral } from '../conversions/numbers.ts';
import type { Environment } from '../environment.ts';
import { temporalLiteral, timeLiteral } from '../temporal-text.ts';
import { dateType, datetimeType, isNumeric, timeType, type Rendered } from '../types.ts';

/** Where a text that is compared stands: one comparison refuses what is no date, a list only warns of it. */
export type ComparedPlace = Readonly<{
  environment: Environment;
  isList?: boolean;
  /** Warns of what is no date where another place refuses it. */
  isLenient?: boolean;
  /** What the text is compared with, for the message. */
  beside?: Expression;
}>;

/**
 * A text literal that is compared with a number or a date, as MySQL takes it: once for the statement, with a warning where
 * it is no number or date as a whole. Throws MySQL's 1525. Every other value stays as it is.
 */
export function comparedLiteral(value: Rendered, other: Rendered, place: ComparedPlace): Rendered {
  if (value.type.kind !== 'text' || value.literal === undefined) return value;
  const { type } = other;
  if (isNumeric(type)) return numberOf(value.literal, other, place);
  if (type.kind === 'date' || type.kind === 'datetime') return momentOf(value, type.kind, place);
  return type.kind === 'time' ? clockOf(value, place) : value;
}

function numberOf(literal: string, { type }: Rendered, { environment }: ComparedPlace): Rendered {
  const isYear = type.kind === 'integer' && type.year === true;
  const digits = leadingNumber(literal);
  const isRead = isNumberText(literal) || (isYear && digits !== '0');
  if (!isRead) warn(environment, `Truncated incorrect DOUBLE value: '${literal}'`);
  return isYear ? textLiteral(digits) : numberLiteral(digits);
}

/** Behind a date MySQL reads over the rest of a text. */
const dateAtBegin = /^\s*\d{4}-\d{1,2}-\d{1,2}/;
const momentAtBegin = /^\s*\d{4}-\d{1,2}-\d{1,2}[T ]+\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d+)?)?/;

/** Of several what is no date comes before all dates. */
function momentOf(value: Rendered, wanted: 'date' | 'datetime', place: ComparedPlace): Rendered {
  const literal = value.literal ?? '';
  if (temporalLiteral('datetime', literal) !== undefined) return value;
  const [begin] = momentAtBegin.exec(literal) ?? dateAtBegin.exec(literal) ?? [];
  const isMoment = begin !== undefined && temporalLiteral('datetime', begin) !== undefined;
  if (!isMoment && place.isList !== true && place.isLenient !== true)
    throw new SqlError('wrong_value', `Incorrect ${wanted.toUpperCase()} value: '${literal}'`);
  warn(place.environment, incorrect(wanted, literal, place));
  return isMoment ? textLiteral(begin) : beforeAll(wanted);
}

function beforeAll(wanted: 'date' | 'datetime'): Rendered {
  return wanted === 'date'
    ? { sql: "CAST('-infinity' AS DATE)", type: dateType }
    : { sql: "CAST('-infinity' AS TIMESTAMP)", type: datetimeType };
}

/** One text that is no time is compared as a text; of several it is 00:00:00. */
function clockOf(value: Rendered, place: ComparedPlace): Rendered {
  const literal = value.literal ?? '';
  if (timeLiteral(literal) !== undefined) return value;
  warn(place.environment, incorrect('time', literal, place));
  const isAlone = place.isList !== true && place.isLenient !== true;
  return isAlone ? value : { sql: 'to_microseconds(0)', type: timeType };
}

function incorrect(wanted: string, literal: string, { isList, beside }: ComparedPlace): string {
  if (isList === true || beside?.kind !== 'column')
    return `Truncated incorrect ${wanted} value: '${literal}'`;
  return `Incorrect ${wanted} value: '${literal}' for column '${beside.name}' at row 1`;
}

function warn({ output }: Environment, message: string): void {
  output.warnings.push({ number: 1292, message });
}
