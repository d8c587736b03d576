import { SqlError } from '../../../base/sql-error.ts';
import { definitionChanged } from '../statement/consistent-read.ts';
import { isTemporaryPlace } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import type { ChangeTarget } from './change-target.ts';

/** MySQL's 1792. */
export function readOnlyTransaction(): SqlError {
  return new SqlError('read_only_transaction', 'Cannot execute statement in a READ ONLY transaction.');
}

/**
 * Called when a statement holds what it needs of the tables that it is about to change. Throws in a transaction that is
 * read only (1792), where a restore keeps them from writes, and MySQL's 1412 where one has given them, or the views on the
 * way to them, another definition since the transaction began or, outside of one, since `resolvedAt` swaps, when their
 * names were looked up.
 */
export function beginWrite(
  { engine, snapshot, written, isReadOnly }: StatementScope,
  targets: readonly ChangeTarget[],
  resolvedAt: number,
): void {
  const tables = targets.map(({ table }) => table);
  const views = targets.flatMap(({ view }) => view?.levels.map((level) => level.view) ?? []);
  if (isReadOnly && !tables.every(({ database }) => isTemporaryPlace(database))) throw readOnlyTransaction();
  for (const { database, name } of tables) engine.holds.refuseWrite(database, name);
  if (engine.swaps.redefined([...tables, ...views], snapshot ?? resolvedAt) !== undefined)
    throw definitionChanged();
  written.push(...tables.map(({ database, name }) => ({ database, name })));
}
