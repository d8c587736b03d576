import { binary, bool, byte, i32, struct, type ThriftField, type ThriftValue } from './compact-thrift.ts';

/** How values lie in the file (parquet.thrift, Type). */
export type PhysicalType = 'INT32' | 'INT64' | 'FLOAT' | 'DOUBLE' | 'BYTE_ARRAY' | 'FIXED_16';

/** What they mean (parquet.thrift, LogicalType). */
export type LogicalType =
  | Readonly<{ kind: 'none' | 'string' | 'json' | 'date' | 'time_micros' | 'timestamp_micros' }>
  | Readonly<{ kind: 'integer'; bits: 8 | 16 | 32 | 64; signed: boolean }>
  | Readonly<{ kind: 'decimal'; precision: number; scale: number }>;

/** A column of a file. All are optional: NULL may stand anywhere. */
export type ParquetField = Readonly<{ name: string; physical: PhysicalType; logical: LogicalType }>;

/** Numbers of parquet.thrift's Type. */
const physicalNumbers: Readonly<Record<PhysicalType, number>> = {
  INT32: 1,
  INT64: 2,
  FLOAT: 4,
  DOUBLE: 5,
  BYTE_ARRAY: 6,
  FIXED_16: 7,
};

/** Numbers of parquet.thrift's ConvertedType, which older readers know. */
const converted = { utf8: 0, decimal: 5, date: 6, timeMicros: 8, timestampMicros: 10, json: 19 } as const;
const convertedUnsigned = { 8: 11, 16: 12, 32: 13, 64: 14 } as const;
const convertedSigned = { 8: 15, 16: 16, 32: 17, 64: 18 } as const;

export function physicalNumber(type: PhysicalType): number {
  return physicalNumbers[type];
}

/** The SchemaElement of a field. */
export function schemaElement({ name, physical, logical }: ParquetField): ThriftValue {
  const fixed: readonly ThriftField[] = physical === 'FIXED_16' ? [[2, i32(16)]] : [];
  const optional = 1;
  return struct(
    [1, i32(physicalNumber(physical))],
    ...fixed,
    [3, i32(optional)],
    [4, binary(name)],
    ...logicalFields(logical),
  );
}

/** Fields 6 (converted type), 7 and 8 (scale and precision), 10 (logical type). */
function logicalFields(logical: LogicalType): readonly ThriftField[] {
  // isAdjustedToUTC is false: MySQL's DATETIME has no zone. The unit is MICROS.
  const micros = struct([1, bool(false)], [2, struct([2, struct()])]);
  switch (logical.kind) {
    case 'none':
      return [];
    case 'string':
      return [
        [6, i32(converted.utf8)],
        [10, struct([1, struct()])],
      ];
    case 'json':
      return [
        [6, i32(converted.json)],
        [10, struct([12, struct()])],
      ];
    case 'date':
      return [
        [6, i32(converted.date)],
        [10, struct([6, struct()])],
      ];
    case 'time_micros':
      return [
        [6, i32(converted.timeMicros)],
        [10, struct([7, micros])],
      ];
    case 'timestamp_micros':
      return [
        [6, i32(converted.timestampMicros)],
        [10, struct([8, micros])],
      ];
    case 'decimal':
      return [
        [6, i32(converted.decimal)],
        [7, i32(logical.scale)],
        [8, i32(logical.precision)],
        [10, struct([5, struct([1, i32(logical.scale)], [2, i32(logical.precision)])])],
      ];
    case 'integer': {
      const { bits, signed } = logical;
      return [
        [6, i32(signed ? convertedSigned[bits] : convertedUnsigned[bits])],
        [10, struct([10, struct([1, byte(bits)], [2, bool(signed)])])],
      ];
    }
  }
}
