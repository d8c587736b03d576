import { warningCount } from '../../warnings.ts';
import { unreachable } from '../../../base/assert.ts';
import { parseDdl } from '../../../sql/ddl/parse.ts';
import type { ObjectName } from '../../../sql/ddl/object-name.ts';
import type { DdlStatement, IndexStatement } from '../../../sql/ddl/statement.ts';
import type { Token } from '../../../sql/token.ts';
import { notYet } from '../../../sql/not-yet.ts';
import type { QueryAnswer } from '../../query.ts';
import { requireDefinition } from './definition-access.ts';
import type { StatementScope } from '../statement/scope.ts';
import { dictionaryLock, lockName } from '../engine/table-locks.ts';
import { alterStored, alterTable } from './alter-table.ts';
import { createTable } from './create-table.ts';
import { alterDatabase, createDatabase, dropDatabase } from './databases.ts';
import { type DefinitionScope, refuseOtherCatalog, tableNamed } from './definition-scope.ts';
import { dropTable, dropView } from './drop-table.ts';
import { createFunction, dropFunction } from './functions.ts';
import { renameTable } from './rename-table.ts';
import { truncateTable } from './truncate-table.ts';
import { alterMaterializedView, createMaterializedView, dropMaterializedView } from './materialized-views.ts';
import { activateMaterializedView, cancelRefresh, refreshMaterializedView } from './refresh-view.ts';
import { createTemporaryTable, dropTemporaryTables } from './temporary-table.ts';
import { createView } from './views.ts';

/** Runs a data definition statement in a transaction of its own; the session has committed what was open. */
export async function runDefinition(
  scope: DefinitionScope,
  tokens: readonly Token[],
  text: string,
): Promise<QueryAnswer> {
  const statement = parseDdl(tokens, text);
  requireDefinition(scope, statement);
  // Refreshes and activations wait for locks themselves.
  if (statement.kind === 'refresh_materialized_view') return refreshMaterializedView(scope, statement);
  if (statement.kind === 'alter_materialized_view' && statement.action.kind === 'active') {
    await activateMaterializedView(scope, statement);
    return answered(scope, statement, 0);
  }
  if (statement.kind === 'drop_database') {
    refuseOtherCatalog(statement.name.catalog);
    // They hold locks that the drop waits for.
    scope.refresher.cancelIn(statement.name.name);
  }
  using _lock = await scope.engine.locks.acquire(locksOf(scope, statement), scope.signal);
  return answered(scope, statement, await execute(scope, statement));
}

/** Runs CREATE or DROP TEMPORARY TABLE, which leave an open transaction as it is. */
export async function runTemporaryDefinition(
  scope: StatementScope,
  tokens: readonly Token[],
  text: string,
): Promise<QueryAnswer> {
  const statement = parseDdl(tokens, text);
  requireDefinition(scope, statement);
  switch (statement.kind) {
    case 'create_table':
      return answered(scope, statement, await createTemporaryTable(scope, statement));
    case 'drop_table':
      return answered(scope, statement, await dropTemporaryTables(scope, statement));
    default:
      throw notYet('TEMPORARY');
  }
}

function answered(scope: StatementScope, statement: DdlStatement, rows: number): QueryAnswer {
  const hasInfo =
    statement.kind === 'alter_table' ||
    (statement.kind === 'create_table' && statement.asSelect !== undefined);
  return {
    kind: 'ok',
    affectedRows: BigInt(rows),
    lastInsertId: 0n,
    info: hasInfo ? `Records: ${rows}  Duplicates: 0  Warnings: ${warningCount(scope.warnings)}` : '',
    warnings: scope.warnings,
  };
}

/** All but a refresh, which takes its locks while it runs. */
type UnderLock = Exclude<DdlStatement, { kind: 'refresh_materialized_view' }>;

async function execute(scope: DefinitionScope, statement: UnderLock): Promise<number> {
  switch (statement.kind) {
    case 'create_database':
      return createDatabase(scope, statement);
    case 'drop_database':
      return dropDatabase(scope, statement);
    case 'alter_database':
      return alterDatabase(scope, statement);
    case 'create_table':
      return createTable(scope, statement);
    case 'drop_table':
      return dropTable(scope, statement);
    case 'truncate_table':
      return truncateTable(scope, statement);
    case 'rename_table':
      return renameTable(scope, statement);
    case 'alter_table':
      return alterTable(scope, statement);
    case 'create_index':
    case 'drop_index':
      return alterIndex(scope, statement);
    case 'create_view':
      return createView(scope, statement);
    case 'drop_view':
      return dropView(scope, statement);
    case 'create_materialized_view':
      return createMaterializedView(scope, statement);
    case 'alter_materialized_view':
      return alterMaterializedView(scope, statement);
    case 'drop_materialized_view':
      return dropMaterializedView(scope, statement);
    case 'cancel_refresh_materialized_view':
      return cancelRefresh(scope, statement);
    case 'create_function':
      return createFunction(scope, statement);
    case 'drop_function':
      return dropFunction(scope, statement);
    case 'create_routine':
    case 'alter_routine':
    case 'drop_routine':
      throw notYet(statement.routine);
    default:
      return unreachable(statement);
  }
}

/** CREATE INDEX and DROP INDEX are ALTER TABLE by other words (manual, CREATE INDEX Statement). */
async function alterIndex(scope: StatementScope, statement: IndexStatement): Promise<number> {
  const table = tableNamed(scope, statement.table);
  if (statement.kind === 'create_index') {
    const { key, ifNotExists } = statement;
    return alterStored(scope, table, [{ kind: 'add_key', key, ifNotExists }]);
  }
  if (statement.name.toUpperCase() === 'PRIMARY')
    return alterStored(scope, table, [{ kind: 'drop_primary_key' }]);
  return alterStored(scope, table, [
    { kind: 'drop_key', name: statement.name, ifExists: statement.ifExists },
  ]);
}

/** The dictionary, and the tables whose rows or form change, so that no INSERT is under way in them. */
function locksOf(scope: StatementScope, statement: DdlStatement): readonly string[] {
  const lock = (name: ObjectName): string =>
    lockName(name.database ?? scope.context.database ?? '', name.name);
  switch (statement.kind) {
    case 'alter_table':
    case 'truncate_table':
    case 'create_index':
    case 'drop_index':
      return [dictionaryLock, lock(statement.table)];
    case 'drop_table':
      return [dictionaryLock, ...statement.names.map((name) => lock(name))];
    case 'rename_table':
      return [dictionaryLock, ...statement.renames.map((rename) => lock(rename.from))];
    case 'drop_database': {
      const { name } = statement.name;
      const objects = scope.engine.dictionary.objects(name);
      return [dictionaryLock, ...objects.map((object) => lockName(name, object.name))];
    }
    default:
      return [dictionaryLock];
  }
}
