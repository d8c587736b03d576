import type { DataType } from '../definition.ts';
import { quoteNameIfNeeded, quoteText } from '../../quote.ts';

/** Display widths that MySQL fills in for ZEROFILL columns. */
const zerofillWidths: Readonly<Record<string, number>> = {
  TINYINT: 3,
  SMALLINT: 5,
  MEDIUMINT: 8,
  INT: 10,
  BIGINT: 20,
};

/**
 * COLUMN_TYPE of information_schema, and what DESCRIBE and SHOW CREATE TABLE show: `int unsigned`, `varchar(10)`,
 * `tinyint(1)`, `enum('a','b')`, `array<int>`. Character set and collation are no part of it.
 */
export function printColumnType(type: DataType): string {
  if (type.name === 'ENUM' || type.name === 'SET') {
    return `${type.name.toLowerCase()}(${type.values.map((value) => quoteText(value)).join(',')})`;
  }
  if (type.elements.length > 0) return printNested(type);
  const name = type.name === 'GEOMETRYCOLLECTION' ? 'geomcollection' : type.name.toLowerCase();
  const width = type.zerofill ? zerofillWidths[type.name] : undefined;
  const given = type.arguments.length === 0 && width !== undefined ? [width] : type.arguments;
  const length = given.length === 0 ? '' : `(${given.join(',')})`;
  return `${name}${length}${type.unsigned ? ' unsigned' : ''}${type.zerofill ? ' zerofill' : ''}`;
}

function printNested({ name, elements, fieldNames }: DataType): string {
  const parts = elements.map((element, index) => {
    const field = fieldNames?.[index];
    return field === undefined
      ? printColumnType(element)
      : `${quoteNameIfNeeded(field)} ${printColumnType(element)}`;
  });
  return `${name.toLowerCase()}<${parts.join(',')}>`;
}
