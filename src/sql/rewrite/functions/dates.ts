import { asDate, asDatetime, asTime, isPlainDate } from '../conversions/moments.ts';
import { asText } from '../conversions/texts.ts';
import { asDouble, asInteger, asNumber } from '../conversions/numbers.ts';
import type { RewriteContext } from '../context.ts';
import type { Environment } from '../environment.ts';
import { byteCall, computedOnce, macro } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { fromUtc, parseTimeZone, sessionZone, toUtc, zonedText, type TimeZone } from '../time-zone.ts';
import {
  bigintType,
  dateType,
  datetimeType,
  fractionDigitsOf,
  isBits,
  isNumeric,
  integerType,
  nullType,
  textType,
  withDigits,
  type Rendered,
} from '../types.ts';
import { entry, plain, special, viaMacro, type FunctionEntry } from './definition.ts';
import { inCalendar, readBytes } from '../render/date.ts';
import { digitsAsSeconds, digitsAsTime, mostDigits } from '../second-digits.ts';
import { formatDate } from './date-formats.ts';
import { weekOf, yearWeekOf } from './weeks.ts';

/** Weeks from Monday, as ISO 8601 counts them. */
const isoMode: Rendered = { sql: '3', type: integerType, literal: '3' };
const nothing: Rendered = { sql: 'NULL', type: nullType };

/** default_week_format, the mode of WEEK without one. */
function usualMode(context: RewriteContext): Rendered | undefined {
  const mode = context.variable('default_week_format');
  return mode === undefined ? undefined : { sql: String(mode), type: integerType, literal: String(mode) };
}

const utc: TimeZone = { kind: 'offset', minutes: 0 };

