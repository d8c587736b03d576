import type { Column, ColumnVector } from '../../../src/base/rows.ts';
import { binaryEncoder } from '../../../src/wire/rows/binary-encoder.ts';
import { DateCache } from '../../../src/wire/rows/date-cache.ts';
import { textEncoder } from '../../../src/wire/rows/text-encoder.ts';
import { PacketReader } from '../../../src/wire/reader.ts';
import { PacketWriter } from '../../../src/wire/writer.ts';

/** The values of a vector as a text row carries them: text, or null. */
export function textValues(
  column: Column,
  vector: ColumnVector,
  rowCount: number,
): readonly (string | null)[] {
  const writer = new PacketWriter(64);
  const encode = textEncoder({ writer, dates: new DateCache() }, column, vector);
  writer.begin();
  for (let row = 0; row < rowCount; row++) encode(row);
  writer.end();
  const payload = writer.take().subarray(4);
  const reader = new PacketReader(payload);
  return Array.from({ length: rowCount }, () => {
    if (payload[payload.length - reader.remaining] !== 0xfb) return reader.lengthEncodedText();
    reader.skip(1);
    return null;
  });
}

/** The values of a vector as binary rows carry them: hexadecimal, or null. */
export function binaryValues(
  column: Column,
  vector: ColumnVector,
  rowCount: number,
): readonly (string | null)[] {
  const writer = new PacketWriter(64);
  const { isNull, encode } = binaryEncoder({ writer, dates: new DateCache() }, column, vector);
  return Array.from({ length: rowCount }, (_, row) => {
    if (isNull(row)) return null;
    writer.begin();
    encode(row);
    writer.end();
    return writer.take().toString('hex', 4);
  });
}
