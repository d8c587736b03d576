import type { ColumnWriter } from '../parquet/column-writer.ts';
import { NumberBounds, WideBounds } from './bounds.ts';
import type { RowBatch } from './row-batch.ts';
import type { ValueEncoder } from './value-encoders.ts';
import { multiplyAdd, type Wide } from './wide-number.ts';

const dayMs = 86_400_000;
const daySeconds = 86_400;
const dayMicros = 86_400_000_000;
const secondMicros = 1_000_000;
const twoTo32 = 4_294_967_296;

/** DATE (Protocol::MYSQL_TYPE_DATE): a length of 0 or 4; year, month, day. */
export class DateEncoder implements ValueEncoder {
  readonly bounds: NumberBounds = new NumberBounds((days) => isoText(days * dayMs).slice(0, 10));
  readonly #writer: ColumnWriter;
  readonly #raw: ColumnWriter;
  readonly #days = new DayNumbers();

  constructor(writer: ColumnWriter, raw: ColumnWriter) {
    this.#writer = writer;
    this.#raw = raw;
  }

  read({ view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const start = (at[row] as number) + 1;
      const length = view.getUint8(start - 1);
      const days = length >= 4 ? this.#days.of(view, start) : undefined;
      if (days === undefined) {
        putRaw(this.#raw, this.#writer, length >= 4 ? dateText(view, start) : '0000-00-00');
      } else {
        this.bounds.add(days);
        this.#writer.append32(days);
      }
      at[row] = start + length;
    }
  }
}

/** DATETIME and TIMESTAMP: a length of 0, 4, 7 or 11; date, time of day, microseconds. */
export class DateTimeEncoder implements ValueEncoder {
  readonly bounds: WideBounds = new WideBounds(timestampText);
  readonly #writer: ColumnWriter;
  readonly #raw: ColumnWriter;
  readonly #days = new DayNumbers();
  readonly #value: Wide = { low: 0, high: 0 };

  constructor(writer: ColumnWriter, raw: ColumnWriter) {
    this.#writer = writer;
    this.#raw = raw;
  }

  read({ view, at }: RowBatch, from: number, to: number): void {
    const value = this.#value;
    for (let row = from; row < to; row += 1) {
      const start = (at[row] as number) + 1;
      const length = view.getUint8(start - 1);
      const days = length >= 4 ? this.#days.of(view, start) : undefined;
      if (days === undefined) {
        putRaw(this.#raw, this.#writer, dateTimeText(view, start, length));
      } else {
        const seconds = days * daySeconds + (length >= 7 ? secondsOfDay(view, start + 4) : 0);
        multiplyAdd(seconds, secondMicros, length >= 11 ? view.getUint32(start + 7, true) : 0, value);
        this.bounds.add(value.low, value.high);
        this.#writer.append64(value.low, value.high);
      }
      at[row] = start + length;
    }
  }
}

/** TIME: a length of 0, 8 or 12; sign, days, time of day, microseconds. */
export class TimeEncoder implements ValueEncoder {
  readonly bounds: NumberBounds = new NumberBounds(timeText);
  readonly #writer: ColumnWriter;
  readonly #raw: ColumnWriter;

  constructor(writer: ColumnWriter, raw: ColumnWriter) {
    this.#writer = writer;
    this.#raw = raw;
  }

  read({ view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const start = (at[row] as number) + 1;
      const length = view.getUint8(start - 1);
      const size = length >= 8 ? microsOfTime(view, start, length) : 0;
      const isNegative = length >= 8 && view.getUint8(start) === 1;
      if (isNegative || size >= dayMicros) {
        putRaw(this.#raw, this.#writer, timeText(isNegative ? -size : size));
      } else {
        this.bounds.add(size);
        this.#writer.append64((size % twoTo32) | 0, Math.floor(size / twoTo32));
      }
      at[row] = start + length;
    }
  }
}

/** Days since 1970 of dates; neighbours in a table mostly share one. */
class DayNumbers {
  #key = -1;
  #days: number | undefined;

  /** Undefined for what is no day of the calendar from year 1 on: zeros, the 31st of February, year 0. */
  of(view: DataView, at: number): number | undefined {
    const key = view.getUint32(at, true);
    if (key !== this.#key) {
      this.#key = key;
      this.#days = dayNumber(key & 0xffff, (key >>> 16) & 0xff, key >>> 24);
    }
    return this.#days;
  }
}

/** Integers only: a Date for each value would take longer than all else that is done with the row. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return undefined;
  // The year begins in March, so that the day that comes and goes is its last.
  const shifted = month < 3 ? year - 1 : year;
  const days = (153 * (month < 3 ? month + 9 : month - 3) + 2) / 5;
  const leaps = ((shifted / 4) | 0) - ((shifted / 100) | 0) + ((shifted / 400) | 0);
  return shifted * 365 + leaps + (days | 0) + day - daysBefore1970;
}

/** From the last day of February of the year 0 to the first of 1970. */
const daysBefore1970 = 719_469;

function daysOfMonth(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

function putRaw(raw: ColumnWriter, typed: ColumnWriter, text: string): void {
  const bytes = Buffer.from(text, 'latin1');
  raw.fillNulls(typed.rows);
  raw.appendBytes(bytes, 0, bytes.length);
  typed.appendNull();
}

/** Hours, minutes and seconds, a byte each. */
function secondsOfDay(view: DataView, at: number): number {
  return view.getUint8(at) * 3600 + view.getUint8(at + 1) * 60 + view.getUint8(at + 2);
}

function microsOfTime(view: DataView, at: number, length: number): number {
  const seconds = view.getUint32(at + 1, true) * daySeconds + secondsOfDay(view, at + 5);
  return seconds * secondMicros + (length >= 12 ? view.getUint32(at + 8, true) : 0);
}

function dateText(view: DataView, at: number): string {
  const [month, day] = [view.getUint8(at + 2), view.getUint8(at + 3)];
  return `${padded(view.getUint16(at, true), 4)}-${padded(month)}-${padded(day)}`;
}

function dateTimeText(view: DataView, at: number, length: number): string {
  if (length < 4) return '0000-00-00 00:00:00';
  const clock = [4, 5, 6].map((part) => padded(length >= 7 ? view.getUint8(at + part) : 0));
  const micros = length >= 11 ? view.getUint32(at + 7, true) : 0;
  return `${dateText(view, at)} ${clock.join(':')}${fractionText(micros)}`;
}

/** As MySQL prints it, and DuckDB an INTERVAL. */
function timeText(micros: number): string {
  const size = Math.abs(micros);
  const seconds = Math.floor(size / secondMicros);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${micros < 0 ? '-' : ''}${clock.map((part) => padded(part)).join(':')}${fractionText(size % secondMicros)}`;
}

function timestampText(micros: bigint): string {
  const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const text = isoText(Number((micros - fraction) / 1000n));
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fractionText(Number(fraction))}`;
}

function isoText(atMs: number): string {
  return new Date(atMs).toISOString();
}

function fractionText(micros: number): string {
  return micros === 0 ? '' : `.${padded(micros, 6)}`;
}

function padded(value: number, digits = 2): string {
  return String(value).padStart(digits, '0');
}
