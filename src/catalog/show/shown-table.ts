import { type Cell, type Column, integerColumn, textColumn } from '../../base/rows.ts';

/** A SHOW's answer: columns with MySQL's names, rows in memory. */
export type ShownTable = Readonly<{
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** The column that LIKE is about; none where MySQL takes no LIKE. */
  likeColumn?: string;
}>;

/** Columns of text; a name that ends with `#` is a BIGINT column. */
export function shownTable(
  names: readonly string[],
  rows: readonly (readonly Cell[])[],
  likeColumn?: string,
): ShownTable {
  const columns = names.map((name) =>
    name.endsWith('#') ? integerColumn(name.slice(0, -1)) : textColumn(name, 64),
  );
  return { columns, rows, ...(likeColumn !== undefined && { likeColumn }) };
}
