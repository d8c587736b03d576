import { SourceError } from '../source.ts';
import type { ColumnWriter } from '../parquet/column-writer.ts';
import { type Bounds, BigBounds, NumberBounds, TextBounds, WideBounds } from './bounds.ts';
import { multiplyAdd, negate, type Wide } from './wide-number.ts';

/** Takes values of one column from the packets of rows. */
export interface ValueEncoder {
  readonly bounds: Bounds;
  /** The value that begins at `at`. Says where the next one begins. */
  read(bytes: Buffer, at: number): number;
}

/** Where the value begins that a length-encoded integer stands before, and where it ends. */
export type LengthEncoded = { start: number; end: number };

/** Protocol::LengthEncodedInteger, up to the 2^32 that a value's length can be. */
export function readLength(bytes: Buffer, at: number, into: LengthEncoded): void {
  const first = bytes[at] as number;
  if (first < 0xfb) {
    into.start = at + 1;
    into.end = at + 1 + first;
    return;
  }
  const width = first === 0xfc ? 2 : first === 0xfd ? 3 : 8;
  const length = width === 8 ? Number(bytes.readBigUInt64LE(at + 1)) : bytes.readUIntLE(at + 1, width);
  into.start = at + 1 + width;
  into.end = into.start + length;
}

/** TINY, SHORT, YEAR, INT24 and LONG. */
export class IntegerEncoder implements ValueEncoder {
  readonly bounds: NumberBounds = new NumberBounds();
  readonly #writer: ColumnWriter;
  readonly #width: 1 | 2 | 4;
  readonly #shift: number;
  readonly #isSigned: boolean;

  constructor(writer: ColumnWriter, width: 1 | 2 | 4, isSigned: boolean) {
    this.#writer = writer;
    this.#width = width;
    this.#shift = 32 - width * 8;
    this.#isSigned = isSigned;
  }

