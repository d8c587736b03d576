import { SqlError } from '../../base/sql-error.ts';
import { listAccounts } from '../../auth/accounts.ts';
import { allPrivileges } from '../../auth/privileges.ts';
import { showColumns } from '../../catalog/show/columns.ts';
import { showCreateDatabase, showDatabases } from '../../catalog/show/databases.ts';
import { showCreateFunction, showFunctions, showFunctionStatus } from '../../catalog/show/functions.ts';
import { showDynamicPartitionTables } from '../../catalog/show/dynamic-partitions.ts';
import { showIndexes } from '../../catalog/show/indexes.ts';
import {
  describeAll,
  showAlterMaterializedViews,
  showCreateMaterializedView,
  showMaterializedViews,
} from '../../catalog/show/materialized-views.ts';
import { showPartitions } from '../../catalog/show/partitions.ts';
import {
  emptyShows,
  showCharacterSets,
  showCollations,
  requireStorageEngine,
  showEngines,
  showPlugins,
  showPrivileges,
  showStatus,
  showVariables,
  showWarningCount,
  showWarnings,
} from '../../catalog/show/server-facts.ts';
import type { CatalogView } from '../../catalog/view.ts';
import { type ShownTable, shownTable } from '../../catalog/show/shown-table.ts';
import { showCreateTable, showCreateView, showTables, showTableStatus } from '../../catalog/show/tables.ts';
import type { Describe } from '../../sql/describe.ts';
import { likeMatcher } from '../../sql/like.ts';
import { catalogOfShow, type Show } from '../../sql/show.ts';
import { notSupported, refuseOtherCatalog } from '../analysis.ts';
import { type Answer, rowsAnswer, type Table } from '../answer.ts';
import { filterOf, likeRows } from '../row-filter.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { temporaryView } from '../temporary-view.ts';
import { visibleView } from '../visible-view.ts';
import { shownCreateUser, shownGrants, shownRoles } from './show-accounts.ts';

/** Everything SHOW answers from the catalog, the session and the server's own state. */
export async function show(
  statement: Show,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  refuseOtherCatalog(catalogOfShow(statement));
  const shown = await shownOf(statement, services, state, signal);
  const liked = shown.likeColumn === undefined ? shown : likeRows(shown, shown.likeColumn, statement.like);
  const filter = filterOf(statement);
  const rows: Table = filter === undefined ? liked : await services.filterRows(liked, filter, signal);
  // SHOW WARNINGS leaves the diagnostics area as it is (MySQL manual, "SHOW WARNINGS Statement"), and FOUND_ROWS().
  const keepsWarnings = ['warnings', 'errors', 'count_warnings', 'count_errors'].includes(statement.form);
  if (!keepsWarnings) return rowsAnswer(rows);
  return {
    kind: 'rows',
    result: rowsAnswer(rows).result,
    warnings: state.warnings,
    foundRows: state.context.foundRows,
  };
}

/** DESCRIBE t [column | 'pattern']. */
export function describe(statement: Describe, services: Services, state: SessionState): Answer {
  refuseOtherCatalog(statement.table.at(-3));
  const { database, name } = tableOf(statement.table, state);
  const view = seenView(services, state, { database, name });
  if (statement.all === true) return rowsAnswer(describeAll(view, database, name));
  const shown = showColumns(view, { database, table: name, full: false });
  if (statement.column === undefined) return rowsAnswer(shown);
  return rowsAnswer(likeRows(shown, 'Field', statement.column.text));
}

