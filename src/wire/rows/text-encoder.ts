import { unreachable } from '../../base/assert.ts';
import type { Cell, Column, ColumnVector } from '../../base/rows.ts';
import { writeDecimalText, writeIntegerText } from './digits.ts';
import { type Locate, emptySpan } from '../../base/span.ts';
import { doubleText, floatText } from '../../base/float-text.ts';
import { type Instant, splitMicros, writeDateTimeText, writeTimeText } from './text-temporal.ts';
import {
  type EncoderContext,
  type ValueEncoder,
  fractionDigits,
  isValid,
  scalarBytesMax,
} from './value-encoder.ts';
import { wideValues } from './wide.ts';

/** A NULL in a text row. */
const nullByte = 0xfb;
/** Values up to this length are copied byte by byte, which is faster than a call into the buffer's own copy. */
const shortBytesMax = 64;

/** Encodes the values of a vector as the text protocol wants them: length-encoded strings. */
export function textEncoder(context: EncoderContext, column: Column, vector: ColumnVector): ValueEncoder {
  if (vector.kind === 'cells') return cellEncoder(context, column, vector.values);
  const encode = valueText(context, column, vector);
  const { validity } = vector;
  if (validity === undefined) return encode;
  const { writer } = context;
  return (row) => {
    if (isValid(validity, row)) encode(row);
    else writer.u8(nullByte);
  };
}

function valueText(
  context: EncoderContext,
  column: Column,
  vector: Exclude<ColumnVector, { kind: 'cells' }>,
): ValueEncoder {
  switch (vector.kind) {
    case 'integer':
      return integerText(context, vector.values);
    case 'bigint':
      return column.type === 'BIT'
        ? bitBytes(context, vector.values, column.lengthBytes)
        : bigintText(context, vector.values);
    case 'float':
      return floatVectorText(context, vector.values);
    case 'decimal':
      return decimalText(context, vector.values, vector.scale);
    case 'date':
      return dateText(context, vector.values);
    case 'datetime':
      return dateTimeText(context, vector.values, fractionDigits(column));
    case 'time':
      return timeText(context, vector.values, fractionDigits(column));
    case 'bytes':
      return bytesText(context, vector.locate);
    default:
      return unreachable(vector);
  }
}

type Integers = Extract<ColumnVector, { kind: 'integer' }>['values'];
type Decimals = Extract<ColumnVector, { kind: 'decimal' }>['values'];

function integerText({ writer }: EncoderContext, values: Integers): ValueEncoder {
  return (row) => {
    writer.reserve(scalarBytesMax);
    writer.at = writeIntegerText(writer.bytes, writer.at, values[row] as number);
  };
}

function bigintText({ writer }: EncoderContext, values: BigInt64Array | BigUint64Array): ValueEncoder {
  const { number, exact } = wideValues(values);
  return (row) => {
    const value = number(row);
    writer.reserve(scalarBytesMax);
    if (Number.isNaN(value)) writer.lengthEncodedText(exact(row).toString());
    else writer.at = writeIntegerText(writer.bytes, writer.at, value);
  };
}

/** A BIT(n) is a string of bytes, the most significant first; its column's length counts bits. */
function bitBytes(
  { writer }: EncoderContext,
  values: BigInt64Array | BigUint64Array,
  bits: number,
): ValueEncoder {
  const length = Math.ceil(bits / 8);
  return (row) => {
    writer.reserve(scalarBytesMax);
    const { bytes, at } = writer;
    bytes[at] = length;
    let rest = BigInt.asUintN(64, values[row] as bigint);
    for (let index = length; index > 0; index--) {
      bytes[at + index] = Number(rest & 0xffn);
      rest >>= 8n;
    }
    writer.at = at + 1 + length;
  };
}

function floatVectorText({ writer }: EncoderContext, values: Float32Array | Float64Array): ValueEncoder {
  const text = values instanceof Float32Array ? floatText : doubleText;
  return (row) => writer.lengthEncodedText(text(values[row] as number));
}

