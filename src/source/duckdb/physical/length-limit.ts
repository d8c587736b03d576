import type { DataType } from '../../../sql/ddl/definition.ts';

/** MySQL's limit of a text or binary type: in characters for CHAR and VARCHAR, in bytes for the others. */
export function lengthLimit(
  type: DataType,
): Readonly<{ unit: 'characters' | 'bytes'; max: number }> | undefined {
  const declared = type.arguments[0];
  switch (type.name) {
    case 'CHAR':
      return { unit: 'characters', max: declared ?? 1 };
    case 'VARCHAR':
      return declared === undefined ? undefined : { unit: 'characters', max: declared };
    case 'BINARY':
      return { unit: 'bytes', max: declared ?? 1 };
    case 'VARBINARY':
      return declared === undefined ? undefined : { unit: 'bytes', max: declared };
    case 'TINYTEXT':
    case 'TINYBLOB':
      return { unit: 'bytes', max: 255 };
    case 'TEXT':
    case 'BLOB':
      return { unit: 'bytes', max: 65_535 };
    case 'MEDIUMTEXT':
    case 'MEDIUMBLOB':
      return { unit: 'bytes', max: 16_777_215 };
    default:
      return undefined;
  }
}
