import type { DateCache } from './date-cache.ts';
import { digitCount, writeDigits } from './digits.ts';

const space = 0x20;
const colon = 0x3a;
const minus = 0x2d;
const point = 0x2e;
const secondsPerDay = 86_400;
const microsPerSecond = 1_000_000;

/** A point in time, or a length of it, cut where text is written: whole days or hours, seconds, microseconds. */
export type Instant = { days: number; seconds: number; micros: number };

/** Splits microseconds since 1970 into days, seconds of the day and microseconds of the second. */
export function splitMicros(into: Instant, number: number, exact: () => bigint): void {
  if (Number.isNaN(number)) splitExact(into, exact());
  else splitSeconds(into, Math.floor(number / microsPerSecond), number);
}

/** Writes `YYYY-MM-DD HH:MM:SS[.ffffff]` as a length-encoded string. */
export function writeDateTimeText(
  bytes: Uint8Array,
  at: number,
  instant: Instant,
  { dates, digits }: Readonly<{ dates: DateCache; digits: number }>,
): number {
  let end = dates.write(bytes, at + 1, instant.days);
  bytes[end++] = space;
  const hours = Math.floor(instant.seconds / 3_600);
  end = writeClock(bytes, end, hours, instant.seconds - hours * 3_600);
  end = writeFraction(bytes, end, instant.micros, digits);
  bytes[at] = end - at - 1;
  return end;
}

/** Writes MySQL's TIME, `[-]HHH:MM:SS[.ffffff]`, as a length-encoded string. */
export function writeTimeText(bytes: Uint8Array, at: number, micros: number, digits: number): number {
  const magnitude = Math.abs(micros);
  const seconds = Math.floor(magnitude / microsPerSecond);
  const hours = Math.floor(seconds / 3_600);
  let end = at + 1;
  if (micros < 0) bytes[end++] = minus;
  end = writeClock(bytes, end, hours, seconds - hours * 3_600);
  end = writeFraction(bytes, end, magnitude - seconds * microsPerSecond, digits);
  bytes[at] = end - at - 1;
  return end;
}

function writeClock(bytes: Uint8Array, at: number, hours: number, secondsOfHour: number): number {
  const minutes = (secondsOfHour / 60) | 0;
  let end = writeDigits(bytes, at, hours, Math.max(2, digitCount(hours)));
  bytes[end++] = colon;
  end = writeDigits(bytes, end, minutes, 2);
  bytes[end++] = colon;
  return writeDigits(bytes, end, secondsOfHour - minutes * 60, 2);
}

/** Digits beyond those shown are cut off, as MySQL stores no more than the column has. */
function writeFraction(bytes: Uint8Array, at: number, micros: number, digits: number): number {
  if (digits === 0) return at;
  bytes[at] = point;
  return writeDigits(bytes, at + 1, Math.floor(micros / 10 ** (6 - digits)), digits);
}

function splitSeconds(into: Instant, seconds: number, micros: number): void {
  into.micros = micros - seconds * microsPerSecond;
  into.days = Math.floor(seconds / secondsPerDay);
  into.seconds = seconds - into.days * secondsPerDay;
}

function splitExact(into: Instant, micros: bigint): void {
  const perSecond = BigInt(microsPerSecond);
  const rest = ((micros % perSecond) + perSecond) % perSecond;
  splitSeconds(into, Number((micros - rest) / perSecond), 0);
  into.micros = Number(rest);
}
