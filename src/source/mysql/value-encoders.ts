import { SourceError } from '../source-error.ts';
import type { ColumnWriter } from '../parquet/column-writer.ts';
import { type Bounds, BigBounds, NumberBounds, TextBounds, WideBounds } from './bounds.ts';
import type { RowBatch } from './row-batch.ts';
import { multiplyAdd, negate, type Wide } from './wide-number.ts';

/**
 * Takes values of one column from the packets of rows. Each encoder has the loop over the rows itself: in a shared one
 * each value would be a call that the compiler cannot look into.
 */
export interface ValueEncoder {
  readonly bounds: Bounds;
  /** The values, none of them NULL, of rows `from` to before `to`. Sets `at` of each to where its next value begins. */
  read(batch: RowBatch, from: number, to: number): void;
}

/** Values up to this length have it in one byte before them (Protocol::LengthEncodedInteger). */
const shortLengthMax = 0xfa;

/** How many bytes a length-encoded integer takes. */
function widthOfLength(view: DataView, at: number): number {
  const first = view.getUint8(at);
  if (first <= shortLengthMax) return 1;
  return first === 0xfc ? 3 : first === 0xfd ? 4 : 9;
}

/** A length-encoded integer, up to the 2^32 that a value's length can be. */
function readLength(view: DataView, at: number): number {
  const first = view.getUint8(at);
  if (first <= shortLengthMax) return first;
  if (first === 0xfc) return view.getUint16(at + 1, true);
  if (first === 0xfd) return view.getUint16(at + 1, true) + view.getUint8(at + 3) * 65_536;
  return Number(view.getBigUint64(at + 1, true));
}

/** TINY, SHORT, YEAR, INT24 and LONG. */
export class IntegerEncoder implements ValueEncoder {
  readonly bounds: NumberBounds = new NumberBounds();
  readonly #writer: ColumnWriter;
  readonly #width: 1 | 2 | 4;
  readonly #isSigned: boolean;

  constructor(writer: ColumnWriter, width: 1 | 2 | 4, isSigned: boolean) {
    this.#writer = writer;
    this.#width = width;
    this.#isSigned = isSigned;
  }

  read({ view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const start = at[row] as number;
      const value = this.#isSigned ? this.#signed(view, start) : this.#unsigned(view, start);
      this.bounds.add(value);
      this.#writer.append32(value);
      at[row] = start + this.#width;
    }
  }

  #signed(view: DataView, at: number): number {
    if (this.#width === 4) return view.getInt32(at, true);
    return this.#width === 2 ? view.getInt16(at, true) : view.getInt8(at);
  }

