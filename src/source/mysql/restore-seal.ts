import type { MysqlConnection } from './connection.ts';
import type { TableText } from './table-text.ts';

/**
 * Builds the secondary indexes of a table whose rows are there: those that the shadow was made without, all in one pass
 * over the rows. They may be there already, from an attempt before. `table` has its database, in backquotes.
 */
export async function sealTable(
  session: MysqlConnection,
  shadow: TableText,
  wanted: Readonly<{ table: string; text: TableText }>,
  signal: AbortSignal,
): Promise<void> {
  const own = new Set(shadow.items.flatMap((item) => (item.kind === 'key' ? [item.name] : [])));
  const later = wanted.text.items.flatMap((item) =>
    item.kind === 'key' && !own.has(item.name) ? [`ADD ${item.text}`] : [],
  );
  if (later.length === 0) return;
  await session.run(`ALTER TABLE ${wanted.table} ${later.join(', ')}`, signal);
}
