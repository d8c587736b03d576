import { SqlError } from '../../base/sql-error.ts';

export const monthNames: readonly string[] =
  'January February March April May June July August September October November December'.split(' ');
export const dayNames: readonly string[] = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(
  ' ',
);
const dayMs = 86_400_000;

type Moment = Readonly<{
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros: string;
}>;

/**
 * DATE_FORMAT (manual, table of specifiers there) of `yyyy-MM-dd HH:mm:ss.ffffff`. An unknown specifier stands for its letter;
 * an empty format gives nothing.
 */
export function formattedDate(text: string, format: string): string | undefined {
  if (format === '') return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/[- :.]/).map(Number);
  const moment = { year, month, day, hour, minute, second, micros: text.split('.')[1] ?? '000000' };
  return format.replaceAll(/%(.)/gsu, (_, letter: string) => specifiers[letter]?.(moment) ?? letter);
}

/**
 * TIME_FORMAT of `[-]HH:mm:ss.ffffff`. A time has no date: of its parts, numbers are zeros, and whatever needs a day makes the
 * answer NULL, as an empty format does. `mayHaveDate`: the value came of one that may have a date, which is not known here.
 */
export function formattedTime(text: string, format: string, mayHaveDate: boolean): string | undefined {
  const parts = /^(-?)(\d+):(\d+):(\d+)\.(\d+)$/.exec(text);
  if (format === '' || parts === null || /%[DMbWajUuVvXxw]/.test(format.replaceAll('%%', '')))
    return undefined;
  if (mayHaveDate && /%[YymcdeD]/.test(format.replaceAll('%%', '')))
    throw new SqlError('not_supported', 'TIME_FORMAT with parts of a date is not supported');
  const [, sign = '', hours = '', minute = '', second = '', micros = ''] = parts;
  const hour = Number(hours);
  const time = { year: 0, month: 0, day: 0, hour, minute: Number(minute), second: Number(second), micros };
  const shown = format.replaceAll(/%(.)/gsu, (_, letter: string) => {
    // The half of the day is that of the hour in it.
    const moment = 'pr'.includes(letter) ? { ...time, hour: hour % 24 } : time;
    return specifiers[letter]?.(moment) ?? letter;
  });
  return sign + shown;
}

const specifiers: Readonly<Record<string, (moment: Moment) => string>> = {
  a: (moment) => dayNames[weekday(moment)]?.slice(0, 3) ?? '',
  b: ({ month }) => monthNames[month - 1]?.slice(0, 3) ?? '',
  c: ({ month }) => String(month),
  D: ({ day }) => `${day}${suffixOf(day)}`,
  d: ({ day }) => padded(day),
  e: ({ day }) => String(day),
  f: ({ micros }) => micros.padEnd(6, '0'),
  H: ({ hour }) => padded(hour),
  h: ({ hour }) => padded(halfDayHour(hour)),
  I: ({ hour }) => padded(halfDayHour(hour)),
  i: ({ minute }) => padded(minute),
  j: ({ year, month, day }) => padded(dayNumber(year, month, day) - dayNumber(year, 1, 1) + 1, 3),
  k: ({ hour }) => String(hour),
  l: ({ hour }) => String(halfDayHour(hour)),
  M: ({ month }) => monthNames[month - 1] ?? '',
  m: ({ month }) => padded(month),
  p: ({ hour }) => (hour < 12 ? 'AM' : 'PM'),
  r: ({ hour, minute, second }) =>
    `${padded(halfDayHour(hour))}:${padded(minute)}:${padded(second)} ${hour < 12 ? 'AM' : 'PM'}`,
  S: ({ second }) => padded(second),
  s: ({ second }) => padded(second),
  T: ({ hour, minute, second }) => `${padded(hour)}:${padded(minute)}:${padded(second)}`,
  U: (moment) => padded(weekOf(moment, { sundayFirst: true, ofYear: false }).week),
  u: (moment) => padded(weekOf(moment, { sundayFirst: false, ofYear: false }).week),
  V: (moment) => padded(weekOf(moment, { sundayFirst: true, ofYear: true }).week),
  v: (moment) => padded(weekOf(moment, { sundayFirst: false, ofYear: true }).week),
  W: (moment) => dayNames[weekday(moment)] ?? '',
  w: (moment) => String(weekday(moment)),
  X: (moment) => padded(weekOf(moment, { sundayFirst: true, ofYear: true }).year, 4),
  x: (moment) => padded(weekOf(moment, { sundayFirst: false, ofYear: true }).year, 4),
  Y: ({ year }) => padded(year, 4),
  y: ({ year }) => padded(year % 100),
};

export function padded(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

function halfDayHour(hour: number): number {
  return hour % 12 === 0 ? 12 : hour % 12;
}

function suffixOf(day: number): string {
  if (day >= 10 && day <= 19) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th';
}

function dayNumber(year: number, month: number, day: number): number {
  return Math.round(new Date(0).setUTCFullYear(year, month - 1, day) / dayMs);
}

/** 0 for Sunday. */
function weekday({ year, month, day }: Moment): number {
  return weekdayOf(dayNumber(year, month, day));
}

/** The first of January 1970 was a Thursday. */
function weekdayOf(number: number): number {
  return (((number + 4) % 7) + 7) % 7;
}

type WeekMode = Readonly<{ sundayFirst: boolean; ofYear: boolean }>;

/**
 * MySQL's weeks: with Sunday first a year's first week begins with its first Sunday, with Monday first it is the one with
 * more than three days in the year. Days before it are of week 0, or with `ofYear` of the year before.
 */
function weekOf(
  { year, month, day }: Moment,
  { sundayFirst, ofYear }: WeekMode,
): Readonly<{ week: number; year: number }> {
  const today = dayNumber(year, month, day);
  const start = firstWeek(year, sundayFirst);
  if (ofYear && today >= firstWeek(year + 1, sundayFirst)) return { week: 1, year: year + 1 };
  if (today >= start) return { week: Math.floor((today - start) / 7) + 1, year };
  if (!ofYear) return { week: 0, year };
  return { week: Math.floor((today - firstWeek(year - 1, sundayFirst)) / 7) + 1, year: year - 1 };
}

function firstWeek(year: number, sundayFirst: boolean): number {
  const first = dayNumber(year, 1, 1);
  const day = weekdayOf(first);
  if (sundayFirst) return first + ((7 - day) % 7);
  const sinceMonday = (day + 6) % 7;
  return sinceMonday <= 3 ? first - sinceMonday : first + 7 - sinceMonday;
}