  read(bytes: Buffer, at: number): number {
    let value = bytes[at] as number;
    if (this.#width > 1) value |= (bytes[at + 1] as number) << 8;
    if (this.#width > 2) value |= ((bytes[at + 2] as number) << 16) | ((bytes[at + 3] as number) << 24);
    value = this.#isSigned ? (value << this.#shift) >> this.#shift : value >>> 0;
    this.bounds.add(value);
    this.#writer.append32(value);
    return at + this.#width;
  }
}

export class BigIntegerEncoder implements ValueEncoder {
  readonly bounds: WideBounds = new WideBounds();
  readonly #writer: ColumnWriter;
  readonly #isSigned: boolean;

  constructor(writer: ColumnWriter, isSigned: boolean) {
    this.#writer = writer;
    this.#isSigned = isSigned;
  }

  read(bytes: Buffer, at: number): number {
    const low = read32(bytes, at);
    const high = read32(bytes, at + 4);
    this.bounds.add(low, this.#isSigned ? high : high >>> 0);
    this.#writer.append64(low, high);
    return at + 8;
  }
}

/** FLOAT and DOUBLE, bit by bit. */
export class FloatEncoder implements ValueEncoder {
  readonly bounds: NumberBounds = new NumberBounds();
  readonly #writer: ColumnWriter;
  readonly #width: 4 | 8;

  constructor(writer: ColumnWriter, width: 4 | 8) {
    this.#writer = writer;
    this.#width = width;
  }

  read(bytes: Buffer, at: number): number {
    if (this.#width === 4) {
      this.bounds.add(bytes.readFloatLE(at));
      this.#writer.append32(read32(bytes, at));
    } else {
      this.bounds.add(bytes.readDoubleLE(at));
      this.#writer.append64(read32(bytes, at), read32(bytes, at + 4));
    }
    return at + this.#width;
  }
}

/** BIT(n): a text of bytes, the greatest first. */
export class BitEncoder implements ValueEncoder {
  readonly bounds: WideBounds = new WideBounds();
  readonly #writer: ColumnWriter;
  readonly #at: LengthEncoded = { start: 0, end: 0 };

  constructor(writer: ColumnWriter) {
    this.#writer = writer;
  }

  read(bytes: Buffer, at: number): number {
    readLength(bytes, at, this.#at);
    const { start, end } = this.#at;
    let low = 0;
    let high = 0;
    for (let from = start; from < end; from += 1) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | (bytes[from] as number);
    }
    this.bounds.add(low, high >>> 0);
    this.#writer.append64(low, high);
    return end;
  }
}

const [minus, zero] = [0x2d, 0x30];

/** DECIMAL of up to 18 digits, which the protocol sends as text. */
export class SmallDecimalEncoder implements ValueEncoder {
  readonly bounds: WideBounds;
  readonly #writer: ColumnWriter;
  readonly #isWide: boolean;
  readonly #at: LengthEncoded = { start: 0, end: 0 };
  readonly #value: Wide = { low: 0, high: 0 };

  constructor(writer: ColumnWriter, scale: number, isWide: boolean) {
    this.#writer = writer;
    this.#isWide = isWide;
    this.bounds = new WideBounds((value) => decimalText(value, scale));
  }

  read(bytes: Buffer, at: number): number {
    readLength(bytes, at, this.#at);
    const { start, end } = this.#at;
    const isNegative = bytes[start] === minus;
    // The last nine digits, and those before them: each part is exact in a double.
    let upper = 0;
    let lower = 0;
    let unit = 1;
    for (let from = end - 1; from >= start; from -= 1) {
      const digit = (bytes[from] as number) - zero;
      if (digit < 0) continue;
      if (unit < 1e9) lower += digit * unit;
      else upper += digit * (unit / 1e9);
      unit *= 10;
    }
    const value = this.#value;
    multiplyAdd(upper, 1e9, lower, value);
    if (isNegative) negate(value);
    this.bounds.add(value.low, value.high);
    if (this.#isWide) this.#writer.append64(value.low, value.high);
    else this.#writer.append32(value.low);
    return end;
  }
}

const decimalBytes = 16;
/** The first number of more digits than Parquet's DECIMAL has in DuckDB. */
const decimalLimit = 10n ** 38n;

/** DECIMAL of 19 digits and more: 16 bytes, the greatest first. What has more than 38 digits goes to `raw`. */
export class LargeDecimalEncoder implements ValueEncoder {
  readonly bounds: BigBounds;
  readonly #writer: ColumnWriter;
  readonly #raw: ColumnWriter | undefined;
  readonly #at: LengthEncoded = { start: 0, end: 0 };
  readonly #bytes = Buffer.alloc(decimalBytes);

  constructor(writer: ColumnWriter, raw: ColumnWriter | undefined, scale: number) {
    this.#writer = writer;
    this.#raw = raw;
    this.bounds = new BigBounds((value) => decimalText(value, scale));
  }

  read(bytes: Buffer, at: number): number {
    readLength(bytes, at, this.#at);
    const { start, end } = this.#at;
    const value = unscaled(bytes, start, end);
    if (value >= decimalLimit || value <= -decimalLimit) {
      if (this.#raw === undefined) throw new SourceError('failed', 'a DECIMAL has more digits than its type');
      this.#raw.fillNulls(this.#writer.rows);
      this.#raw.appendBytes(bytes, start, end);
      this.#writer.appendNull();
      return end;
    }
    this.bounds.add(value);
    const bits = BigInt.asUintN(128, value);
    this.#bytes.writeBigUInt64BE(bits >> 64n, 0);
    this.#bytes.writeBigUInt64BE(bits & 0xffff_ffff_ffff_ffffn, 8);
    this.#writer.appendFixed(this.#bytes, 0, decimalBytes);
    return end;
  }
}

/** Binary strings and spatial values. */
export class BytesEncoder implements ValueEncoder {
  readonly bounds: Bounds = { texts: () => ({}) };
  readonly #writer: ColumnWriter;
  readonly #at: LengthEncoded = { start: 0, end: 0 };

  constructor(writer: ColumnWriter) {
    this.#writer = writer;
  }

  read(bytes: Buffer, at: number): number {
    readLength(bytes, at, this.#at);
    this.#writer.appendBytes(bytes, this.#at.start, this.#at.end);
    return this.#at.end;
  }
}

/** Texts as the connection's character set, UTF-8, has them. */
export class TextEncoder implements ValueEncoder {
  readonly bounds: TextBounds = new TextBounds();
  readonly #writer: ColumnWriter;
  readonly #at: LengthEncoded = { start: 0, end: 0 };

  constructor(writer: ColumnWriter) {
    this.#writer = writer;
  }

  read(bytes: Buffer, at: number): number {
    readLength(bytes, at, this.#at);
    const { start, end } = this.#at;
    this.bounds.add(bytes, start, end);
    this.#writer.appendBytes(bytes, start, end);
    return end;
  }
}

/** A DECIMAL's digits without its point: the server prints all digits of the scale. */
function unscaled(bytes: Buffer, start: number, end: number): bigint {
  const text = bytes.toString('latin1', start, end);
  const point = text.lastIndexOf('.');
  return BigInt(point < 0 ? text : text.slice(0, point) + text.slice(point + 1));
}

function decimalText(value: bigint, scale: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return value < 0n ? `-${text}` : text;
}

function read32(bytes: Buffer, at: number): number {
  return (
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)
  );
}