  #unsigned(view: DataView, at: number): number {
    if (this.#width === 4) return view.getUint32(at, true);
    return this.#width === 2 ? view.getUint16(at, true) : view.getUint8(at);
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

  read({ view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const start = at[row] as number;
      const low = view.getInt32(start, true);
      const high = view.getInt32(start + 4, true);
      this.bounds.add(low, this.#isSigned ? high : high >>> 0);
      this.#writer.append64(low, high);
      at[row] = start + 8;
    }
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

  read({ view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const start = at[row] as number;
      if (this.#width === 4) {
        this.bounds.add(view.getFloat32(start, true));
        this.#writer.append32(view.getInt32(start, true));
      } else {
        this.bounds.add(view.getFloat64(start, true));
        this.#writer.append64(view.getInt32(start, true), view.getInt32(start + 4, true));
      }
      at[row] = start + this.#width;
    }
  }
}

/** BIT(n): a text of bytes, the greatest first. */
export class BitEncoder implements ValueEncoder {
  readonly bounds: WideBounds = new WideBounds();
  readonly #writer: ColumnWriter;

  constructor(writer: ColumnWriter) {
    this.#writer = writer;
  }

  read({ view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const length = at[row] as number;
      const end = length + 1 + view.getUint8(length);
      let low = 0;
      let high = 0;
      for (let byte = length + 1; byte < end; byte += 1) {
        high = (high << 8) | (low >>> 24);
        low = (low << 8) | view.getUint8(byte);
      }
      this.bounds.add(low, high >>> 0);
      this.#writer.append64(low, high);
      at[row] = end;
    }
  }
}

const [minus, zero] = [0x2d, 0x30];
/** So many characters of a number's text, sign and point among them, are exact in a double. */
const exactCharactersMax = 15;
const twoTo32 = 4_294_967_296;

/** DECIMAL of up to 18 digits, which the protocol sends as text. */
export class SmallDecimalEncoder implements ValueEncoder {
  readonly bounds: WideBounds;
  readonly #writer: ColumnWriter;
  readonly #isWide: boolean;
  readonly #value: Wide = { low: 0, high: 0 };

  constructor(writer: ColumnWriter, scale: number, isWide: boolean) {
    this.#writer = writer;
    this.#isWide = isWide;
    this.bounds = new WideBounds((value) => decimalText(value, scale));
  }

  read({ view, at }: RowBatch, from: number, to: number): void {
    const value = this.#value;
    for (let row = from; row < to; row += 1) {
      const start = (at[row] as number) + 1;
      const end = start + view.getUint8(start - 1);
      if (end - start <= exactCharactersMax) shortDecimal(view, start, end, value);
      else longDecimal(view, start, end, value);
      this.bounds.add(value.low, value.high);
      if (this.#isWide) this.#writer.append64(value.low, value.high);
      else this.#writer.append32(value.low);
      at[row] = end;
    }
  }
}

function shortDecimal(view: DataView, start: number, end: number, into: Wide): void {
  const isNegative = view.getUint8(start) === minus;
  let size = 0;
  for (let from = isNegative ? start + 1 : start; from < end; from += 1) {
    const digit = view.getUint8(from) - zero;
    if (digit >= 0) size = size * 10 + digit;
  }
  into.low = size | 0;
  into.high = Math.floor(size / twoTo32);
  if (isNegative) negate(into);
}

function longDecimal(view: DataView, start: number, end: number, into: Wide): void {
  // The last nine digits, and those before them: each part is exact in a double.
  let upper = 0;
  let lower = 0;
  let unit = 1;
  for (let from = end - 1; from >= start; from -= 1) {
    const digit = view.getUint8(from) - zero;
    if (digit < 0) continue;
    if (unit < 1e9) lower += digit * unit;
    else upper += digit * (unit / 1e9);
    unit *= 10;
  }
  multiplyAdd(upper, 1e9, lower, into);
  if (view.getUint8(start) === minus) negate(into);
}

const decimalBytes = 16;
/** The first number of more digits than Parquet's DECIMAL has in DuckDB. */
const decimalLimit = 10n ** 38n;

/** DECIMAL of 19 digits and more: 16 bytes, the greatest first. What has more than 38 digits goes to `raw`. */
export class LargeDecimalEncoder implements ValueEncoder {
  readonly bounds: BigBounds;
  readonly #writer: ColumnWriter;
  readonly #raw: ColumnWriter | undefined;
  readonly #bytes = Buffer.alloc(decimalBytes);

  constructor(writer: ColumnWriter, raw: ColumnWriter | undefined, scale: number) {
    this.#writer = writer;
    this.#raw = raw;
    this.bounds = new BigBounds((value) => decimalText(value, scale));
  }

  read({ bytes, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const start = (at[row] as number) + 1;
      const end = start + (bytes[start - 1] as number);
      this.#append(bytes, start, end);
      at[row] = end;
    }
  }

  #append(bytes: Buffer, start: number, end: number): void {
    const value = unscaled(bytes, start, end);
    if (value >= decimalLimit || value <= -decimalLimit) {
      if (this.#raw === undefined) throw new SourceError('failed', 'a DECIMAL has more digits than its type');
      this.#raw.fillNulls(this.#writer.rows);
      this.#raw.appendBytes(bytes, start, end);
      this.#writer.appendNull();
      return;
    }
    this.bounds.add(value);
    const bits = BigInt.asUintN(128, value);
    this.#bytes.writeBigUInt64BE(bits >> 64n, 0);
    this.#bytes.writeBigUInt64BE(bits & 0xffff_ffff_ffff_ffffn, 8);
    this.#writer.appendFixed(this.#bytes, 0, decimalBytes);
  }
}

/** Binary strings and spatial values. */
export class BytesEncoder implements ValueEncoder {
  readonly bounds: Bounds = { texts: () => ({}) };
  readonly #writer: ColumnWriter;

  constructor(writer: ColumnWriter) {
    this.#writer = writer;
  }

  read({ bytes, view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const length = at[row] as number;
      const start = length + widthOfLength(view, length);
      const end = start + readLength(view, length);
      this.#writer.appendBytes(bytes, start, end);
      at[row] = end;
    }
  }
}

/** Texts as the connection's character set, UTF-8, has them. */
export class TextEncoder implements ValueEncoder {
  readonly bounds: TextBounds = new TextBounds();
  readonly #writer: ColumnWriter;

  constructor(writer: ColumnWriter) {
    this.#writer = writer;
  }

  read({ bytes, view, at }: RowBatch, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      const length = at[row] as number;
      const start = length + widthOfLength(view, length);
      const end = start + readLength(view, length);
      this.bounds.add(bytes, view, start, end);
      this.#writer.appendBytes(bytes, start, end);
      at[row] = end;
    }
    this.bounds.settle();
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
