import { SqlError } from '../../../base/sql-error.ts';
import type { RelationPrivilege } from '../../object-access.ts';
import type { WarningList } from '../../warnings.ts';
import { requireObject } from '../translation/access.ts';
import type { EngineContext } from '../translation/engine-context.ts';
import type { Connection } from '../connection/connection.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import type { KeyUse } from '../engine/key-uses.ts';
import type { NoteTaking } from '../connection/notes.ts';
import type { InsertIds } from './insert-ids.ts';
import type { ObjectReference } from '../physical/names.ts';
import type { Savepoints } from './savepoints.ts';
import type { SwappedName } from '../engine/swaps.ts';

/** What one statement runs with. */
export type StatementScope = Readonly<{
  engine: Engine;
  connection: Connection;
  context: EngineContext;
  signal: AbortSignal;
  /** An explicit transaction is open: a failure must leave it usable, so what may fail is checked beforehand. */
  inTransaction: boolean;
  /** The open transaction changes temporary tables only. */
  isReadOnly: boolean;
  sqlMode: ReadonlySet<string>;
  /** Those of the open transaction: told of every change of rows before it is made. */
  savepoints: Savepoints;
  /** How many swaps of restores the open transaction, a statement's own too, has seen; undefined outside of one. */
  snapshot: number | undefined;
  /** Tables whose rows the statement may have changed; filled while it runs. */
  written: SwappedName[];
  /** What the transaction does with keys that foreign keys refer to; undefined for what changes no rows. */
  keyUse: KeyUse | undefined;
  insertIds: InsertIds;
  /** Filled while the statement runs. */
  warnings: WarningList;
  /** What becomes of values that MySQL warns of, while DuckDB computes. */
  notes: NoteTaking;
}>;

/** The database a name without one belongs to. */
export function databaseOf(scope: StatementScope, name: ObjectReference): string {
  const database = name.database ?? scope.context.database;
  if (database === undefined) throw new SqlError('no_database_selected', 'No database selected');
  return database;
}

/** The table a statement writes to, or chooses partitions of. It needs one of the privileges; a temporary one needs none. */
export function writableTable(
  scope: StatementScope,
  name: ObjectReference,
  anyOf: readonly [RelationPrivilege, ...RelationPrivilege[]],
): StoredTable {
  const database = databaseOf(scope, name);
  const temporary = scope.context.temporaryTables?.find(database, name.name);
  if (temporary !== undefined) return temporary;
  if (scope.engine.systemTables?.hasSchema(database)) {
    throw new SqlError('access_denied_database', `Access denied for user to database '${database}'`);
  }
  requireObject(scope, { database, name: name.name }, anyOf);
  if (scope.engine.dictionary.database(database) === undefined) {
    throw new SqlError('unknown_database', `Unknown database '${database}'`);
  }
  const found = scope.engine.dictionary.object(database, name.name);
  if (found === undefined) {
    throw new SqlError('unknown_table', `Table '${database}.${name.name}' doesn't exist`);
  }
  if (found.kind === 'MATERIALIZED_VIEW') {
    throw new SqlError(
      'analysis',
      `The data of '${found.name}' cannot be inserted because '${found.name}' is a materialized view, ` +
        'and the data of materialized view must be consistent with the base table.',
    );
  }
  if (found.kind !== 'TABLE') {
    throw new SqlError('not_supported', `The target table ${name.name} of the statement is not updatable`);
  }
  return found;
}
