import { asDate, asDatetime, asTime } from '../conversions/moments.ts';
import { asText } from '../conversions/texts.ts';
import { byteCall, computedOnce, macro, noted } from '../macro-names.ts';
import { notSupported } from '../not-supported.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { dateType, nullType, textType, withDigits, type Rendered } from '../types.ts';
import { secondDigitsMax } from '../second-digits.ts';
import { special, type FunctionEntry } from './definition.ts';
import { weekSql, yearWeekSql } from './weeks.ts';

const nothing: Rendered = { sql: 'NULL', type: nullType };

/**
 * DATE_FORMAT, TIME_FORMAT and STR_TO_DATE (manual, table of specifiers at DATE_FORMAT), and StarRocks' STR2DATE, which
 * gives a DATE whatever the format has.
 */
export const dateFormatFunctions: readonly FunctionEntry[] = [
  special('DATE_FORMAT', [2, 3], ([date, format]) => formatDate(date ?? nothing, format ?? nothing)),
  special('TIME_FORMAT', [2, 2], ([time, format]) => formatTime(time ?? nothing, format ?? nothing)),
  special('STR_TO_DATE', [2, 2], ([text, format], { context }) =>
    parseDate(text ?? nothing, format ?? nothing, context.sqlMode),
  ),
  special('STR2DATE', [2, 2], ([text, format]) => ({
    sql: asDate(parseDate(text ?? nothing, format ?? nothing)),
    type: dateType,
  })),
];

/** Specifiers that strftime and strptime have under this or another letter. */
const direct: ReadonlyMap<string, string> = new Map([
  ['a', '%a'],
  ['b', '%b'],
  ['c', '%-m'],
  ['d', '%d'],
  ['e', '%-d'],
  ['f', '%f'],
  ['H', '%H'],
  ['h', '%I'],
  ['I', '%I'],
  ['i', '%M'],
  ['j', '%j'],
  ['k', '%-H'],
  ['l', '%-I'],
  ['M', '%B'],
  ['m', '%m'],
  ['p', '%p'],
  ['r', '%I:%M:%S %p'],
  ['S', '%S'],
  ['s', '%S'],
  ['T', '%H:%M:%S'],
  ['W', '%A'],
  ['w', '%w'],
  ['Y', '%Y'],
  ['y', '%y'],
  ['%', '%%'],
]);

/** Specifiers that are macros of the date. */
const computed: ReadonlyMap<string, (date: string) => string> = new Map([
  ['D', (date) => macro('day_with_suffix', date)],
  ['U', (date) => macro('two_digits', weekSql(date, 0))],
  ['u', (date) => macro('two_digits', weekSql(date, 1))],
  ['V', (date) => macro('two_digits', weekSql(date, 2))],
  ['v', (date) => macro('two_digits', weekSql(date, 3))],
  ['X', (date) => `CAST(${yearWeekSql(date, 2)} // 100 AS VARCHAR)`],
  ['x', (date) => `CAST(${yearWeekSql(date, 3)} // 100 AS VARCHAR)`],
]);

type Piece = Readonly<{ kind: 'text' | 'specifier'; value: string }>;

function pieces(format: string): readonly Piece[] {
  const found: Piece[] = [];
  for (let at = 0; at < format.length; at++) {
    const isSpecifier = format[at] === '%' && at + 1 < format.length;
    if (isSpecifier) at += 1;
    found.push({ kind: isSpecifier ? 'specifier' : 'text', value: format[at] ?? '' });
  }
  return found;
}

function literalFormat(format: Rendered, name: string): string {
  return format.literal ?? notSupported(`${name} with a format that is no literal`);
}

/** DATE_FORMAT of a date. A format that is no literal is read for each row. */
export function formatDate(date: Rendered, format: Rendered): Rendered {
  // An empty format is NULL.
  if (date.type.kind === 'null' || format.type.kind === 'null' || format.literal === '') return nothing;
  const moment = asDatetime(date);
  if (format.literal === undefined) {
    const text = `encode(strftime(${moment}, '%Y-%m-%d %H:%M:%S.%f'))`;
    const sql = `decode(${byteCall('DATE_FORMAT', text, `encode(${asText(format)})`)})`;
    return { sql, type: textType };
  }
  const parts: string[] = [];
  let open = '';
  const close = (): void => {
    if (open !== '') parts.push(`strftime(${moment}, ${duckdbText(open)})`);
    open = '';
  };
  for (const piece of pieces(format.literal)) {
    const make = piece.kind === 'specifier' ? computed.get(piece.value) : undefined;
    if (make === undefined) {
      open += directForm(piece);
      continue;
    }
    close();
    parts.push(make(`CAST(${moment} AS DATE)`));
  }
  close();
  const sql = parts.join(' || ');
  return { sql: parts.length > 1 ? `(${sql})` : sql, type: textType };
}

