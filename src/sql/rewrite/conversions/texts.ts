import { decodeText, encodeText } from '../../../base/text.ts';
import { defaultCollation } from '../../ddl/character-sets.ts';
import { cannotConvert, requireConvertible } from '../coercibility.ts';
import { macro } from '../macro-names.ts';
import { duckdbBytes, duckdbText } from '../../duckdb-quote.ts';
import { isBits, type Rendered, type TextType } from '../types.ts';
import { settled } from './numbers.ts';

/** Texts and bytes of every kind of value, as DuckDB expressions. */

/** Text as a client would see the value. */
export function asText(value: Rendered): string {
  switch (value.type.kind) {
    case 'text':
      return value.type.enumeration === true ? `CAST(${value.sql} AS VARCHAR)` : value.sql;
    case 'boolean':
      return `CAST(CAST(${value.sql} AS INTEGER) AS VARCHAR)`;
    case 'integer':
      return isBits(value.type)
        ? macro('text_of_blob', bytesOfBits(value.sql, value.type.bits))
        : `CAST(${value.sql} AS VARCHAR)`;
    case 'date':
    case 'null':
      return `CAST(${value.sql} AS VARCHAR)`;
    case 'decimal':
      return value.shown ?? `CAST(${settled(value).sql} AS VARCHAR)`;
    case 'double':
      if (value.shown !== undefined) return value.shown;
      return value.type.single === true
        ? macro('text_of_float', value.sql)
        : macro('text_of_double', settled(value).sql);
    case 'datetime':
      return textOfMoment('text_of_datetime', value.sql, value.type.digits);
    case 'time':
      return textOfMoment('text_of_time', value.sql, value.type.digits);
    case 'json':
      return `CAST(${value.sql} AS VARCHAR)`;
    case 'binary':
      return macro('text_of_blob', value.sql);
    case 'unknown':
      return macro('text_of_any', value.sql);
  }
}

/** A FLOAT that a function has taken for a double in between: as a text it has a double's digits. */
export function throughDouble(value: Rendered): Rendered {
  if (value.type.kind !== 'double' || value.type.single !== true) return value;
  return { ...value, shown: macro('text_of_widened', value.sql) };
}

/** Without fraction where MySQL shows none, and with all digits that there are where it is not known. */
function textOfMoment(name: 'text_of_datetime' | 'text_of_time', sql: string, digits = 0): string {
  return digits === 0 ? macro(name, sql) : macro(`${name}_digits`, sql, String(digits));
}

/** The value as a text beside others, of which all together are of `type`. Throws SqlError as `requireConvertible`. */
export function textBeside(value: Rendered, type: TextType): Rendered {
  const { literal } = value;
  const to = type.collation ?? defaultCollation;
  if (value.type.kind === 'text') {
    if (literal !== undefined) requireConvertible(literal, value.type.collation ?? to, to);
    return value.type.enumeration === true ? { ...value, sql: asText(value) } : value;
  }
  if (value.type.kind !== 'binary' || literal === undefined) return { sql: asText(value), type };
  const digits = literal.slice(2);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  const text = decodeText(bytes);
  if (!text.isWellFormed()) throw cannotConvert(bytes, 'binary', to);
  return { ...textLiteral(text), type };
}

export function asBinary(value: Rendered): string {
  if (value.type.kind === 'binary') return value.sql;
  if (value.type.kind === 'null') return 'CAST(NULL AS BLOB)';
  if (isBits(value.type)) return bytesOfBits(value.sql, value.type.bits);
  if (value.literal !== undefined && value.type.kind === 'text')
    return duckdbBytes(encodeText(value.literal));
  return `encode(${asText(value)})`;
}

/** As many bytes as the bits need. */
function bytesOfBits(sql: string, bits: number): string {
  return `from_hex(lpad(to_hex(${sql}), ${Math.ceil(bits / 8) * 2}, '0'))`;
}

/** A text literal with its value kept, so that later conversions can look at it. */
export function textLiteral(value: string): Rendered {
  return { sql: duckdbText(value), type: { kind: 'text', exact: false }, literal: value };
}
