import { SqlError } from '../../base/sql-error.ts';
import { ProtocolError } from '../protocol-error.ts';
import type { PacketReader } from '../reader.ts';

/** Lengths of a binary date or time: the parts that are zero at the end are left out (manual: "Binary Protocol Value"). */
const dateTimeLengths = [0, 4, 7, 11];
const timeLengths = [0, 8, 12];

/** A DATE, DATETIME or TIMESTAMP as MySQL writes it in text. `withTime` adds the time also when it was left out. */
export function readBinaryDateTime(reader: PacketReader, withTime: boolean): string {
  const length = reader.u8();
  checkLength(length, dateTimeLengths);
  const year = length >= 4 ? reader.u16() : 0;
  const month = length >= 4 ? reader.u8() : 0;
  const day = length >= 4 ? reader.u8() : 0;
  checkRange([year, 9_999], [month, 12], [day, 31]);
  const date = `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  if (length < 7) return withTime ? `${date} 00:00:00` : date;
  return `${date} ${readClock(reader, 0, length === 11)}`;
}

/** A TIME as MySQL writes it in text: `[-]HHH:MM:SS[.ffffff]`, days turned into hours. */
export function readBinaryTime(reader: PacketReader): string {
  const length = reader.u8();
  checkLength(length, timeLengths);
  if (length === 0) return '00:00:00';
  const sign = reader.u8() === 0 ? '' : '-';
  const days = reader.u32();
  return `${sign}${readClock(reader, days * 24, length === 12)}`;
}

function readClock(reader: PacketReader, hoursBefore: number, withMicroseconds: boolean): string {
  const hour = reader.u8();
  const minute = reader.u8();
  const second = reader.u8();
  const micros = withMicroseconds ? reader.u32() : 0;
  checkRange([hour, 23], [minute, 59], [second, 59], [micros, 999_999]);
  const clock = `${digits(hoursBefore + hour, 2)}:${digits(minute, 2)}:${digits(second, 2)}`;
  return withMicroseconds ? `${clock}.${digits(micros, 6)}` : clock;
}

function checkLength(length: number, allowed: readonly number[]): void {
  if (allowed.includes(length)) return;
  throw new ProtocolError(
    'malformed_packet',
    `malformed communication packet: a date or time of ${length} bytes`,
  );
}

function checkRange(...fields: readonly (readonly [value: number, max: number])[]): void {
  if (fields.every(([value, max]) => value <= max)) return;
  throw new SqlError('incorrect_value', 'incorrect date or time value in a parameter');
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