/** Date and time functions (manual, Date and Time Functions). */
export const dateFunctions: readonly FunctionEntry[] = [
  ...['NOW', 'CURRENT_TIMESTAMP', 'LOCALTIME', 'LOCALTIMESTAMP', 'SYSDATE'].map((name) =>
    special(name, [0, 1], (values, environment) =>
      now(environment, sessionZone(environment.context), values[0]),
    ),
  ),
  special('UTC_TIMESTAMP', [0, 1], (values, environment) => now(environment, utc, values[0])),
  ...['CURDATE', 'CURRENT_DATE'].map((name) =>
    special(name, [0, 0], (_, environment) => today(environment, sessionZone(environment.context))),
  ),
  special('UTC_DATE', [0, 0], (_, environment) => today(environment, utc)),
  ...['CURTIME', 'CURRENT_TIME'].map((name) =>
    special(name, [0, 1], (values, environment) =>
      timeOfDay(environment, sessionZone(environment.context), values[0]),
    ),
  ),
  special('UTC_TIME', [0, 1], (values, environment) => timeOfDay(environment, utc, values[0])),
  entry('DATE', 'D', dateType, (date) => date),
  special('TIME', [1, 1], ([value]) => timeOf(value ?? nothing)),
  special('TIMESTAMP', [1, 2], ([date, time]) => timestampOf(date, time)),
  ...(['YEAR', 'MONTH', 'QUARTER', 'DAY'] as const).map((name) =>
    special(name, [1, 1], ([value]) => partOfDate(name, value ?? nothing)),
  ),
  special('DAYOFMONTH', [1, 1], ([value]) => partOfDate('DAY', value ?? nothing)),
  plain('DAYOFYEAR', 'C', integerType),
  special('HOUR', [1, 1], ([value]) => partOfTime('hour', value)),
  special('MINUTE', [1, 1], ([value]) => partOfTime('minute', value)),
  special('SECOND', [1, 1], ([value]) => partOfTime('second', value)),
  special('MICROSECOND', [1, 1], ([value]) => partOfTime('microsecond', value)),
  entry('DAYOFWEEK', 'C', integerType, (date) => `(dayofweek(${date}) + 1)`),
  entry('WEEKDAY', 'C', integerType, (date) => `(isodow(${date}) - 1)`),
  plain('MONTHNAME', 'C', textType),
  plain('DAYNAME', 'C', textType),
  entry('LAST_DAY', 'C', dateType, (date) => `last_day(${date})`),
  special('DATE_TRUNC', [2, 2], ([unit, date]) => truncatedDate(unit ?? nothing, date ?? nothing)),
  special('WEEK', [1, 2], ([date, mode], { context }) => weekOf(date ?? nothing, mode ?? usualMode(context))),
  special('WEEKOFYEAR', [1, 1], ([date]) => weekOf(date ?? nothing, isoMode)),
  special('YEARWEEK', [1, 2], ([date, mode]) => yearWeekOf(date ?? nothing, mode)),
  viaMacro('TO_DAYS', 'D', bigintType, 'day_number'),
  viaMacro('FROM_DAYS', 'i', dateType, 'date_of_day_number'),
  viaMacro('TO_SECONDS', 'S', bigintType, 'second_number'),
  entry('DATEDIFF', 'DD', bigintType, (later, earlier) => `date_diff('day', ${earlier}, ${later})`),
  special('TIMEDIFF', [2, 2], ([left, right]) => timeDifference(left, right)),
  special('ADDTIME', [2, 2], ([left, right]) => addTime('+', left, right)),
  special('SUBTIME', [2, 2], ([left, right]) => addTime('-', left, right)),
  viaMacro('MAKEDATE', 'ii', dateType, 'date_of_year_day'),
  special('MAKETIME', [3, 3], ([hour, minute, second]) =>
    timeOfParts(hour ?? nothing, minute ?? nothing, second ?? nothing),
  ),
  special('SEC_TO_TIME', [1, 1], ([seconds]) => timeOfSeconds(seconds ?? nothing)),
  viaMacro('TIME_TO_SEC', 'T', bigintType, 'seconds_of_time'),
  viaMacro('PERIOD_ADD', 'ii', bigintType),
  viaMacro('PERIOD_DIFF', 'ii', bigintType),
  special('UNIX_TIMESTAMP', [0, 1], unixTimestamp),
  special('FROM_UNIXTIME', [1, 2], fromUnixTime),
  special('CONVERT_TZ', [3, 3], ([date, from, to]) => convertZone(date, from, to)),
  ...['MICROSECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'WEEK'].map((unit) =>
    entry(
      `TIMESTAMPDIFF ${unit}`,
      'SS',
      bigintType,
      (from, to) => `date_sub('${unit.toLowerCase()}', ${from}, ${to})`,
    ),
  ),
  entry('TIMESTAMPDIFF MONTH', 'SS', bigintType, (from, to) => macro('months_between', from, to)),
  entry(
    'TIMESTAMPDIFF QUARTER',
    'SS',
    bigintType,
    (from, to) => `(${macro('months_between', from, to)} // 3)`,
  ),
  entry('TIMESTAMPDIFF YEAR', 'SS', bigintType, (from, to) => `(${macro('months_between', from, to)} // 12)`),
];

/** `YYYY-MM-DD HH:MM:SS` with as many digits of the second as asked for. */
function momentText(environment: Environment, zone: TimeZone, digits: Rendered | undefined): string {
  const count = digitsAsked(digits);
  const text = zonedText(environment.nowMs, zone);
  return count > 0
    ? `${text.slice(0, 19)}.${text.slice(20).padEnd(6, '0').slice(0, count)}`
    : text.slice(0, 19);
}

function digitsAsked(digits: Rendered | undefined): number {
  return Math.min(Number(digits?.literal ?? 0), 6);
}

function now(environment: Environment, zone: TimeZone, digits: Rendered | undefined): Rendered {
  return {
    sql: `CAST('${momentText(environment, zone, digits)}' AS TIMESTAMP)`,
    type: withDigits('datetime', digitsAsked(digits)),
  };
}

function today(environment: Environment, zone: TimeZone): Rendered {
  return { sql: `CAST('${momentText(environment, zone, undefined).slice(0, 10)}' AS DATE)`, type: dateType };
}

function timeOfDay(environment: Environment, zone: TimeZone, digits: Rendered | undefined): Rendered {
  return {
    sql: `CAST('${momentText(environment, zone, digits).slice(11)}' AS INTERVAL)`,
    type: withDigits('time', digitsAsked(digits)),
  };
}

