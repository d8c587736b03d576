import { dayNames, monthNames, padded } from './date-format.ts';

/** What STR_TO_DATE reads: `text` is `yyyy-MM-dd HH:mm:ss.ffffff`, in which parts that the format has not are zeros. */
export type ParsedDate = Readonly<{ text: string; hasDate: boolean; isWhole: boolean }>;

type Parts = {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  micros: number;
  /** 1 to 7, Monday first; 0 where there is none. */
  weekday: number;
  yearDay: number;
  week: number | undefined;
  weekForm: 'U' | 'u' | 'V' | 'v' | undefined;
  weekYear: Readonly<{ year: number; sundayFirst: boolean }> | undefined;
  isHalfDay: boolean;
  afternoon: number;
};

/**
 * STR_TO_DATE by MySQL's rules (manual, STR_TO_DATE; `extract_date_time` of its sources): blanks before each part are skipped,
 * and what the text is too short for is zero. Undefined for a text that does not match; `isWhole` is false where something is left.
 */
export function parsedDate(text: string, format: string): ParsedDate | undefined {
  const parts: Parts = {
    year: 0,
    month: 0,
    day: 0,
    hour: 0,
    minute: 0,
    second: 0,
    micros: 0,
    weekday: 0,
    yearDay: 0,
    week: undefined,
    weekForm: undefined,
    weekYear: undefined,
    isHalfDay: false,
    afternoon: 0,
  };
  const rest = readFormat(text, format, parts);
  if (rest === undefined || format === '' || !settleHours(parts) || !settleDay(parts)) return undefined;
  if (parts.month > 12 || parts.day > 31 || parts.hour > 23 || parts.minute > 59 || parts.second > 59)
    return undefined;
  const { year, month, day } = parts;
  const hasDate = year > 0 && month > 0 && day > 0;
  if (hasDate && day > daysOfMonth(year, month)) return undefined;
  return { text: shown(parts), hasDate, isWhole: rest.trim() === '' };
}

/** What is left of the text behind the format; undefined where they do not match. */
function readFormat(text: string, format: string, parts: Parts): string | undefined {
  let rest = text;
  for (let at = 0; at < format.length; at++) {
    rest = rest.replace(/^\s+/, '');
    if (rest === '') break;
    const sign = format[at] ?? '';
    if (sign === '%' && at + 1 < format.length) {
      at += 1;
      const next = readPart(rest, format[at] ?? '', parts);
      if (next === undefined) return undefined;
      rest = next;
    } else if (!/\s/.test(sign)) {
      if (!rest.startsWith(sign)) return undefined;
      rest = rest.slice(1);
    }
  }
  return rest;
}

type SetNumber = (parts: Parts, value: number, digits: number) => void;

const setMonth: SetNumber = (parts, value) => (parts.month = value);
const setDayOfMonth: SetNumber = (parts, value) => (parts.day = value);
const setHour: SetNumber = (parts, value) => (parts.hour = value);
const setSecond: SetNumber = (parts, value) => (parts.second = value);
const setWeek =
  (form: Parts['weekForm']): SetNumber =>
  (parts, value) =>
    Object.assign(parts, { week: value, weekForm: form });
const setWeekYear =
  (sundayFirst: boolean): SetNumber =>
  (parts, value) =>
    (parts.weekYear = { year: value, sundayFirst });

/** The most digits of each number, and which part it is. */
const numbers: ReadonlyMap<string, readonly [digitsMax: number, set: SetNumber]> = new Map<
  string,
  readonly [number, SetNumber]
>([
  ['Y', [4, (parts, value, digits) => (parts.year = digits <= 2 ? fullYear(value) : value)]],
  ['y', [2, (parts, value) => (parts.year = fullYear(value))]],
  ['m', [2, setMonth]],
  ['c', [2, setMonth]],
  ['d', [2, setDayOfMonth]],
  ['e', [2, setDayOfMonth]],
  ['D', [2, setDayOfMonth]],
  ['H', [2, setHour]],
  ['k', [2, setHour]],
  ['h', [2, setHalfDay]],
  ['I', [2, setHalfDay]],
  ['l', [2, setHalfDay]],
  ['i', [2, (parts, value) => (parts.minute = value)]],
  ['s', [2, setSecond]],
  ['S', [2, setSecond]],
  ['f', [6, (parts, value, digits) => (parts.micros = value * 10 ** (6 - digits))]],
  ['j', [3, (parts, value) => (parts.yearDay = value)]],
  ['w', [1, (parts, value) => (parts.weekday = value === 0 ? 7 : value)]],
  ['U', [2, setWeek('U')]],
  ['u', [2, setWeek('u')]],
  ['V', [2, setWeek('V')]],
  ['v', [2, setWeek('v')]],
  ['X', [4, setWeekYear(true)]],
  ['x', [4, setWeekYear(false)]],
]);