/** An unknown specifier stands for its letter. */
function directForm(piece: Piece): string {
  if (piece.kind === 'text') return piece.value === '%' ? '%%' : piece.value;
  return direct.get(piece.value) ?? piece.value;
}

const timeSpecifiers = new Set('fHhIiklprSsT%');

/** TIME_FORMAT: hours may go beyond 24. What the engine's own formats have not is read by a function of ours. */
function formatTime(time: Rendered, format: Rendered): Rendered {
  if (time.type.kind === 'null' || format.type.kind === 'null') return nothing;
  const read = format.literal === undefined ? [] : pieces(format.literal);
  const isPlain = read.every(({ kind, value: letter }) => kind === 'text' || timeSpecifiers.has(letter));
  const isTime = time.type.kind === 'time' || /^-?\d+:[\d:.]+$/.test(time.literal ?? '');
  const dated = `'${isTime ? 0 : 1}'::BLOB`;
  const sql = computedOnce([asTime(time)], (value = '') => {
    const text = `encode(${macro('text_of_time_digits', value, '6')})`;
    const own = `decode(${byteCall('TIME_FORMAT', text, `encode(${asText(format)})`, dated)})`;
    if (read.length === 0 || !isPlain) return own;
    const shown = read.map((piece) => timePiece(piece, value)).join(' || ');
    // Before the sign of a negative time there is nothing.
    return `(CASE WHEN epoch_us(${value}) < 0 THEN ${own} ELSE ${shown} END)`;
  });
  return { sql, type: textType };
}

function timePiece(piece: Piece, value: string): string {
  if (piece.kind === 'text') return duckdbText(piece.value);
  switch (piece.value) {
    case 'H':
      return macro('hours_two_digits', value);
    case 'k':
      return `CAST(${macro('hour_of_time', value)} AS VARCHAR)`;
    case 'T':
      return macro('text_of_time', value);
    default:
      return `strftime(${macro('datetime_of_clock', value)}, ${duckdbText(directForm(piece))})`;
  }
}

const dateLetters = /[abcDdejMmUuVvWwXxYy]/;
const timeLetters = /[fHhIiklprSsT]/;
const weekLetters = /[UuVvXx]/;

/** STR_TO_DATE: DATE, TIME or DATETIME by the specifiers that the format has. NULL for what does not match. */
function parseDate(text: Rendered, format: Rendered, sqlMode?: ReadonlySet<string>): Rendered {
  if (text.type.kind === 'null' || format.type.kind === 'null') return nothing;
  if (format.literal === undefined && readsColumns(format.sql)) return parseComputed(text, format, sqlMode);
  const parts = pieces(literalFormat(format, 'STR_TO_DATE'));
  const letters = parts
    .filter((piece) => piece.kind === 'specifier')
    .map((piece) => piece.value)
    .join('');
  if (weekLetters.test(letters)) return parseWeek(text, parts);
  const pattern = parts.map(parseForm).join('');
  // MySQL skips blanks of the text before each specifier; the common case is one behind a comma.
  const spaced = pattern.replace(/,(?! )/g, ', ');
  const patterns =
    spaced === pattern ? duckdbText(pattern) : `[${duckdbText(pattern)}, ${duckdbText(spaced)}]`;
  const isPart = sqlMode !== undefined && dateLetters.test(letters) && !isWholeDate(letters);
  const parsed = computedOnce([asText(text)], (value = '') => {
    const unread = `CAST(CAST(${noted('str_to_date', value)} AS VARCHAR) AS TIMESTAMP)`;
    const read = `try_strptime(${value}, ${patterns})`;
    const found = isPart ? partOfDate(read, sqlMode) : read;
    return `coalesce(${found}, CASE WHEN ${value} IS NOT NULL THEN ${unread} END)`;
  });
  if (!timeLetters.test(letters)) return { sql: `CAST(${parsed} AS DATE)`, type: dateType };
  const digits = letters.includes('f') ? secondDigitsMax : 0;
  if (!dateLetters.test(letters)) {
    return { sql: macro('time_of_datetime', parsed), type: withDigits('time', digits) };
  }
  return { sql: parsed, type: withDigits('datetime', digits) };
}

