import type { StoredTable } from '../dictionary/stored-object.ts';
import { markRows, markTable } from '../materialized/changed-bases.ts';
import { physicalName } from '../physical/names.ts';
import { partitionPredicates } from './predicates.ts';
import type { StatementScope } from '../statement/scope.ts';
import { hasChildren } from '../statement/foreign-keys.ts';
import { notYet } from '../../../sql/not-yet.ts';

/** Deletes the rows of the named partitions, or all rows without names. Part of the caller's transaction. */
export async function deletePartitions(
  scope: StatementScope,
  base: StoredTable,
  names: readonly string[] | undefined,
): Promise<void> {
  const { database, name, definition } = base;
  if (hasChildren(scope, base)) throw notYet('partitions of a table that foreign keys refer to');
  const table = physicalName(database, name);
  if (names === undefined) {
    await markTable(scope, base);
    await scope.savepoints.losing(scope.connection, base, table);
    await scope.connection.run(`TRUNCATE ${table}`);
    return;
  }
  const predicate = partitionPredicates(definition, scope);
  // One by one: each looks only where its rows lie.
  for (const each of names) {
    const rows = `${table} WHERE ${predicate(each)}`;
    await markRows(scope, base, rows);
    await scope.savepoints.losing(scope.connection, base, rows);
    await scope.connection.run(`DELETE FROM ${rows}`);
  }
}
