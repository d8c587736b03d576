import { SqlError } from '../../base/sql-error.ts';
import { decodeText } from '../../base/text.ts';
import type { Parameter } from '../handler.ts';
import type { PacketReader } from '../reader.ts';
import { ProtocolError } from '../protocol-error.ts';
import { readBinaryDateTime, readBinaryTime } from './binary-temporal.ts';

const unsignedFlag = 0x80;
const nullParameter: Parameter = { kind: 'null', value: null };

export type ParameterType = Readonly<{ type: number; unsigned: boolean }>;

export type ParameterSource = Readonly<{
  parameterCount: number;
  /** Of an earlier EXECUTE. */
  types: readonly ParameterType[] | undefined;
  longData: ReadonlyMap<number, readonly Buffer[]>;
}>;

export type DecodedParameters = Readonly<{
  types: readonly ParameterType[];
  values: readonly Parameter[];
}>;

/**
 * The part of COM_STMT_EXECUTE behind its fixed fields: NULL bitmap, types when sent, values. Throws SqlError
 * `wrong_argument_count` when types were never sent, ProtocolError `malformed_packet` for what cannot be read.
 */
export function readParameters(reader: PacketReader, source: ParameterSource): DecodedParameters {
  const { parameterCount } = source;
  if (parameterCount === 0) return { types: [], values: [] };
  const nulls = reader.bytes(Math.ceil(parameterCount / 8));
  const hasTypes = reader.u8() === 1;
  const types = hasTypes ? readTypes(reader, parameterCount) : source.types;
  if (types === undefined) {
    throw new SqlError('wrong_argument_count', 'the types of the parameters were never sent');
  }
  const values = types.map((type, index): Parameter => {
    const pieces = source.longData.get(index);
    if (pieces !== undefined) return longParameter(type, Buffer.concat(pieces));
    const isNull = (nulls.readUInt8(index >>> 3) & (1 << (index & 7))) !== 0;
    return isNull ? nullParameter : readValue(reader, type);
  });
  return { types, values };
}

/** `count` types, each a number and the flag of unsigned integers. */
export function readTypes(reader: PacketReader, count: number): readonly ParameterType[] {
  return Array.from({ length: count }, () => {
    const type = reader.u8();
    return { type, unsigned: (reader.u8() & unsignedFlag) !== 0 };
  });
}

/** One value. Column types by number; those without a name here are read as strings of bytes. */
export function readValue(reader: PacketReader, { type, unsigned }: ParameterType): Parameter {
  switch (type) {
    case 1: // TINY
      return integer(unsigned ? reader.u8() : reader.i8());
    case 2: // SHORT
    case 13: // YEAR
      return integer(unsigned ? reader.u16() : reader.i16());
    case 3: // LONG
    case 9: // INT24
      return integer(unsigned ? reader.u32() : reader.i32());
    case 8: // LONGLONG
      return integer(narrowed(unsigned ? reader.u64() : reader.i64()));
    case 4: // FLOAT
      return { kind: 'float', value: reader.f32() };
    case 5: // DOUBLE
      return { kind: 'float', value: reader.f64() };
    case 6: // NULL
      return nullParameter;
    case 7: // TIMESTAMP
    case 12: // DATETIME
      return { kind: 'datetime', value: readBinaryDateTime(reader, true) };
    case 10: // DATE
      return { kind: 'datetime', value: readBinaryDateTime(reader, false) };
    case 11: // TIME
      return { kind: 'time', value: readBinaryTime(reader) };
    default:
      return stringParameter(type, reader.lengthEncodedBytes());
  }
}

function stringParameter(type: number, bytes: Buffer): Parameter {
  switch (type) {
    case 0: // DECIMAL
    case 246: // NEWDECIMAL
      return { kind: 'decimal', value: decodeText(bytes) };
    case 16: // BIT
    case 249: // TINY_BLOB
    case 250: // MEDIUM_BLOB
    case 251: // LONG_BLOB
    case 252: // BLOB
    case 255: // GEOMETRY
      return { kind: 'bytes', value: Uint8Array.from(bytes) };
    case 15: // VARCHAR
    case 245: // JSON
    case 247: // ENUM
    case 248: // SET
    case 253: // VAR_STRING
    case 254: // STRING
      return { kind: 'text', value: decodeText(bytes) };
    default:
      throw new ProtocolError(
        'malformed_packet',
        `malformed communication packet: no type has number ${type}`,
      );
  }
}

/** SEND_LONG_DATA is for strings; sent for another type, its bytes are that value's text. */
function longParameter({ type }: ParameterType, bytes: Buffer): Parameter {
  const isString = type === 0 || type === 15 || type === 16 || type >= 245;
  return isString ? stringParameter(type, bytes) : { kind: 'text', value: decodeText(bytes) };
}

function integer(value: number | bigint): Parameter {
  return { kind: 'integer', value };
}

function narrowed(value: bigint): number | bigint {
  const isSafe = value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER;
  return isSafe ? Number(value) : value;
}