/** Of a constant expression MySQL knows the format, and by it the type; what it is here, only the engine knows. */
function readsColumns(sql: string): boolean {
  return sql.replaceAll(/'(?:[^']|'')*'/g, '').includes('"');
}

/** By a format that each row has of its own: a DATETIME with six digits, whatever the format has. */
function parseComputed(text: Rendered, format: Rendered, sqlMode?: ReadonlySet<string>): Rendered {
  const refusesZeros =
    sqlMode === undefined ||
    ['NO_ZERO_IN_DATE', 'NO_ZERO_DATE', 'TRADITIONAL'].some((mode) => sqlMode.has(mode));
  const zeros = `'${refusesZeros ? 0 : 1}'::BLOB`;
  const sql = computedOnce([asText(text), asText(format)], (value = '', form = '') => {
    const given = [`encode(${value})`, `encode(${form})`] as const;
    const read = `CAST(decode(${byteCall('STR_TO_DATE', ...given, zeros)}) AS TIMESTAMP)`;
    const longer = `decode(${byteCall('IS_LONGER', ...given)}) = '1'`;
    const note = (kind: string): string => `CAST(CAST(${noted(kind, value)} AS VARCHAR) AS TIMESTAMP)`;
    const isGiven = `${value} IS NOT NULL AND ${form} IS NOT NULL`;
    return `coalesce(CASE WHEN ${longer} THEN ${note('longer date')} END, ${read}, CASE WHEN ${isGiven} THEN ${note('str_to_date')} END)`;
  });
  return { sql, type: withDigits('datetime', secondDigitsMax) };
}

function isWholeDate(letters: string): boolean {
  return /y/i.test(letters) && (letters.includes('j') || (/[bcMm]/.test(letters) && /[dDe]/.test(letters)));
}

/** A date without its year, month or day has zeros in their places, which sql_mode forbids unless told otherwise. */
function partOfDate(read: string, sqlMode: ReadonlySet<string>): string {
  if (sqlMode.has('NO_ZERO_IN_DATE') || sqlMode.has('TRADITIONAL')) return 'CAST(NULL AS TIMESTAMP)';
  const refusal = duckdbText('HF:not_supported:a date without its year, month or day is not supported');
  return `CASE WHEN ${read} IS NOT NULL THEN CAST(error(${refusal}) AS TIMESTAMP) END`;
}

function parseForm(piece: Piece): string {
  if (piece.kind === 'specifier' && /[.@#]/.test(piece.value))
    notSupported(`the specifier '%${piece.value}'`);
  if (piece.kind === 'specifier' && piece.value === 'D') notSupported("the specifier '%D' in STR_TO_DATE");
  return directForm(piece).replaceAll('%-', '%');
}

const weekPatterns: ReadonlyMap<string, string> = new Map([
  ['X', '(\\d{4})'],
  ['x', '(\\d{4})'],
  ['Y', '(\\d{4})'],
  ['V', '(\\d{1,2})'],
  ['v', '(\\d{1,2})'],
  ['U', '(\\d{1,2})'],
  ['u', '(\\d{1,2})'],
  ['W', '([A-Za-z]+)'],
  ['a', '([A-Za-z]{3})'],
  ['w', '([0-6])'],
]);

/** A year, a week and a weekday, such as '%X%V %W': MySQL makes the day of them. */
function parseWeek(text: Rendered, parts: readonly Piece[]): Rendered {
  const letters = parts.filter((piece) => piece.kind === 'specifier').map((piece) => piece.value);
  const pattern = parts.map((piece) => {
    if (piece.kind === 'text') return piece.value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
    return (
      weekPatterns.get(piece.value) ??
      notSupported(`the specifier '%${piece.value}' beside a week in STR_TO_DATE`)
    );
  });
  const group = (wanted: RegExp): string | undefined => {
    const index = letters.findIndex((letter) => wanted.test(letter));
    return index < 0
      ? undefined
      : `regexp_extract(${asText(text)}, ${duckdbText(`^\\s*${pattern.join('')}`)}, ${index + 1})`;
  };
  const year = group(/[XxY]/);
  const week = group(/[UuVv]/);
  const weekday = group(/[Waw]/);
  if (year === undefined || week === undefined || weekday === undefined) return nothing;
  const sundayFirst = letters.some((letter) => letter === 'V' || letter === 'U');
  return { sql: macro('date_of_week', year, week, weekday, String(sundayFirst)), type: dateType };
}
