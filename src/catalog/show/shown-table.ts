import { type Cell, type Column, integerColumn, textColumn } from '../../base/rows.ts';

/** A SHOW's answer: columns with MySQL's names, rows in memory. */
export type ShownTable = Readonly<{
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** The column that LIKE is about; none where MySQL takes no LIKE. */
  likeColumn?: string;
}>;

type ShownType =
  'int' | 'int unsigned' | 'bigint unsigned' | 'double' | 'decimal(9,6)' | 'datetime' | 'timestamp';

/** MySQL's types of columns in the answers of SHOW, beside text and BIGINT. */
const types: Readonly<Record<ShownType, Partial<Column>>> = {
  int: { type: 'LONG', lengthBytes: 11 },
  'int unsigned': { type: 'LONG', lengthBytes: 10, unsigned: true },
  'bigint unsigned': { type: 'LONGLONG', lengthBytes: 20, unsigned: true },
  double: { type: 'DOUBLE', lengthBytes: 22, decimals: 31 },
  'decimal(9,6)': { type: 'NEWDECIMAL', lengthBytes: 11, decimals: 6 },
  datetime: { type: 'DATETIME', lengthBytes: 19 },
  timestamp: { type: 'TIMESTAMP', lengthBytes: 19 },
};

/** Columns of these names with a type of `types`. */
export function typed(type: ShownType, ...names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ ...integerColumn(name), ...types[type] }));
}

/** Columns of text, where no column is given; a name that ends with `#` is a BIGINT column. */
export function shownTable(
  names: readonly (string | Column)[],
  rows: readonly (readonly Cell[])[],
  likeColumn?: string,
): ShownTable {
  return { columns: names.map(columnNamed), rows, ...(likeColumn !== undefined && { likeColumn }) };
}

function columnNamed(name: string | Column): Column {
  if (typeof name !== 'string') return name;
  return name.endsWith('#') ? integerColumn(name.slice(0, -1)) : textColumn(name, 64);
}
