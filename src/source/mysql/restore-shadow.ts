import type { Target } from './restore-target.ts';
import { columnsOf, type TableItem, type TableText } from './table-text.ts';

/** With so few rows, an index costs less to keep up to date than an ALTER TABLE of its own. */
const rowsOfSmallTable = 1_000;

/**
 * A shadow of many rows has no secondary index until they are there, since one built at once is cheaper than one kept up to
 * date; and none has a foreign key until the swap, since their names are taken, and those they refer to are not there.
 */
export function shadowText(target: Target): TableText {
  // EXCHANGE PARTITION asks for the same table to the letter.
  if (target.kind === 'merge') return { ...target.existing, items: target.existing.items.filter(isKept) };
  const { table, text } = target;
  const isSmall = table.rows !== undefined && table.rows <= rowsOfSmallTable;
  const early = isSmall || needsKeysEarly(text);
  return { ...text, items: text.items.filter((item) => isKept(item) && (early || item.kind !== 'key')) };
}

function isKept(item: TableItem): boolean {
  return item.kind !== 'foreign';
}

/**
 * An AUTO_INCREMENT column must lead an index. Where that is another than the primary key, all are made with the table, so
 * that they are shown in their order.
 */
function needsKeysEarly(text: TableText): boolean {
  const counter = columnsOf(text).find((column) => column.isAutoIncrement);
  if (counter === undefined) return false;
  const primary = text.items.find((item) => item.kind === 'primary');
  return primary?.columns[0] !== counter.name;
}
