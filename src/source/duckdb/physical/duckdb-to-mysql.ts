import { type DuckDBDecimalType, type DuckDBEnumType, type DuckDBType, DuckDBTypeId } from '@duckdb/node-api';
import type { DataType } from '../../../sql/ddl/definition.ts';

/** The MySQL type of a column that is made from a SELECT's result. */
export function dataTypeOf(type: DuckDBType): DataType {
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return made('TINYINT', [1]);
    case DuckDBTypeId.TINYINT:
      return made('TINYINT');
    case DuckDBTypeId.UTINYINT:
      return { ...made('TINYINT'), unsigned: true };
    case DuckDBTypeId.SMALLINT:
      return made('SMALLINT');
    case DuckDBTypeId.USMALLINT:
      return { ...made('SMALLINT'), unsigned: true };
    case DuckDBTypeId.INTEGER:
      return made('INT');
    case DuckDBTypeId.UINTEGER:
      return { ...made('INT'), unsigned: true };
    case DuckDBTypeId.BIGINT:
      return made('BIGINT');
    case DuckDBTypeId.UBIGINT:
      return { ...made('BIGINT'), unsigned: true };
    case DuckDBTypeId.HUGEINT:
      return made('DECIMAL', [38, 0]);
    case DuckDBTypeId.DECIMAL: {
      const { width, scale } = type as DuckDBDecimalType;
      return made('DECIMAL', [width, scale]);
    }
    case DuckDBTypeId.FLOAT:
      return made('FLOAT');
    case DuckDBTypeId.DOUBLE:
      return made('DOUBLE');
    default:
      return timeOrText(type);
  }
}

function timeOrText(type: DuckDBType): DataType {
  switch (type.typeId) {
    case DuckDBTypeId.DATE:
      return made('DATE');
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_TZ:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
      return made('DATETIME', [6]);
    case DuckDBTypeId.TIME:
    case DuckDBTypeId.INTERVAL:
      return made('TIME', [6]);
    case DuckDBTypeId.BLOB:
      return made('LONGBLOB');
    case DuckDBTypeId.ENUM:
      return { ...made('ENUM'), values: (type as DuckDBEnumType).values.filter((value) => value !== '') };
    default:
      return type.alias === 'JSON' ? made('JSON') : made('LONGTEXT');
  }
}

function made(name: string, sizes: readonly number[] = []): DataType {
  return { name, arguments: sizes, unsigned: false, zerofill: false, values: [], elements: [] };
}
