import {
  type DuckDBDataChunk,
  type DuckDBDecimalType,
  type DuckDBEnumType,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import { assert } from '../../../base/assert.ts';
import type { Cell, ColumnVector, RowBatch, Validity } from '../../../base/rows.ts';
import { locateWhole } from '../../../base/span.ts';
import { encodeText } from '../../../base/text.ts';
import { dataOf, type NativeVector, validityOf, vectorOf } from './native.ts';
import { jsonTextOf } from './nested-values.ts';
import { bytesVector } from './string-vector.ts';

const microsPerDay = 86_400_000_000n;
/** DuckDB counts a month of an interval as this many days when it compares intervals. */
const daysPerMonth = 30n;

/** Turns DuckDB's chunks into batches of the wire, without making an object per value. */
export type ChunkReader = (chunk: DuckDBDataChunk) => RowBatch;

export function chunkReader(types: readonly DuckDBType[]): ChunkReader {
  const readers = types.map((type) => vectorReader(type));
  return (chunk) => {
    const rowCount = chunk.rowCount;
    const vectors = readers.map((read, column) => read(chunk, column, rowCount));
    return { rowCount, vectors };
  };
}

type VectorReader = (chunk: DuckDBDataChunk, column: number, rowCount: number) => ColumnVector;

function vectorReader(type: DuckDBType): VectorReader {
  const flat = flatReader(type);
  if (flat === undefined) return cellsReader;
  return (chunk, column, rowCount) => {
    const vector = vectorOf(chunk, column);
    return flat(vector, rowCount, validityOf(vector, rowCount));
  };
}

type FlatReader = (vector: NativeVector, rowCount: number, validity: Validity) => ColumnVector;

function flatReader(type: DuckDBType): FlatReader | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
    case DuckDBTypeId.TINYINT:
      return (vector, rows, validity) => ({ kind: 'integer', values: int8(vector, rows), validity });
    case DuckDBTypeId.UTINYINT:
      return (vector, rows, validity) => ({ kind: 'integer', values: dataOf(vector, rows), validity });
    case DuckDBTypeId.SMALLINT:
      return (vector, rows, validity) => ({ kind: 'integer', values: int16(vector, rows), validity });
    case DuckDBTypeId.USMALLINT:
      return (vector, rows, validity) => ({
        kind: 'integer',
        values: new Uint16Array(memory(vector, rows * 2), 0, rows),
        validity,
      });
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.SQLNULL:
      return (vector, rows, validity) => ({ kind: 'integer', values: int32(vector, rows), validity });
    case DuckDBTypeId.UINTEGER:
      return (vector, rows, validity) => ({
        kind: 'integer',
        values: new Uint32Array(memory(vector, rows * 4), 0, rows),
        validity,
      });
    case DuckDBTypeId.BIGINT:
      return (vector, rows, validity) => ({ kind: 'bigint', values: int64(vector, rows), validity });
    case DuckDBTypeId.UBIGINT:
      return (vector, rows, validity) => ({
        kind: 'bigint',
        values: new BigUint64Array(memory(vector, rows * 8), 0, rows),
        validity,
      });
    case DuckDBTypeId.FLOAT:
      return (vector, rows, validity) => ({
        kind: 'float',
        values: new Float32Array(memory(vector, rows * 4), 0, rows),
        validity,
      });
    case DuckDBTypeId.DOUBLE:
      return (vector, rows, validity) => ({
        kind: 'float',
        values: new Float64Array(memory(vector, rows * 8), 0, rows),
        validity,
      });
    default:
      return exactReader(type) ?? timeReader(type);
  }
}

function exactReader(type: DuckDBType): FlatReader | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.HUGEINT:
      return (vector, rows, validity) => ({
        kind: 'decimal',
        values: int128(vector, rows),
        scale: 0,
        validity,
      });
    case DuckDBTypeId.DECIMAL:
      return decimalReader(type as DuckDBDecimalType);
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
      return (vector, rows, validity) => bytesVector(dataOf(vector, rows * 16), rows, validity);
    case DuckDBTypeId.ENUM:
      return enumReader(type as DuckDBEnumType);
    default:
      return undefined;
  }
}

