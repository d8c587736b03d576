import type { Cell, ColumnVector } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import type { PacketWriter } from '../writer.ts';
import { representableDate } from './date-cache.ts';
import { type Instant, splitMicros } from './text-temporal.ts';
import { type ValueEncoder, scalarBytesMax } from './value-encoder.ts';
import { wideValues } from './wide.ts';

const microsPerSecond = 1_000_000;
const dateTimePattern = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?)?$/;
const timePattern = /^(-)?(\d{1,9}):(\d{2}):(\d{2})(?:\.(\d{1,6}))?$/;

type DateTimeFields = Readonly<{ year: number; month: number; day: number; seconds: number; micros: number }>;

/** DATE, DATETIME and TIMESTAMP: year, month, day, then the time when there is one. */
export function binaryDateTime(
  writer: PacketWriter,
  vector: ColumnVector,
  value: (row: number) => Cell,
): ValueEncoder {
  if (vector.kind === 'date') {
    const { values } = vector;
    return (row) =>
      writeDateTime(writer, { ...representableDate(values[row] as number), seconds: 0, micros: 0 });
  }
  if (vector.kind === 'datetime') {
    const { number, exact } = wideValues(vector.values);
    const instant: Instant = { days: 0, seconds: 0, micros: 0 };
    return (row) => {
      splitMicros(instant, number(row), () => exact(row));
      writeDateTime(writer, { ...representableDate(instant.days), ...instant });
    };
  }
  return (row) => writeDateTime(writer, parseDateTime(String(value(row))));
}

/** TIME: sign, days, clock; nothing at all for zero. */
export function binaryTime(
  writer: PacketWriter,
  vector: ColumnVector,
  value: (row: number) => Cell,
): ValueEncoder {
  if (vector.kind !== 'time') return (row) => writeTime(writer, parseTime(String(value(row))));
  const { values } = vector;
  return (row) => {
    const micros = Number(values[row]);
    const seconds = Math.floor(Math.abs(micros) / microsPerSecond);
    const rest = Math.abs(micros) - seconds * microsPerSecond;
    writeTime(writer, { isNegative: micros < 0, seconds, micros: rest });
  };
}

/** Parts that are zero at the end are left out: 0, 4, 7 or 11 bytes. */
function writeDateTime(writer: PacketWriter, { year, month, day, seconds, micros }: DateTimeFields): void {
  writer.reserve(scalarBytesMax);
  const hasTime = seconds !== 0 || micros !== 0;
  const hasDate = year !== 0 || month !== 0 || day !== 0;
  const length = micros !== 0 ? 11 : hasTime ? 7 : hasDate ? 4 : 0;
  writer.u8(length);
  if (length === 0) return;
  writer.u16(year);
  writer.u8(month);
  writer.u8(day);
  if (length > 4) writeClock(writer, seconds);
  if (length > 7) writer.u32(micros);
}

type TimeFields = Readonly<{ isNegative: boolean; seconds: number; micros: number }>;

function writeTime(writer: PacketWriter, { isNegative, seconds, micros }: TimeFields): void {
  writer.reserve(scalarBytesMax);
  const length = micros !== 0 ? 12 : seconds !== 0 ? 8 : 0;
  writer.u8(length);
  if (length === 0) return;
  const days = Math.floor(seconds / 86_400);
  writer.u8(isNegative ? 1 : 0);
  writer.u32(days);
  writeClock(writer, seconds - days * 86_400);
  if (length > 8) writer.u32(micros);
}

function writeClock(writer: PacketWriter, seconds: number): void {
  writer.u8(Math.floor(seconds / 3_600));
  writer.u8(Math.floor(seconds / 60) % 60);
  writer.u8(seconds % 60);
}

function parseDateTime(text: string): DateTimeFields {
  const match = dateTimePattern.exec(text);
  if (match === null) throw unreadable(text);
  const [, year, month, day, hour, minute, second, fraction] = match;
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    seconds: Number(hour ?? 0) * 3_600 + Number(minute ?? 0) * 60 + Number(second ?? 0),
    micros: Number((fraction ?? '').padEnd(6, '0')),
  };
}

function parseTime(text: string): TimeFields {
  const match = timePattern.exec(text);
  if (match === null) throw unreadable(text);
  const [, sign, hour, minute, second, fraction] = match;
  const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  return { isNegative: sign === '-', seconds, micros: Number((fraction ?? '').padEnd(6, '0')) };
}

function unreadable(text: string): SqlError {
  return new SqlError('internal', `'${text.slice(0, 40)}' stands in a column of dates or times`);
}
