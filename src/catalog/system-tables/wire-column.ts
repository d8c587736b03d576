import type { Column, ColumnType } from '../../base/rows.ts';
import type { ColumnDefinition } from '../../sql/ddl/definition.ts';
import { describeColumnType } from '../../sql/ddl/type-facts.ts';

const types: Readonly<Record<string, ColumnType>> = {
  TINYINT: 'TINY',
  SMALLINT: 'SHORT',
  INT: 'LONG',
  BIGINT: 'LONGLONG',
  DECIMAL: 'NEWDECIMAL',
  DOUBLE: 'DOUBLE',
  DATE: 'DATE',
  DATETIME: 'DATETIME',
  TIMESTAMP: 'TIMESTAMP',
  JSON: 'JSON',
};

/** Bytes of the text of a date with time; of the longest number with its sign. */
const momentBytes = 19;
const numberBytes = 21;

/** A column of a system table as the protocol describes it. Text is sent as VAR_STRING, long text as BLOB. */
export function wireColumn({ name, type, nullable }: ColumnDefinition): Column {
  const facts = describeColumnType(type);
  const isLong = /TEXT|BLOB/.test(type.name);
  const isText = facts.characterSetName !== null;
  const known = types[type.name];
  const length = facts.characterOctetLength ?? (/DATE|TIME/.test(type.name) ? momentBytes : numberBytes);
  return {
    name,
    type: known ?? (isLong ? 'BLOB' : 'VAR_STRING'),
    lengthBytes: Number(length),
    decimals: facts.numericScale ?? 0,
    unsigned: type.unsigned,
    nullable,
    binary: !isText,
    ...(type.name === 'ENUM' ? { enumeration: true } : {}),
  };
}
