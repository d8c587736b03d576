/** Dates and times in the forms MySQL reads them from text (manual, Date and Time Literals), as DuckDB literals. */

export function isDateText(text: string): boolean {
  return /^\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\s*$/.test(text) || /^\d{8}$/.test(text);
}

const parts =
  /^\s*(\d{4}|\d{2})\D?(\d{1,2})\D?(\d{1,2})(?:[T\s]+(\d{1,2})\D?(\d{1,2})?\D?(\d{1,2})?(\.\d{1,6})?\d*)?\s*$/;

/** A DuckDB literal of a date text in one of MySQL's forms; `undefined` for what is no date. */
export function temporalLiteral(type: 'date' | 'datetime', value: string): string | undefined {
  const match = parts.exec(value) ?? parts.exec(value.replace(/^\s*(\d{8})(\d{6})/, '$1 $2'));
  if (match === null) return undefined;
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', fraction = ''] = match;
  const fullYear = year.length === 4 ? year : String(Number(year) + (Number(year) < 70 ? 2000 : 1900));
  const date = `${fullYear}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (type === 'date') return `CAST('${date}' AS DATE)`;
  const time = [hour, minute, second].map((part) => part.padStart(2, '0')).join(':');
  return `CAST('${date} ${time}${fraction}' AS TIMESTAMP)`;
}

const clock = /^\s*(-?)(?:(\d+)\s+)?(\d+):(\d{1,2})(?::(\d{1,2})(\.\d{1,6})?\d*)?/;
const digitsOnly = /^\s*(-?)(\d+)(\.\d{1,6})?/;
/** MySQL's TIME ends at 838:59:59. */
const secondsMax = 838 * 3600 + 59 * 60 + 59;

/** A DuckDB INTERVAL of a time text: `[-][days ]hh:mm[:ss[.f]]`, digits `hhmmss`, or the time of a datetime. */
export function timeLiteral(value: string): string | undefined {
  const micros = microsOfTime(value);
  return micros === undefined ? undefined : `to_microseconds(${micros})`;
}

function microsOfTime(value: string): number | undefined {
  const date = /^\s*\d{2,4}-\d{1,2}-\d{1,2}[T\s]+(\d.*)$/s.exec(value);
  if (date !== null) return microsOfTime(date[1] ?? '');
  const match = clock.exec(value);
  if (match !== null) {
    const [, sign = '', days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
    return micros(sign, [Number(days) * 24 + Number(hours), Number(minutes), Number(seconds)], fraction);
  }
  const digits = digitsOnly.exec(value);
  if (digits === null) return undefined;
  const [, sign = '', whole = '0', fraction = ''] = digits;
  const number = Number(whole);
  return micros(sign, [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100], fraction);
}

function micros(
  sign: string,
  parts: readonly [number, number, number],
  fraction: string,
): number | undefined {
  const [hours, minutes, seconds] = parts;
  if (minutes > 59 || seconds > 59) return undefined;
  const total = Math.min(hours * 3600 + minutes * 60 + seconds, secondsMax);
  const micros = total * 1_000_000 + Math.round(Number(`0${fraction}`) * 1_000_000);
  return sign === '-' ? -micros : micros;
}