function decimalText(context: EncoderContext, values: Decimals, scale: number): ValueEncoder {
  if (values instanceof Int16Array || values instanceof Int32Array) {
    if (scale === 0) return integerText(context, values);
    return smallDecimalText(context, (row) => values[row] as number, scale);
  }
  const { writer } = context;
  const exact = (row: number): void => writer.lengthEncodedText(scaledText(values[row] as bigint, scale));
  if (!(values instanceof BigInt64Array)) return exact;
  if (scale === 0) return bigintText(context, values);
  const { number } = wideValues(values);
  const small = smallDecimalText(context, number, scale);
  return (row) => {
    if (Number.isNaN(number(row))) exact(row);
    else small(row);
  };
}

function smallDecimalText(
  { writer }: EncoderContext,
  value: (row: number) => number,
  scale: number,
): ValueEncoder {
  return (row) => {
    writer.reserve(scalarBytesMax);
    writer.at = writeDecimalText(writer.bytes, writer.at, value(row), scale);
  };
}

/** `unscaled` × 10^-scale in plain digits. */
export function scaledText(unscaled: bigint, scale: number): string {
  if (scale === 0) return unscaled.toString();
  const isNegative = unscaled < 0n;
  const digits = (isNegative ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${isNegative ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function dateText({ writer, dates }: EncoderContext, values: Int32Array): ValueEncoder {
  return (row) => {
    writer.reserve(scalarBytesMax);
    const { at, bytes } = writer;
    bytes[at] = 10;
    writer.at = dates.write(bytes, at + 1, values[row] as number);
  };
}

function dateTimeText(
  { writer, dates }: EncoderContext,
  values: BigInt64Array,
  digits: number,
): ValueEncoder {
  const { number, exact } = wideValues(values);
  const instant: Instant = { days: 0, seconds: 0, micros: 0 };
  const format = { dates, digits };
  return (row) => {
    splitMicros(instant, number(row), () => exact(row));
    writer.reserve(scalarBytesMax);
    writer.at = writeDateTimeText(writer.bytes, writer.at, instant, format);
  };
}

/** MySQL's TIME ends at 838:59:59, far within the numbers that are exact. */
function timeText({ writer }: EncoderContext, values: BigInt64Array, digits: number): ValueEncoder {
  return (row) => {
    writer.reserve(scalarBytesMax);
    writer.at = writeTimeText(writer.bytes, writer.at, Number(values[row]), digits);
  };
}

function bytesText({ writer }: EncoderContext, locate: Locate): ValueEncoder {
  const span = emptySpan();
  return (row) => {
    locate(row, span);
    const { source, start, end } = span;
    const length = end - start;
    if (length > shortBytesMax) {
      writer.lengthEncodedBytes(source.subarray(start, end));
      return;
    }
    writer.reserve(length + 1);
    const { bytes } = writer;
    let { at } = writer;
    bytes[at++] = length;
    for (let from = start; from < end; from++) bytes[at++] = source[from] as number;
    writer.at = at;
  };
}

function cellEncoder({ writer }: EncoderContext, column: Column, values: readonly Cell[]): ValueEncoder {
  const number = column.type === 'FLOAT' ? floatText : doubleText;
  return (row) => {
    const cell = values[row] ?? null;
    if (cell === null) writer.u8(nullByte);
    else if (typeof cell === 'string') writer.lengthEncodedText(cell);
    else if (typeof cell === 'object') writer.lengthEncodedBytes(cell);
    else writer.lengthEncodedText(scalarText(cell, number));
  };
}

function scalarText(cell: number | bigint | boolean, number: (value: number) => string): string {
  if (typeof cell === 'boolean') return cell ? '1' : '0';
  return typeof cell === 'bigint' ? cell.toString() : number(cell);
}
