import type { Expression } from '../ast.ts';
import { asDate, asDatetime, asTime } from '../conversions/moments.ts';
import { asText } from '../conversions/texts.ts';
import { asDouble, asInteger, charactersOf } from '../conversions/numbers.ts';
import { isDateText } from '../temporal-text.ts';
import { digitsAsSeconds, digitsAsTime, mostDigits, secondDigitsMax } from '../second-digits.ts';
import { render, type Environment } from '../environment.ts';
import { macro } from '../macro-names.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { bigintType, dateType, nullType, textType, withDigits, type Rendered } from '../types.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** Units that leave a date a date. */
const dateUnits: ReadonlySet<string> = new Set(['DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR', 'YEAR_MONTH']);

const intervalMakers: ReadonlyMap<string, string> = new Map([
  ['MICROSECOND', 'to_microseconds'],
  ['MINUTE', 'to_minutes'],
  ['HOUR', 'to_hours'],
  ['DAY', 'to_days'],
  ['WEEK', 'to_weeks'],
  ['MONTH', 'to_months'],
  ['QUARTER', 'to_quarters'],
  ['YEAR', 'to_years'],
]);

/** Functions whose argument DuckDB wants as INTEGER. */
const smallMakers: ReadonlySet<string> = new Set([
  'to_days',
  'to_weeks',
  'to_months',
  'to_quarters',
  'to_years',
]);

export function renderDateArithmetic(node: Node<'dateArithmetic'>, environment: Environment): Rendered {
  const date = render(node.date, environment);
  const amount = render(node.amount, environment);
  return addInterval(node.operator, date, amount, node.unit);
}

/** DATE stays DATE for whole days; a text stays text, since MySQL gives a text for one (manual, DATE_ADD). */
function addInterval(operator: '+' | '-', moment: Rendered, amount: Rendered, unit: string): Rendered {
  const date = readBytes(moment);
  if (date.type.kind === 'null' || amount.type.kind === 'null') return { sql: 'NULL', type: nullType };
  const isWhole = dateUnits.has(unit);
  const added = digitsOfInterval(amount, unit);
  if (date.type.kind === 'time' && !isWhole) {
    const digits = mostDigits(date.type.digits, added);
    const sql = macro('in_clock', summed(asTime(date), operator, amount, unit));
    return { sql, type: withDigits('time', digits) };
  }
  const isDate = date.type.kind === 'date' || (date.literal !== undefined && isDateText(date.literal));
  if (isDate && isWhole) {
    return {
      sql: macro('day_in_calendar', `CAST(${summed(asDate(date), operator, amount, unit)} AS DATE)`),
      type: dateType,
    };
  }
  const sql = inCalendar(summed(asDatetime(date), operator, amount, unit));
  if (date.type.kind === 'text' && date.literal === undefined) {
    return isWhole
      ? { sql: macro('text_of_date_sum', date.sql, sql), type: textType }
      : { sql: macro('text_of_datetime', sql), type: textType };
  }
  return { sql, type: withDigits('datetime', digitsOfSum(date, added)) };
}

/** Bytes that are a date are its text. */
export function readBytes(value: Rendered): Rendered {
  const isBytes = value.type.kind === 'binary' && value.literal === undefined;
  return isBytes ? { sql: charactersOf(value.sql), type: textType } : value;
}

/** A text with a fraction, or with one added, has all digits of it. */
function digitsOfSum(date: Rendered, added: number | undefined): number | undefined {
  const digits = mostDigits(digitsAsTime(date), added);
  return date.type.kind === 'text' && digits !== 0 ? secondDigitsMax : digits;
}

function digitsOfInterval(amount: Rendered, unit: string): number | undefined {
  if (unit.endsWith('MICROSECOND')) return secondDigitsMax;
  return unit === 'SECOND' ? digitsAsSeconds(amount) : 0;
}

/** A moment, or NULL beyond the years 1 to 9999, which MySQL's sums do not leave. */
export function inCalendar(moment: string): string {
  return macro('in_calendar', moment);
}

/** Amounts that leave every sum within DuckDB's calendar. */
const usualAmount = /^-?\d{1,5}$/;

/** The sum, NULL beyond DuckDB's calendar. TRY knows no aggregates and subqueries, so both sides are named first. */
function summed(date: string, operator: '+' | '-', amount: Rendered, unit: string): string {
  if (usualAmount.test(amount.literal ?? '')) return `(${date} ${operator} ${intervalOf(amount, unit)})`;
  const sum = `v[1] ${operator} ${intervalFrom(unit, 'v[2]')}`;
  return `list_transform([row(${date}, ${amountFor(unit, amount)})], lambda v: TRY(${sum}))[1]`;
}

/** A DuckDB interval. Composite units read their parts from a text such as '1:30'. */
export function intervalOf(amount: Rendered, unit: string): string {
  return intervalFrom(unit, amountFor(unit, amount));
}

function amountFor(unit: string, amount: Rendered): string {
  if (unit === 'SECOND') return asDouble(amount);
  if (!intervalMakers.has(unit)) return asText(amount);
  return amount.type.kind === 'decimal' ? `CAST(${amount.sql} AS HUGEINT)` : asInteger(amount);
}

function intervalFrom(unit: string, amount: string): string {
  if (unit === 'SECOND') return `to_seconds(${amount})`;
  const maker = intervalMakers.get(unit);
  if (maker === undefined) return macro('interval_of_text', amount, duckdbText(unit));
  return `${maker}(CAST(${amount} AS ${smallMakers.has(maker) ? 'INTEGER' : 'BIGINT'}))`;
}

const extractors: ReadonlyMap<string, string> = new Map([
  ['YEAR', 'year'],
  ['QUARTER', 'quarter'],
  ['MONTH', 'month'],
  ['DAY', 'day'],
  ['HOUR', 'hour'],
  ['MINUTE', 'minute'],
  ['SECOND', 'second'],
]);

/** Units that MySQL reads from a text as from a time. */
const clockUnits: ReadonlySet<string> = new Set([
  'HOUR',
  'MINUTE',
  'SECOND',
  'MICROSECOND',
  'HOUR_MINUTE',
  'HOUR_SECOND',
  'HOUR_MICROSECOND',
  'MINUTE_SECOND',
  'MINUTE_MICROSECOND',
  'SECOND_MICROSECOND',
]);

export function renderExtract(node: Node<'extract'>, environment: Environment): Rendered {
  const value = render(node.operand, environment);
  if (value.type.kind === 'null') return { sql: 'NULL', type: nullType };
  const isText = value.type.kind === 'text' || value.type.kind === 'binary';
  const isClock = isText && clockUnits.has(node.unit);
  if (value.type.kind === 'time' || isClock) {
    return { sql: macro('extract_from_time', asTime(value), duckdbText(node.unit)), type: bigintType };
  }
  const simple = extractors.get(node.unit);
  if (simple !== undefined) return { sql: `${simple}(${asDatetime(value)})`, type: bigintType };
  return { sql: macro('extract_from_datetime', asDatetime(value), duckdbText(node.unit)), type: bigintType };
}
