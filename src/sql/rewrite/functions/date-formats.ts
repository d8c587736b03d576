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

/**
 * STR_TO_DATE: DATE, TIME or DATETIME by the specifiers that the format has. NULL for what does not match. Digits that fill a
 * format of numbers, which is the common case, are read by the engine; all else by MySQL's rules, as a format of each row is.
 */
function parseDate(text: Rendered, format: Rendered, sqlMode?: ReadonlySet<string>): Rendered {
  if (text.type.kind === 'null' || format.type.kind === 'null') return nothing;
  if (format.literal === undefined && readsColumns(format.sql)) {
    const sql = computedOnce([asText(text), asText(format)], (value = '', form = '') =>
      parsedByRow(value, form, { zeros: keepsZeros(sqlMode), longer: 'datetime' }),
    );
    // Whatever the format has.
    return { sql, type: withDigits('datetime', secondDigitsMax) };
  }
  const literal = literalFormat(format, 'STR_TO_DATE');
  const parts = pieces(literal);
  const letters = parts
    .filter((piece) => piece.kind === 'specifier')
    .map((piece) => piece.value)
    .join('');
  const kind = !timeLetters.test(letters) ? 'date' : dateLetters.test(letters) ? 'datetime' : 'time';
  const zeros = kind === 'time' ? 'time' : keepsZeros(sqlMode);
  const filled = filledForm(parts);
  const parsed = computedOnce([asText(text)], (value = '') => {
    const byRow = parsedByRow(value, duckdbText(literal), { zeros, longer: kind });
    if (filled === undefined) return byRow;
    const pattern = parts.map((piece) => directForm(piece).replaceAll('%-', '%')).join('');
    const read = `try_strptime(${value}, ${duckdbText(pattern)})`;
    return `(CASE WHEN regexp_full_match(${value}, ${duckdbText(filled)}) AND ${read} IS NOT NULL THEN ${read} ELSE ${byRow} END)`;
  });
  if (kind === 'date') return { sql: `CAST(${parsed} AS DATE)`, type: dateType };
  const digits = letters.includes('f') ? secondDigitsMax : 0;
  const sql = kind === 'time' ? macro('time_of_datetime', parsed) : parsed;
  return { sql, type: withDigits(kind, digits) };
}

/** Digits of numbers that the engine and MySQL read alike: all of them, so that nobody asks where one ends. */
const filledDigits: ReadonlyMap<string, string> = new Map([
  ['Y', '[0-9]{4}'],
  ...['m', 'd', 'H', 'i', 'S', 's'].map((letter) => [letter, '[0-9]{2}'] as const),
  ['T', '[0-9]{2}:[0-9]{2}:[0-9]{2}'],
]);

/** Pattern of the texts that fill the format; undefined for a format with more than a whole date, or with other parts. */
function filledForm(parts: readonly Piece[]): string | undefined {
  const letters = parts.filter(({ kind }) => kind === 'specifier').map(({ value }) => value);
  const isWhole = ['Y', 'm', 'd'].every((letter) => letters.filter((one) => one === letter).length === 1);
  if (!isWhole || new Set(letters).size < letters.length) return undefined;
  const forms = parts.map(({ kind, value }) => {
    if (kind === 'specifier') return filledDigits.get(value);
    return /^[-/.:, T]$/.test(value) ? `[${value}]` : undefined;
  });
  return forms.includes(undefined) ? undefined : forms.join('');
}

/** Of a constant expression MySQL knows the format, and by it the type; what it is here, only the engine knows. */
function readsColumns(sql: string): boolean {
  return sql.replaceAll(/'(?:[^']|'')*'/g, '').includes('"');
}

/** What sql_mode says of dates with parts that are zero. */
function keepsZeros(sqlMode: ReadonlySet<string> | undefined): 'refused' | 'kept' {
  const modes = ['NO_ZERO_IN_DATE', 'NO_ZERO_DATE', 'TRADITIONAL'];
  return sqlMode === undefined || modes.some((mode) => sqlMode.has(mode)) ? 'refused' : 'kept';
}

type ByRow = Readonly<{
  /** `time` where the format has no date. */
  zeros: 'refused' | 'kept' | 'time';
  /** What the warning calls a text of which something is left. */
  longer: 'date' | 'time' | 'datetime';
}>;

/** A TIMESTAMP by MySQL's rules (`parsed-date.ts`), with MySQL's warnings of what does not match and of what is left. */
function parsedByRow(value: string, format: string, { zeros, longer }: ByRow): string {
  const given = [`encode(${value})`, `encode(${format})`] as const;
  const read = `CAST(decode(${byteCall('STR_TO_DATE', ...given, `'${zeros}'::BLOB`)}) AS TIMESTAMP)`;
  const isLonger = `decode(${byteCall('IS_LONGER', ...given)}) = '1'`;
  const note = (kind: string): string => `CAST(CAST(${noted(kind, value)} AS VARCHAR) AS TIMESTAMP)`;
  const isGiven = `${value} IS NOT NULL AND ${format} IS NOT NULL`;
  return `coalesce(CASE WHEN ${isLonger} THEN ${note(`longer ${longer}`)} END, ${read}, CASE WHEN ${isGiven} THEN ${note('str_to_date')} END)`;
}
