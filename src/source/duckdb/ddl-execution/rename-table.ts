import { SqlError } from '../../../base/sql-error.ts';
import type { ObjectName } from '../../../sql/ddl/object-name.ts';
import type { TableStatement } from '../../../sql/ddl/statement.ts';
import { replaceCounter } from '../dictionary/counters.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { StoredObject, StoredTable, StoredView } from '../dictionary/stored-object.ts';
import { checkName, nameKey, physicalName, physicalObject, sameName } from '../physical/names.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import type { StatementScope } from '../statement/scope.ts';
import { refuseWithTemporary } from '../partitions/temporary.ts';
import { followTable, movedDefinition, tableAfter } from './foreign-keys/renamed.ts';
import { databaseNamed, defining } from './definition-scope.ts';

/** Runs RENAME TABLE: from left to right, so that two tables can change places, all of it in one step. */
export async function renameTable(
  scope: StatementScope,
  statement: Extract<TableStatement, { kind: 'rename_table' }>,
): Promise<number> {
  const moves = plannedMoves(scope, statement.renames);
  await defining(scope, async (change) => {
    for (const move of moves) await moveObject(scope, change, move);
  });
  for (const move of moves) moveCounter(scope, move);
  return 0;
}

export type Move = Readonly<{ object: Renamable; database: string; name: string }>;

/** A materialized view has a statement of its own for it. */
type Renamable = StoredTable | StoredView;

/** Follows the renames on names alone, so that each step sees what the steps before it did. */
function plannedMoves(
  scope: StatementScope,
  renames: readonly Readonly<{ from: ObjectName; to: ObjectName }>[],
): readonly Move[] {
  const moved = new Map<string, StoredObject | undefined>();
  const at = (database: string, name: string): StoredObject | undefined => {
    const key = `${nameKey(database)}\0${nameKey(name)}`;
    return moved.has(key) ? moved.get(key) : scope.engine.dictionary.object(database, name);
  };
  return renames.map(({ from, to }) => {
    const fromDatabase = databaseNamed(scope, from);
    const toDatabase = databaseNamed(scope, to);
    const object = at(fromDatabase, from.name);
    if (object === undefined) {
      throw new SqlError('unknown_table', `Table '${fromDatabase}.${from.name}' doesn't exist`);
    }
    if (object.kind === 'MATERIALIZED_VIEW') {
      throw new SqlError('wrong_object', `'${fromDatabase}.${from.name}' is not BASE TABLE`, {
        hint: 'ALTER MATERIALIZED VIEW … RENAME gives it another name.',
      });
    }
    checkName(to.name, 'bad_table_name');
    const taken = at(toDatabase, to.name);
    const isItself =
      taken !== undefined && sameName(fromDatabase, toDatabase) && sameName(from.name, to.name);
    if (taken !== undefined && !isItself)
      throw new SqlError('table_exists', `Table '${to.name}' already exists`);
    moved.set(`${nameKey(fromDatabase)}\0${nameKey(from.name)}`, undefined);
    moved.set(`${nameKey(toDatabase)}\0${nameKey(to.name)}`, renamed(object, toDatabase, to.name));
    return { object, database: toDatabase, name: to.name };
  });
}

function renamed(object: Renamable, database: string, name: string): Renamable {
  if (object.kind === 'VIEW') return { ...object, database, name };
  return { ...object, database, name, definition: movedDefinition(object, { database, name }) };
}

/** Gives an object another name, in another database if need be. Part of the caller's transaction. */
export async function moveObject(scope: StatementScope, change: DictionaryChange, move: Move): Promise<void> {
  const { dictionary } = scope.engine;
  const object = move.object.kind === 'TABLE' ? tableAfter(change, move.object) : move.object;
  if (object.kind === 'TABLE') refuseWithTemporary(object, [{ kind: 'rename_table', to: move }]);
  await change.dropObject(object.database, object.name);
  await change.putObject(renamed(object, move.database, move.name));
  if (object.kind === 'VIEW') return;
  await followTable(dictionary, change, object, move);
  const from = physicalName(object.database, object.name);
  const to = physicalName(move.database, move.name);
  if (sameName(object.database, move.database)) {
    await renamePhysical(scope, object, move.name);
  } else {
    // DuckDB moves no table between schemas, so the rows are copied inside it.
    await scope.connection.run(physicalTableSql(to, object.definition));
    await scope.connection.run(`INSERT INTO ${to} SELECT * FROM ${from}`);
    await scope.connection.run(`DROP TABLE ${from}`);
  }
  const next = scope.engine.counters.next(object.database, object.name);
  await replaceCounter(scope.connection, object.database, object.name, undefined);
  await replaceCounter(scope.connection, move.database, move.name, next);
}

/** A change of nothing but case goes over a name in between: DuckDB takes the two for the same. */
async function renamePhysical(scope: StatementScope, object: StoredObject, name: string): Promise<void> {
  let from = physicalName(object.database, object.name);
  if (sameName(object.name, name)) {
    const between = `__holdfast_rename_${nameKey(name)}`;
    await scope.connection.run(`ALTER TABLE ${from} RENAME TO ${physicalObject(object.database, between)}`);
    from = physicalName(object.database, between);
  }
  await scope.connection.run(`ALTER TABLE ${from} RENAME TO ${physicalObject(object.database, name)}`);
}

/** Call after the commit. */
export function moveCounter(scope: StatementScope, move: Move): void {
  const { counters } = scope.engine;
  if (move.object.kind === 'VIEW') return;
  const next = counters.next(move.object.database, move.object.name);
  counters.forget(move.object.database, move.object.name);
  counters.set(move.database, move.name, next);
}