async function shownOf(
  statement: Show,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<ShownTable> {
  switch (statement.form) {
    case 'databases':
      return showDatabases(visibleView(services.view, state.access), statement.like);
    case 'tables':
    case 'table_status':
    case 'columns':
    case 'index':
    case 'partitions':
    case 'materialized_views':
    case 'alter_materialized_view':
    case 'temporary_partitions':
    case 'dynamic_partition_tables':
      return shownOfDatabase(statement, services, state, signal);
    case 'functions':
    case 'function_status':
      return shownFunctions(statement, services, state);
    case 'create_table':
    case 'create_view':
    case 'create_function':
    case 'create_materialized_view':
    case 'create_database':
      return shownCreate(statement, services, state);
    case 'warnings':
    case 'errors':
      return showWarnings(state.warnings, statement.form === 'errors');
    case 'count_warnings':
    case 'count_errors':
      return showWarningCount(state.warnings, statement.form === 'count_errors');
    case 'grants':
      return shownGrants(statement, services, state);
    case 'create_user':
      return shownCreateUser(statement, services, state);
    default:
      return shownOfServer(statement, services, state);
  }
}

async function shownOfDatabase(
  statement: Show,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<ShownTable> {
  const view = visibleView(services.view, state.access);
  const database = (): string => visibleDatabase(statement.target, state);
  switch (statement.form) {
    case 'tables': {
      const of = {
        database: database(),
        full: statement.full,
        pattern: statement.like,
      };
      return showTables(view, services.systemTables, of);
    }
    case 'table_status':
      return showTableStatus(view, database(), signal);
    case 'dynamic_partition_tables':
      return showDynamicPartitionTables(view, database());
    case 'alter_materialized_view':
      return showAlterMaterializedViews(view, database());
    case 'materialized_views':
      return showMaterializedViews(view, database(), signal);
    default: {
      const { database, name } = tableOf(statement.target, state);
      const seen = seenView(services, state, { database, name });
      if (statement.form === 'partitions' || statement.form === 'temporary_partitions') {
        const temporary = statement.form === 'temporary_partitions';
        return showPartitions(view, { database, table: name, temporary }, signal);
      }
      if (statement.form === 'index') return showIndexes(seen, database, name);
      return showColumns(seen, { database, table: name, full: statement.full });
    }
  }
}

function shownFunctions(statement: Show, services: Services, state: SessionState): ShownTable {
  const view = visibleView(services.view, state.access);
  if (statement.form === 'function_status') return showFunctionStatus(view);
  const database = visibleDatabase(statement.target, state);
  const isWanted = statement.like === undefined ? () => true : likeMatcher(statement.like);
  return showFunctions(view, { database, full: statement.full, isWanted });
}

function shownCreate(statement: Show, services: Services, state: SessionState): ShownTable {
  if (statement.form === 'create_database') {
    const database = visibleDatabase(statement.target, state);
    return showCreateDatabase(services.view, database, statement.ifNotExists ?? false);
  }
  const { database, name } = tableOf(statement.target, state);
  if (statement.form === 'create_function') {
    state.access.requireDatabase(database);
    return showCreateFunction(visibleView(services.view, state.access), database, name);
  }
  if (statement.form === 'create_table') {
    return showCreateTable(seenView(services, state, { database, name }), database, name);
  }
  state.access.requireSight(database, name);
  return statement.form === 'create_view'
    ? showCreateView(services.view, database, name)
    : showCreateMaterializedView(services.view, database, name);
}

/** What shows one table: a temporary one of the login's own, or one that it has a privilege on. Throws 1142. */
function seenView(
  services: Services,
  state: SessionState,
  { database, name }: Readonly<{ database: string; name: string }>,
): CatalogView {
  if (state.engine.temporaryTable(database, name) === undefined) state.access.requireSight(database, name);
  return temporaryView(services.view, state.engine);
}

function shownOfServer(statement: Show, services: Services, state: SessionState): ShownTable {
  switch (statement.form) {
    case 'variables':
      return showVariables(state.variables, statement.scope === 'GLOBAL' ? 'global' : 'session');
    case 'status':
      return showStatus(new Map([...services.statusCounters(), ...(state.context.connectionStatus ?? [])]));
    case 'collation':
      return showCollations();
    case 'character_set':
      return showCharacterSets();
    case 'engines':
      return showEngines();
    case 'plugins':
      return showPlugins();
    case 'privileges':
      return showPrivileges(allPrivileges);
    case 'processlist':
      return services.connections.processes({ user: state.user, mayOperate: state.access.mayOperate });
    case 'roles':
      return shownRoles(services);
    case 'users':
      return shownTable(
        ['User'],
        listAccounts(services.metastore).map(({ user }) => [`'${user}'@'%'`]),
      );
    case 'create_procedure':
    case 'create_trigger':
    case 'create_event':
      throw missingObject(statement.form, statement.target.at(-1) ?? '');
    case 'engine_status':
      requireStorageEngine(statement.target.at(-1) ?? '');
      return emptyShow(statement.form);
    case 'binary_log_status':
      return emptyShow('master_status');
    default:
      return emptyShow(statement.form);
  }
}

/** What no database of the embedded engine has one of. */
function missingObject(form: 'create_procedure' | 'create_trigger' | 'create_event', name: string): SqlError {
  if (form === 'create_procedure') return new SqlError('does_not_exist', `PROCEDURE ${name} does not exist`);
  if (form === 'create_event') return new SqlError('unknown_event', `Unknown event '${name}'`);
  return new SqlError('unknown_trigger', 'Trigger does not exist');
}

/** Things that never exist here: the right columns and no rows. Forms whose parts are not built yet are 1235. */
function emptyShow(form: string): ShownTable {
  const names = Object.hasOwn(emptyShows, form) ? emptyShows[form] : undefined;
  if (names === undefined) throw notSupported(`SHOW ${form.replaceAll('_', ' ').toUpperCase()}`);
  const shown = shownTable(names, []);
  const [first] = shown.columns;
  return first === undefined ? shown : { ...shown, likeColumn: first.name };
}

function databaseNamed(target: readonly string[], state: SessionState): string {
  const database = target.at(-1) ?? state.database;
  if (database === undefined) throw new SqlError('no_database_selected', 'No database selected');
  return database;
}

/** A database in which the login has a privilege. Throws 1046, 1044. */
function visibleDatabase(target: readonly string[], state: SessionState): string {
  const database = databaseNamed(target, state);
  state.access.requireDatabase(database);
  return database;
}

function tableOf(
  target: readonly string[],
  state: SessionState,
): Readonly<{ database: string; name: string }> {
  return { database: databaseNamed(target.slice(0, -1), state), name: target.at(-1) ?? '' };
}
