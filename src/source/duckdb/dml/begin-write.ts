import { definitionChanged } from '../consistent-read.ts';
import type { StoredTable } from '../dictionary.ts';
import type { StatementScope } from '../statement-scope.ts';

/**
 * Called when a statement holds what it needs of the tables that it is about to change. Throws where a restore keeps them from
 * writes, and MySQL's 1412 where one has given them another definition since the transaction began or, outside of one, since
 * `resolvedAt` swaps, when their names were looked up.
 */
export function beginWrite(
  { engine, snapshot, written }: StatementScope,
  tables: readonly StoredTable[],
  resolvedAt: number,
): void {
  for (const { database, name } of tables) engine.holds.refuseWrite(database, name);
  if (engine.swaps.redefined(tables, snapshot ?? resolvedAt) !== undefined) throw definitionChanged();
  written.push(...tables.map(({ database, name }) => ({ database, name })));
}
