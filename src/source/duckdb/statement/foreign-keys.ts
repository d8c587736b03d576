import { nameKey } from '../physical/names.ts';
import type { StatementScope } from './scope.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import type { QueryContext } from '../../query.ts';
import { numberVariable } from './number-variable.ts';
import { lockName } from '../engine/table-locks.ts';
import { actionOf, type ForeignKey } from '../dictionary/foreign-key.ts';

/** The variable foreign_key_checks: without it rows are neither checked nor carried along. */
export function checksForeignKeys(context: QueryContext): boolean {
  if (context.variable('foreign_key_checks') === undefined) return true;
  return numberVariable(context, 'foreign_key_checks') !== 0;
}

/** The keys that are asked when rows of the table go, in MySQL's order; none where checks are off. */
export function keysTo(
  { engine, context }: StatementScope,
  { database, name }: StoredTable,
): readonly ForeignKey[] {
  const keys = engine.dictionary.foreignKeysTo(database, name);
  return keys.length > 0 && checksForeignKeys(context) ? keys : [];
}

/** True when rows of the table may have others that refer to them. */
export function hasChildren(scope: StatementScope, table: StoredTable): boolean {
  return keysTo(scope, table).length > 0;
}

/** True when a foreign key of the table, or one to it, is asked when its rows change. */
export function hasKeys(scope: StatementScope, table: StoredTable): boolean {
  const hasOwn = table.definition.foreignKeys.length > 0 && checksForeignKeys(scope.context);
  return hasOwn || hasChildren(scope, table);
}

/** True when a change of the tables may be refused after rows have changed: in one that follows, or in the second of several. */
export function mayFailLate(
  scope: StatementScope,
  tables: readonly StoredTable[],
  event: 'delete' | 'update',
): boolean {
  if (tables.length > 1) return tables.some((table) => hasKeys(scope, table));
  return tables.some((table) => keysTo(scope, table).some((key) => actionOf(key, event) !== 'refuse'));
}

/** The locks of tables whose rows change, and of all that may change with them or must not meanwhile. */
export function locksOfFollowing(scope: StatementScope, tables: readonly StoredTable[]): readonly string[] {
  const found = new Set<string>();
  const pending = [...tables];
  for (let table = pending.pop(); table !== undefined; table = pending.pop()) {
    const lock = nameKey(lockName(table.database, table.name));
    if (found.has(lock)) continue;
    found.add(lock);
    pending.push(...keysTo(scope, table).map(({ child }) => child));
  }
  return [...found];
}
