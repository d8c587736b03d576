import type { Column } from '../../base/rows.ts';
import type { PacketWriter } from '../writer.ts';
import type { DateCache } from './date-cache.ts';

/** Writes the value of one row of one column into the packet begun. */
export type ValueEncoder = (row: number) => void;

/** What the encoders of one result set share. */
export type EncoderContext = Readonly<{ writer: PacketWriter; dates: DateCache }>;

/** Most bytes a number or a point in time takes as text, its length byte included. */
export const scalarBytesMax = 64;

/** Digits behind the second that a column shows: 31 stands for no fixed number. */
export function fractionDigits(column: Column): number {
  return Math.min(column.decimals, 6);
}

/** True where the row has a value. */
export function isValid(validity: Uint8Array, row: number): boolean {
  return ((validity[row >>> 3] as number) & (1 << (row & 7))) !== 0;
}