function setHalfDay(parts: Parts, value: number): void {
  parts.hour = value;
  parts.isHalfDay = true;
}

const skipped: ReadonlyMap<string, RegExp> = new Map([
  ['.', /^[!-/:-@[-`{-~]*/],
  ['@', /^[A-Za-z]*/],
  ['#', /^\d*/],
]);

/** What is left behind one part; undefined for what it cannot read. */
function readPart(text: string, letter: string, parts: Parts): string | undefined {
  const number = numbers.get(letter);
  if (number !== undefined) {
    const [width, set] = number;
    const digits = new RegExp(`^\\d{1,${width}}`).exec(text)?.[0];
    if (digits === undefined || (letter === 'w' && Number(digits) > 6)) return undefined;
    set(parts, Number(digits), digits.length);
    return text.slice(letter === 'D' ? digits.length + 2 : digits.length);
  }
  const skip = skipped.get(letter);
  if (skip !== undefined) return text.replace(skip, '');
  switch (letter) {
    case 'M':
    case 'b':
      return readName(
        text,
        letter === 'M' ? monthNames : monthNames.map(short),
        (place) => (parts.month = place),
      );
    case 'W':
    case 'a': {
      const names = letter === 'W' ? dayNames : dayNames.map(short);
      return readName(text, names, (place) => (parts.weekday = place === 1 ? 7 : place - 1));
    }
    case 'p':
      return readHalf(text, parts);
    case 'r':
      return readFormat(text, '%I:%i:%S %p', parts);
    case 'T':
      return readFormat(text, '%H:%i:%S', parts);
    default:
      return undefined;
  }
}

function short(name: string): string {
  return name.slice(0, 3);
}

/** Letters up to the next sign that is none: a name, or the beginning of one alone. */
function readName(text: string, names: readonly string[], set: (place: number) => void): string | undefined {
  const word = /^[A-Za-z]+/.exec(text)?.[0]?.toLowerCase() ?? '';
  const lower = names.map((name) => name.toLowerCase());
  const begun = word === '' ? [] : lower.filter((name) => name.startsWith(word));
  const found = lower.includes(word) ? word : begun.length === 1 ? begun[0] : undefined;
  if (found === undefined) return undefined;
  set(lower.indexOf(found) + 1);
  return text.slice(word.length);
}

function readHalf(text: string, parts: Parts): string | undefined {
  const half = text.slice(0, 2).toUpperCase();
  if (!parts.isHalfDay || (half !== 'AM' && half !== 'PM')) return undefined;
  if (half === 'PM') parts.afternoon = 12;
  return text.slice(2);
}

function settleHours(parts: Parts): boolean {
  if (!parts.isHalfDay) return true;
  if (parts.hour < 1 || parts.hour > 12) return false;
  parts.hour = (parts.hour % 12) + parts.afternoon;
  return true;
}

/** The day by its number in the year, or by its week and weekday. */
function settleDay(parts: Parts): boolean {
  if (parts.yearDay > 0) setDay(parts, dayNumber(parts.year, 1) + parts.yearDay - 1);
  const { week, weekForm, weekYear, weekday } = parts;
  if (week === undefined || weekForm === undefined) return true;
  const isStrict = weekForm === 'V' || weekForm === 'v';
  const sundayFirst = weekForm === 'U' || weekForm === 'V';
  if (week > 53 || (isStrict && week === 0)) return false;
  if (weekday === 0) return true;
  if (isStrict ? weekYear?.sundayFirst !== sundayFirst : weekYear !== undefined) return false;
  const first = dayNumber(isStrict ? (weekYear?.year ?? 0) : parts.year, 1);
  // 1 January 1970 was a Thursday.
  const sunday = (((first + 4) % 7) + 7) % 7;
  const begin = sundayFirst ? sunday : (sunday + 6) % 7;
  const shift = sundayFirst ? (begin === 0 ? 0 : 7) : begin <= 3 ? 0 : 7;
  setDay(parts, first + shift - begin + (week - 1) * 7 + (sundayFirst ? weekday % 7 : weekday - 1));
  return true;
}

const dayMs = 86_400_000;

function dayNumber(year: number, month: number): number {
  return Math.round(new Date(0).setUTCFullYear(year, month - 1, 1) / dayMs);
}

function setDay(parts: Parts, number: number): void {
  const date = new Date(number * dayMs);
  Object.assign(parts, {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
  });
}

function daysOfMonth(year: number, month: number): number {
  return new Date(new Date(0).setUTCFullYear(year, month, 0)).getUTCDate();
}

function fullYear(year: number): number {
  return year > 99 ? year : year + (year < 70 ? 2_000 : 1_900);
}

function shown({ year, month, day, hour, minute, second, micros }: Parts): string {
  const date = [padded(year, 4), padded(month), padded(day)].join('-');
  return `${date} ${[hour, minute, second].map((part) => padded(part)).join(':')}.${padded(micros, 6)}`;
}
