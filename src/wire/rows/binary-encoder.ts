import type { Cell, Column, ColumnVector } from '../../base/rows.ts';
import { bytesAt } from '../../base/span.ts';
import { SqlError } from '../../base/sql-error.ts';
import { decodeText } from '../../base/text.ts';
import type { PacketWriter } from '../writer.ts';
import { binaryDateTime, binaryTime } from './binary-temporal.ts';
import { doubleText } from '../../base/float-text.ts';
import { scaledText, textEncoder } from './text-encoder.ts';
import { type EncoderContext, type ValueEncoder, isValid, scalarBytesMax } from './value-encoder.ts';

export type BinaryEncoder = Readonly<{ isNull: (row: number) => boolean; encode: ValueEncoder }>;

/**
 * Encodes the values of a vector as the binary protocol wants a column of this type (manual: "Binary Protocol
 * Value"). A vector that is not of the column's own kind goes by its text: a DATE may come as `cells`.
 */
export function binaryEncoder(context: EncoderContext, column: Column, vector: ColumnVector): BinaryEncoder {
  const encode = encoderOf(context, column, vector);
  if (vector.kind === 'cells') {
    const { values } = vector;
    return { isNull: (row) => (values[row] ?? null) === null, encode };
  }
  const { validity } = vector;
  return { isNull: validity === undefined ? never : (row) => !isValid(validity, row), encode };
}

function encoderOf(context: EncoderContext, column: Column, vector: ColumnVector): ValueEncoder {
  switch (column.type) {
    case 'TINY':
      return integerEncoder(context.writer, vector, 1);
    case 'SHORT':
    case 'YEAR':
      return integerEncoder(context.writer, vector, 2);
    case 'LONG':
      return integerEncoder(context.writer, vector, 4);
    case 'LONGLONG':
      return wideEncoder(context.writer, vector);
    case 'FLOAT':
      return floatEncoder(context.writer, vector, 4);
    case 'DOUBLE':
      return floatEncoder(context.writer, vector, 8);
    case 'DATE':
    case 'DATETIME':
    case 'TIMESTAMP':
      return binaryDateTime(context.writer, vector, valueOf(vector));
    case 'TIME':
      return binaryTime(context.writer, vector, valueOf(vector));
    default:
      return textEncoder(context, column, vector);
  }
}

/** Values as cells, for what has no way of its own. */
function valueOf(vector: ColumnVector): (row: number) => Cell {
  switch (vector.kind) {
    case 'cells':
      return (row) => vector.values[row] ?? null;
    case 'bytes':
      return (row) => decodeText(bytesAt(vector.locate, row));
    case 'decimal':
      return (row) => scaledText(BigInt(vector.values[row] ?? 0), vector.scale);
    default:
      return (row) => vector.values[row] ?? null;
  }
}

function integerEncoder(writer: PacketWriter, vector: ColumnVector, width: number): ValueEncoder {
  const value = valueOf(vector);
  const number = (row: number): number => Number(wholeNumber(value(row)));
  return bytesOfInteger(writer, vector.kind === 'integer' ? vectorNumber(vector.values) : number, width);
}

type Integers = Extract<ColumnVector, { kind: 'integer' }>['values'];

function vectorNumber(values: Integers): (row: number) => number {
  return (row) => values[row] as number;
}

function bytesOfInteger(
  writer: PacketWriter,
  numberOf: (row: number) => number,
  width: number,
): ValueEncoder {
  return (row) => {
    const number = numberOf(row);
    writer.reserve(scalarBytesMax);
    const { bytes, at } = writer;
    for (let index = 0; index < width; index++) bytes[at + index] = number >> (8 * index);
    writer.at = at + width;
  };
}

function wideEncoder(writer: PacketWriter, vector: ColumnVector): ValueEncoder {
  if (vector.kind === 'bigint') return wideVectorEncoder(writer, vector.values);
  const value = valueOf(vector);
  return (row) => {
    const cell = value(row);
    writer.reserve(scalarBytesMax);
    writer.at = writer.bytes.writeBigUInt64LE(BigInt.asUintN(64, wholeNumber(cell)), writer.at);
  };
}

/** The bytes of the value are those of the wire: copied as two words. */
function wideVectorEncoder(writer: PacketWriter, values: BigInt64Array | BigUint64Array): ValueEncoder {
  const bytesOf = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return (row) => {
    writer.reserve(scalarBytesMax);
    const { bytes, at } = writer;
    for (let index = 0; index < 8; index++) bytes[at + index] = bytesOf[row * 8 + index] as number;
    writer.at = at + 8;
  };
}

function floatEncoder(writer: PacketWriter, vector: ColumnVector, width: 4 | 8): ValueEncoder {
  const value = valueOf(vector);
  return (row) => {
    const number = realNumber(value(row));
    writer.reserve(scalarBytesMax);
    const { bytes, at } = writer;
    writer.at = width === 4 ? bytes.writeFloatLE(number, at) : bytes.writeDoubleLE(number, at);
  };
}

function wholeNumber(cell: Cell): bigint {
  if (typeof cell === 'bigint') return cell;
  if (typeof cell === 'boolean') return cell ? 1n : 0n;
  if (typeof cell === 'number' && Number.isInteger(cell)) return BigInt(cell);
  if (typeof cell === 'string' && /^-?\d+$/.test(cell)) return BigInt(cell);
  throw unfit(cell, 'an integer');
}

function realNumber(cell: Cell): number {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'bigint' || typeof cell === 'boolean') return Number(cell);
  const isText = typeof cell === 'string' && cell.trim() !== '';
  const number = isText ? Number(cell) : Number.NaN;
  if (Number.isNaN(number) && cell !== 'NaN') throw unfit(cell, 'a number');
  return number;
}

function unfit(cell: Cell, wanted: string): SqlError {
  const shown = typeof cell === 'number' ? doubleText(cell) : `of type ${typeof cell}`;
  return new SqlError('internal', `a value ${shown} stands in a column of ${wanted}s`);
}

function never(): boolean {
  return false;
}
