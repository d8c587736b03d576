import { type DuckDBDecimalType, type DuckDBEnumType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import type { Column, ColumnType } from '../../../base/rows.ts';

/** Bytes of a utf8mb4 character at most; lengths of text columns count bytes. */
const characterBytesMax = 4;
/** MySQL's length of LONGTEXT, shown for text whose declared length is not known. */
const textLengthUnknown = 65_535 * characterBytesMax;
const blobLengthUnknown = 4_294_967_295;
/** MySQL's "not fixed" in the decimals byte (NOT_FIXED_DEC). */
const decimalsNotFixed = 31;

type Shape = Readonly<{
  type: ColumnType;
  lengthBytes: number;
  decimals?: number;
  unsigned?: boolean;
  binary?: boolean;
  enumeration?: boolean;
}>;

/**
 * The column a client sees for a DuckDB result column. `digits` are those shown of a second's fraction in dates with
 * time: DuckDB's type does not tell.
 */
export function resultColumn(name: string, type: DuckDBType, digits: number): Column {
  const shape = shapeOf(type, digits);
  return {
    name,
    type: shape.type,
    lengthBytes: shape.lengthBytes,
    decimals: shape.decimals ?? 0,
    unsigned: shape.unsigned ?? false,
    nullable: true,
    binary: shape.binary ?? true,
    ...(shape.enumeration ? { enumeration: true } : {}),
  };
}

function shapeOf(type: DuckDBType, digits: number): Shape {
  return numberShape(type) ?? timeShape(type, digits) ?? textShape(type);
}

function numberShape(type: DuckDBType): Shape | undefined {
  switch (type.typeId) {
    // What a comparison gives is a BIGINT of one digit to MySQL; a column that is declared BOOLEAN is a TINYINT.
    case DuckDBTypeId.BOOLEAN:
      return { type: 'LONGLONG', lengthBytes: 1 };
    case DuckDBTypeId.TINYINT:
      return { type: 'TINY', lengthBytes: 4 };
    case DuckDBTypeId.UTINYINT:
      return { type: 'TINY', lengthBytes: 3, unsigned: true };
    case DuckDBTypeId.SMALLINT:
      return { type: 'SHORT', lengthBytes: 6 };
    case DuckDBTypeId.USMALLINT:
      return { type: 'SHORT', lengthBytes: 5, unsigned: true };
    case DuckDBTypeId.INTEGER:
      return { type: 'LONG', lengthBytes: 11 };
    case DuckDBTypeId.UINTEGER:
      return { type: 'LONG', lengthBytes: 10, unsigned: true };
    case DuckDBTypeId.BIGINT:
      return { type: 'LONGLONG', lengthBytes: 20 };
    case DuckDBTypeId.UBIGINT:
      return { type: 'LONGLONG', lengthBytes: 20, unsigned: true };
    case DuckDBTypeId.HUGEINT:
      return { type: 'NEWDECIMAL', lengthBytes: 40 };
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return { type: 'NEWDECIMAL', lengthBytes: width + 2, decimals: scale };
    }
    case DuckDBTypeId.FLOAT:
      return { type: 'FLOAT', lengthBytes: 12, decimals: decimalsNotFixed };
    case DuckDBTypeId.DOUBLE:
      return { type: 'DOUBLE', lengthBytes: 22, decimals: decimalsNotFixed };
    case DuckDBTypeId.SQLNULL:
      return { type: 'NULL', lengthBytes: 0 };
    default:
      return undefined;
  }
}

function timeShape(type: DuckDBType, decimals: number): Shape | undefined {
  const fractionBytes = decimals > 0 ? decimals + 1 : 0;
  switch (type.typeId) {
    case DuckDBTypeId.DATE:
      return { type: 'DATE', lengthBytes: 10 };
    case DuckDBTypeId.TIMESTAMP_S:
      return { type: 'DATETIME', lengthBytes: 19 };
    case DuckDBTypeId.TIMESTAMP_MS:
      return { type: 'DATETIME', lengthBytes: 23, decimals: 3 };
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
    case DuckDBTypeId.TIMESTAMP_NS:
      return { type: 'DATETIME', lengthBytes: 19 + fractionBytes, decimals };
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.INTERVAL:
      return { type: 'TIME', lengthBytes: 10 + fractionBytes, decimals };
    default:
      return undefined;
  }
}

function textShape(type: DuckDBType): Shape {
  if (type.typeId === DuckDBTypeId.BLOB) return { type: 'BLOB', lengthBytes: blobLengthUnknown };
  if (type.typeId === DuckDBTypeId.ENUM) {
    const longest = Math.max(1, ...(type as DuckDBEnumType).values.map((value) => value.length));
    return { type: 'STRING', lengthBytes: longest * characterBytesMax, binary: false, enumeration: true };
  }
  if (isJson(type)) return { type: 'JSON', lengthBytes: blobLengthUnknown, binary: false };
  return { type: 'VAR_STRING', lengthBytes: textLengthUnknown, binary: false, decimals: decimalsNotFixed };
}

function isJson(type: DuckDBType): boolean {
  if (type.alias === 'JSON') return true;
  return [DuckDBTypeId.LIST, DuckDBTypeId.ARRAY, DuckDBTypeId.STRUCT, DuckDBTypeId.MAP].includes(type.typeId);
}
