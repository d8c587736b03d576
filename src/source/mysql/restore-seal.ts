import type { RestoreTable } from '../source.ts';
import type { MysqlConnection } from './connect.ts';
import { qualified } from './object-text.ts';
import { readTable } from './restore-target.ts';
import { parseTableText } from './table-text.ts';

/**
 * Builds the secondary indexes of a table whose rows are there: those that the shadow does not have yet, all in one pass
 * over the rows.
 */
export async function sealTable(
  session: MysqlConnection,
  shadows: string,
  table: RestoreTable,
  signal: AbortSignal,
): Promise<void> {
  const shadow = await readTable(session, shadows, table.target, signal);
  const own = new Set(shadow.items.flatMap((item) => (item.kind === 'key' ? [item.name] : [])));
  const later = parseTableText(table.ddl).items.flatMap((item) =>
    item.kind === 'key' && !own.has(item.name) ? [`ADD ${item.text}`] : [],
  );
  if (later.length === 0) return;
  await session.run(`ALTER TABLE ${qualified(shadows, table.target)} ${later.join(', ')}`, signal);
}