function timeReader(type: DuckDBType): FlatReader | undefined {
  switch (type.typeId) {
    case DuckDBTypeId.DATE:
      return (vector, rows, validity) => ({ kind: 'date', values: int32(vector, rows), validity });
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return (vector, rows, validity) => ({ kind: 'datetime', values: int64(vector, rows), validity });
    case DuckDBTypeId.TIMESTAMP_S:
      return scaledReader('datetime', 1_000_000n, 1n);
    case DuckDBTypeId.TIMESTAMP_MS:
      return scaledReader('datetime', 1_000n, 1n);
    case DuckDBTypeId.TIMESTAMP_NS:
      return scaledReader('datetime', 1n, 1_000n);
    case DuckDBTypeId.TIME:
      return (vector, rows, validity) => ({ kind: 'time', values: int64(vector, rows), validity });
    case DuckDBTypeId.INTERVAL:
      return (vector, rows, validity) => ({ kind: 'time', values: intervalMicros(vector, rows), validity });
    default:
      return undefined;
  }
}

function scaledReader(kind: 'datetime' | 'time', factor: bigint, divisor: bigint): FlatReader {
  return (vector, rows, validity) => ({
    kind,
    values: int64(vector, rows).map((value) => (value * factor) / divisor),
    validity,
  });
}

function decimalReader(type: DuckDBDecimalType): FlatReader {
  const { scale, width } = type;
  return (vector, rows, validity) => {
    if (width <= 4) return { kind: 'decimal', values: int16(vector, rows), scale, validity };
    if (width <= 9) return { kind: 'decimal', values: int32(vector, rows), scale, validity };
    if (width <= 18) return { kind: 'decimal', values: int64(vector, rows), scale, validity };
    return { kind: 'decimal', values: int128(vector, rows), scale, validity };
  };
}

function enumReader(type: DuckDBEnumType): FlatReader {
  const texts = type.values.map((value) => encodeText(value));
  const none = new Uint8Array();
  return (vector, rows, validity) => {
    const indexes = enumIndexes(vector, rows, type.values.length);
    return { kind: 'bytes', locate: locateWhole((row) => texts[indexes[row] as number] ?? none), validity };
  };
}

function enumIndexes(
  vector: NativeVector,
  rows: number,
  members: number,
): Uint8Array | Uint16Array | Uint32Array {
  if (members <= 0xff) return dataOf(vector, rows);
  if (members <= 0xffff) return new Uint16Array(memory(vector, rows * 2), 0, rows);
  return new Uint32Array(memory(vector, rows * 4), 0, rows);
}

/** Types without a MySQL counterpart come as text: lists, structs and maps as JSON. */
function cellsReader(chunk: DuckDBDataChunk, column: number, rowCount: number): ColumnVector {
  const vector = chunk.getColumnVector(column);
  const values = Array.from({ length: rowCount }, (_, row): Cell => {
    const value: unknown = vector.getItem(row);
    if (value === null) return null;
    return typeof value === 'object'
      ? jsonTextOf(value)
      : String(value as string | number | bigint | boolean);
  });
  return { kind: 'cells', values };
}

/** The vector's data in a buffer of its own, so that a typed array may start at its first byte. */
function memory(vector: NativeVector, byteCount: number): ArrayBuffer {
  const data = dataOf(vector, byteCount);
  assert(data.byteLength === byteCount, 'a vector holds fewer bytes than its rows need');
  const buffer = data.buffer as ArrayBuffer;
  if (data.byteOffset === 0) return buffer;
  return buffer.slice(data.byteOffset, data.byteOffset + byteCount);
}

function int8(vector: NativeVector, rows: number): Int8Array {
  return new Int8Array(memory(vector, rows), 0, rows);
}

function int16(vector: NativeVector, rows: number): Int16Array {
  return new Int16Array(memory(vector, rows * 2), 0, rows);
}

function int32(vector: NativeVector, rows: number): Int32Array {
  return new Int32Array(memory(vector, rows * 4), 0, rows);
}

function int64(vector: NativeVector, rows: number): BigInt64Array {
  return new BigInt64Array(memory(vector, rows * 8), 0, rows);
}

function int128(vector: NativeVector, rows: number): readonly bigint[] {
  const words = new BigInt64Array(memory(vector, rows * 16), 0, rows * 2);
  return Array.from(
    { length: rows },
    (_, row) => ((words[row * 2 + 1] as bigint) << 64n) + BigInt.asUintN(64, words[row * 2] as bigint),
  );
}

/** An interval is two 32-bit numbers, months and days, and 64 bits of microseconds. */
function intervalMicros(vector: NativeVector, rows: number): BigInt64Array {
  const buffer = memory(vector, rows * 16);
  const parts = new Int32Array(buffer, 0, rows * 4);
  const micros = new BigInt64Array(buffer, 0, rows * 2);
  return BigInt64Array.from({ length: rows }, (_, row) => {
    const days = BigInt(parts[row * 4] as number) * daysPerMonth + BigInt(parts[row * 4 + 1] as number);
    return (micros[row * 2 + 1] as bigint) + days * microsPerDay;
  });
}