/** A part of a date. Those of a number are its digits, whether there is such a day or not: of 20240230, and of 20240000. */
function partOfDate(part: 'YEAR' | 'MONTH' | 'QUARTER' | 'DAY', value: Rendered): Rendered {
  const { type, sql } = value;
  if (type.kind === 'null') return nothing;
  const isDigits = isNumeric(type) && !isBits(type) && !(type.kind === 'integer' && type.year === true);
  const name = part.toLowerCase();
  return isDigits
    ? { sql: macro(`${name}_of_digits`, `TRY_CAST(${sql} AS BIGINT)`), type: integerType }
    : { sql: `${name}(${asDatetime(value, 'date')})`, type: integerType };
}

/** The parts of a time; of a text the part that looks like a time counts, with or without a date before it. */
function partOfTime(part: string, value: Rendered | undefined): Rendered {
  if (value === undefined || value.type.kind === 'null') return nothing;
  if (value.type.kind === 'date') {
    return { sql: `(CASE WHEN ${value.sql} IS NOT NULL THEN 0 END)`, type: integerType };
  }
  if (value.type.kind === 'datetime' && part !== 'microsecond') {
    return { sql: `${part}(${value.sql})`, type: integerType };
  }
  return { sql: macro(`${part}_of_time`, asTime(value)), type: integerType };
}

function timeOf(value: Rendered): Rendered {
  return value.type.kind === 'null'
    ? nothing
    : { sql: asTime(value), type: withDigits('time', digitsAsTime(value)) };
}

function timeOfParts(hour: Rendered, minute: Rendered, second: Rendered): Rendered {
  if ([hour, minute, second].some(({ type }) => type.kind === 'null')) return nothing;
  const sql = macro('time_of_parts', asInteger(hour), asInteger(minute), asDouble(second));
  return { sql, type: withDigits('time', digitsAsSeconds(second)) };
}

function timeOfSeconds(seconds: Rendered): Rendered {
  if (seconds.type.kind === 'null') return nothing;
  const sql = macro('time_of_seconds', asDouble(seconds));
  return { sql, type: withDigits('time', digitsAsSeconds(seconds)) };
}

function timestampOf(date: Rendered | undefined, time: Rendered | undefined): Rendered {
  if (date === undefined || date.type.kind === 'null' || time?.type.kind === 'null') return nothing;
  const digits = digitsAsTime(date);
  if (time === undefined) return { sql: asDatetime(date), type: withDigits('datetime', digits) };
  return {
    sql: inCalendar(`(${asDatetime(date)} + ${asTime(time)})`),
    type: withDigits('datetime', mostDigits(digits, digitsAsTime(time))),
  };
}

function isTime(value: Rendered): boolean {
  if (value.type.kind === 'time') return true;
  return (
    value.type.kind === 'text' &&
    value.literal !== undefined &&
    /^\s*-?\d+(:\d+)+(\.\d*)?\s*$/.test(value.literal)
  );
}

const truncationUnits = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second'];

/** StarRocks' date_trunc(unit, date): the begin of the unit; that of a date is a date. */
function truncatedDate(unit: Rendered, date: Rendered): Rendered {
  const name = unit.literal?.toLowerCase();
  if (name === undefined || !truncationUnits.includes(name)) {
    notSupported(`date_trunc by '${unit.literal ?? 'an expression'}'`);
  }
  if (date.type.kind === 'null') return nothing;
  const begin = `date_trunc('${name}', ${asDatetime(date)})`;
  return date.type.kind === 'date'
    ? { sql: `CAST(${begin} AS DATE)`, type: dateType }
    : { sql: begin, type: withDigits('datetime', fractionDigitsOf(date.type)) };
}

/** Two times, or two datetimes; a mix gives NULL as in MySQL. */
function timeDifference(left: Rendered | undefined, right: Rendered | undefined): Rendered {
  if (left === undefined || right === undefined) return nothing;
  const type = withDigits('time', mostDigits(digitsAsTime(left), digitsAsTime(right)));
  if (isTime(left) && isTime(right)) return { sql: `(${asTime(left)} - ${asTime(right)})`, type };
  if (isTime(left) !== isTime(right)) return nothing;
  return { sql: macro('time_between', asDatetime(right), asDatetime(left)), type };
}

