/**
 * Dates and times in the spellings MySQL takes beside the plain one (manual, Date and Time Literals): any
 * punctuation between the parts, digits without any, years of two digits. Each gives the plain spelling, or
 * undefined for what is no date or time.
 */

/** TIME goes from -838:59:59 to 838:59:59. */
const hoursMax = 838;

export function readDateText(text: string): string | undefined {
  const trimmed = text.trim();
  return readDelimited(trimmed) ?? readDigits(trimmed);
}

export function readTimeText(text: string): string | undefined {
  const match = /^\s*(-)?(?:(\d+) )?(\d+)(?::(\d{1,2})(?::(\d{1,2}))?)?(?:\.(\d{0,6})\d*)?\s*$/.exec(text);
  if (!match) return undefined;
  const [, sign = '', days = '0', first = '0', second, third, fraction = ''] = match;
  const parts =
    second === undefined && match[2] === undefined
      ? timeOfDigits(first)
      : [first, second ?? '0', third ?? '0'];
  const [hours, minutes, seconds] = parts.map(Number) as [number, number, number];
  const total = hours + Number(days) * 24;
  if (minutes > 59 || seconds > 59 || total > hoursMax) return undefined;
  const tail = fraction === '' ? '' : `.${fraction}`;
  return `${sign}${two(total)}:${two(minutes)}:${two(seconds)}${tail}`;
}

/** HHMMSS, MMSS or SS. */
function timeOfDigits(digits: string): readonly string[] {
  const padded = digits.padStart(6, '0');
  return [padded.slice(0, -4), padded.slice(-4, -2), padded.slice(-2)];
}

const delimited =
  /^(\d{1,4})[^\d\s]+(\d{1,2})[^\d\s]+(\d{1,2})(?:(?:\s+|T)(\d{1,2})(?:[^\d\s]+(\d{1,2})(?:[^\d\s]+(\d{1,2})(?:\.(\d{0,6})\d*)?)?)?)?(Z|[+-]\d{2}:\d{2})?$/;

function readDelimited(text: string): string | undefined {
  const match = delimited.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  return made([fullYear(year as string), month, day, hour, minute, second], fraction, zone);
}

function readDigits(text: string): string | undefined {
  const match = /^(\d+)(?:\.(\d{0,6})\d*)?$/.exec(text);
  const digits = match?.[1];
  if (digits === undefined) return undefined;
  const yearLength = { 6: 2, 12: 2, 8: 4, 14: 4 }[digits.length];
  if (yearLength === undefined) return undefined;
  const rest = digits.slice(yearLength).match(/\d\d/g) ?? [];
  return made([fullYear(digits.slice(0, yearLength)), ...rest], match?.[2], undefined);
}

function fullYear(year: string): string {
  if (year.length > 2) return year.padStart(4, '0');
  return Number(year) < 70 ? `20${year.padStart(2, '0')}` : `19${year.padStart(2, '0')}`;
}

function made(
  parts: readonly (string | undefined)[],
  fraction: string | undefined,
  zone: string | undefined,
): string | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  const isReal = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  if (!isReal || hour > 23 || minute > 59 || second > 59) return undefined;
  const tail = fraction ? `.${fraction}` : '';
  const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)}${tail}`;
  return `${text}${zone === undefined || zone === 'Z' ? '' : zone}`;
}

function daysIn(year: number, month: number): number {
  return month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
