import type { StoredTable } from '../dictionary/stored-object.ts';
import { sameKey, type UniqueKey } from '../physical/keys.ts';
import { physicalName } from '../physical/names.ts';
import type { StatementScope } from '../statement/scope.ts';
import { insertStaged } from './staged-insert.ts';
import type { ReadyInsert } from './ready-insert.ts';
import { removeRows } from './foreign-keys/children.ts';
import { hasChildren } from '../statement/foreign-keys.ts';
import { newRows, rowNumber } from './staging.ts';
import { inOneTransaction, undoneByFailure } from './transaction.ts';

/**
 * REPLACE: rows with the same key go, in the table and earlier in the statement; then the new ones come. Returns
 * the affected rows as MySQL counts them: one per row given, one per row that went.
 */
export async function replaceRows(
  scope: StatementScope,
  ready: ReadyInsert,
  keys: readonly UniqueKey[],
): Promise<number> {
  let overtaken = 0;
  for (const key of keys) {
    overtaken += await scope.connection.run(
      `DELETE FROM ${newRows} WHERE ${rowNumber} IN (SELECT x.${rowNumber} FROM ${newRows} x ` +
        `JOIN ${newRows} y ON y.${rowNumber} > x.${rowNumber} AND ${sameKey(key, 'x', 'y')})`,
    );
  }
  const replace = async (): Promise<number> => {
    const deleted = await deleteTaken(scope, ready.table, keys);
    await insertStaged(scope, ready);
    return ready.count + overtaken + deleted;
  };
  return inOneTransaction(scope, () =>
    hasChildren(scope, ready.table) ? undoneByFailure(scope, replace) : replace(),
  );
}

/** Deletes the rows whose keys the staged rows have. Part of the caller's transaction. */
export async function deleteTaken(
  scope: StatementScope,
  table: StoredTable,
  keys: readonly UniqueKey[],
): Promise<number> {
  const target = physicalName(table.database, table.name);
  let deleted = 0;
  for (const key of keys) {
    const taken = `${target} AS t WHERE EXISTS (FROM ${newRows} x WHERE ${sameKey(key, 'x', 't')})`;
    deleted += await removeRows(scope, table, { from: taken, successors: newRows });
  }
  return deleted;
}