function addTime(operator: '+' | '-', moment: Rendered | undefined, right: Rendered | undefined): Rendered {
  if (moment === undefined || right === undefined || moment.type.kind === 'null') return nothing;
  const left = readBytes(moment);
  if (isNumeric(left.type) && !isBits(left.type)) {
    const time = operator === '+' ? asTime(right) : `-${asTime(right)}`;
    return { sql: macro('number_plus_time', asNumber(left).sql, time), type: textType };
  }
  const digits = mostDigits(digitsAsTime(left), digitsAsTime(right));
  if (isTime(left)) {
    const sum = `(${asTime(left)} ${operator} ${asTime(right)})`;
    return left.type.kind === 'text'
      ? { sql: macro('text_of_time', sum), type: textType }
      : { sql: sum, type: withDigits('time', digits) };
  }
  if (left.type.kind === 'text' && left.literal === undefined) {
    const name = operator === '+' ? 'text_plus_time' : 'text_minus_time';
    return { sql: macro(name, left.sql, asTime(right)), type: textType };
  }
  const sum = inCalendar(`(${asDatetime(left)} ${operator} ${asTime(right)})`);
  return { sql: sum, type: withDigits('datetime', digits) };
}

/** Whole seconds; a literal or decimal with a fraction keeps it. What is no date is the second 0. */
function unixTimestamp([value]: readonly Rendered[], environment: Environment): Rendered {
  if (value === undefined) return { sql: String(Math.floor(environment.nowMs / 1000)), type: bigintType };
  if (value.type.kind === 'null') return nothing;
  const moment = computedOnce([value.sql], (sql = '') => {
    const utc = toUtc(wholeDatetime({ ...value, sql }), sessionZone(environment.context));
    return `coalesce(${utc}, CASE WHEN ${sql} IS NOT NULL THEN TIMESTAMP '1970-01-01' END)`;
  });
  const scale = digitsAsTime(value) ?? 0;
  if (scale > 0) {
    return {
      sql: `CAST(${macro('exact_epoch', moment)} AS DECIMAL(24, ${scale}))`,
      type: { kind: 'decimal', scale },
    };
  }
  return { sql: macro('epoch_seconds', moment), type: bigintType };
}

function wholeDatetime(value: Rendered): string {
  return isPlainDate(value) ? `CAST(${asDate(value)} AS TIMESTAMP)` : asDatetime(value);
}

function fromUnixTime([seconds, format]: readonly Rendered[], environment: Environment): Rendered {
  if (seconds === undefined || seconds.type.kind === 'null') return nothing;
  const number = asNumber(seconds);
  const moment =
    number.type.kind === 'integer'
      ? macro('moment_of_integer', asInteger(number))
      : macro('moment_of_seconds', number.sql);
  const local: Rendered = {
    sql: fromUtc(moment, sessionZone(environment.context)),
    type: withDigits('datetime', digitsAsSeconds(seconds)),
  };
  return format === undefined ? local : formatDate(local, format);
}

function convertZone(date?: Rendered, from?: Rendered, to?: Rendered): Rendered {
  if (date === undefined || from === undefined || to === undefined || date.type.kind === 'null')
    return nothing;
  if (from.type.kind === 'null' || to.type.kind === 'null') return nothing;
  const type = withDigits('datetime', digitsAsTime(date));
  if (from.literal === undefined || to.literal === undefined) {
    const zones = [from, to].map((zone) => `decode(${byteCall('TIME_ZONE', `encode(${asText(zone)})`)})`);
    return { sql: macro('zone_converted', asDatetime(date), ...zones), type };
  }
  const source = parseTimeZone(from.literal);
  const target = parseTimeZone(to.literal);
  if (source === undefined || target === undefined)
    return { sql: 'CAST(NULL AS TIMESTAMP)', type: datetimeType };
  return { sql: fromUtc(toUtc(asDatetime(date), source), target), type };
}
