import type { StoredTable } from './dictionary.ts';
import { physicalName } from './names.ts';
import { partitionPredicates } from './partitions.ts';
import type { StatementScope } from './statement-scope.ts';

/** Deletes the rows of the named partitions, or all rows without names. Part of the caller's transaction. */
export async function deletePartitions(
  scope: StatementScope,
  { database, name, definition }: StoredTable,
  names: readonly string[] | undefined,
): Promise<void> {
  const table = physicalName(database, name);
  if (names === undefined) {
    await scope.connection.run(`TRUNCATE ${table}`);
    return;
  }
  const predicate = partitionPredicates(definition, scope);
  // One by one: each looks only where its rows lie.
  for (const each of names) await scope.connection.run(`DELETE FROM ${table} WHERE ${predicate(each)}`);
}
