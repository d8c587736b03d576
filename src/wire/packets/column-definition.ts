import type { Column, ColumnType } from '../../base/rows.ts';
import type { PacketWriter } from '../writer.ts';

/** Numbers of the column types in definitions and binary values (manual: "Protocol::ColumnType"). */
export const typeNumber: Readonly<Record<ColumnType, number>> = {
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  NULL: 6,
  TIMESTAMP: 7,
  LONGLONG: 8,
  DATE: 10,
  TIME: 11,
  DATETIME: 12,
  YEAR: 13,
  BIT: 16,
  JSON: 245,
  NEWDECIMAL: 246,
  BLOB: 252,
  VAR_STRING: 253,
  STRING: 254,
};

/** Column definition flags of the manual. */
const flag = {
  notNull: 0x0001,
  primaryKey: 0x0002,
  uniqueKey: 0x0004,
  multipleKey: 0x0008,
  blob: 0x0010,
  unsigned: 0x0020,
  binary: 0x0080,
  enumeration: 0x0100,
  autoIncrement: 0x0200,
  timestamp: 0x0400,
  set: 0x0800,
} as const;

/** Collation numbers every connector knows: binary and utf8mb4_general_ci. */
const binaryCollation = 63;
const textCollation = 45;
const fixedFieldsBytes = 0x0c;
const lengthMax = 0xffff_ffff;
/** Length-encoded NULL: the default value that COM_FIELD_LIST's form carries. */
const nullValue = 0xfb;

/** Protocol::ColumnDefinition41. `withDefault` is COM_FIELD_LIST's form, which ends with a default value. */
export function writeColumnDefinition(writer: PacketWriter, column: Column, withDefault: boolean): void {
  writer.lengthEncodedText('def');
  writer.lengthEncodedText(column.database ?? '');
  writer.lengthEncodedText(column.table ?? '');
  writer.lengthEncodedText(column.originalTable ?? column.table ?? '');
  writer.lengthEncodedText(column.name);
  writer.lengthEncodedText(column.originalName ?? '');
  writer.u8(fixedFieldsBytes);
  writer.u16(column.binary ? binaryCollation : textCollation);
  writer.u32(Math.min(column.lengthBytes, lengthMax));
  writer.u8(typeNumber[column.type]);
  writer.u16(columnFlags(column));
  writer.u8(column.decimals);
  writer.u16(0);
  if (withDefault) writer.u8(nullValue);
}

function columnFlags(column: Column): number {
  let flags = column.nullable ? 0 : flag.notNull;
  if (column.primaryKey === true) flags |= flag.primaryKey;
  if (column.uniqueKey === true) flags |= flag.uniqueKey;
  if (column.multipleKey === true) flags |= flag.multipleKey;
  if (column.type === 'BLOB' || column.type === 'JSON') flags |= flag.blob;
  if (column.unsigned) flags |= flag.unsigned;
  if (column.binary) flags |= flag.binary;
  if (column.enumeration === true) flags |= flag.enumeration;
  if (column.autoIncrement === true) flags |= flag.autoIncrement;
  if (column.type === 'TIMESTAMP') flags |= flag.timestamp;
  if (column.set === true) flags |= flag.set;
  return flags;
}
