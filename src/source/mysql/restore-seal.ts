import type { MysqlConnection } from './connect.ts';
import { qualified } from './object-text.ts';
import { readTable } from './restore-target.ts';
import type { TableText } from './table-text.ts';

/**
 * Builds the secondary indexes of a table whose rows are there: those that the shadow does not have yet, all in one pass
 * over the rows.
 */
export async function sealTable(
  session: MysqlConnection,
  shadows: string,
  wanted: Readonly<{ target: string; text: TableText }>,
  signal: AbortSignal,
): Promise<void> {
  const shadow = await readTable(session, shadows, wanted.target, signal);
  const own = new Set(shadow.items.flatMap((item) => (item.kind === 'key' ? [item.name] : [])));
  const later = wanted.text.items.flatMap((item) =>
    item.kind === 'key' && !own.has(item.name) ? [`ADD ${item.text}`] : [],
  );
  if (later.length === 0) return;
  await session.run(`ALTER TABLE ${qualified(shadows, wanted.target)} ${later.join(', ')}`, signal);
}
