import { unreachable } from '../../../base/assert.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { ForeignKeyDefinition } from '../../../sql/ddl/definition.ts';
import type { ObjectName } from '../../../sql/ddl/object-name.ts';
import type { AlterAction, DdlStatement } from '../../../sql/ddl/statement.ts';
import type { DatabasePrivilege, RelationPrivilege } from '../../object-access.ts';
import { type ObjectReference } from '../physical/names.ts';
import { requireObject } from '../translation/access.ts';
import type { StatementScope } from '../statement/scope.ts';

/** Whoever could make a temporary table may do everything with it (MySQL manual, "CREATE TEMPORARY TABLE Statement"). */
function isTemporary(scope: StatementScope, name: ObjectReference): boolean {
  const { database, name: table } = placed(scope, name);
  return scope.context.temporaryTables?.find(database, table) !== undefined;
}

/** The object that a name means, for a check before it is looked up. Without a database it is an error of its own. */
function placed(
  { context }: StatementScope,
  name: ObjectReference,
): Readonly<{ database: string; name: string }> {
  const database = name.database ?? context.database;
  if (database === undefined) throw new SqlError('no_database_selected', 'No database selected');
  return { database, name: name.name };
}

/**
 * Asks for everything that a definition needs, but for what its SELECT reads: that is asked for as it is translated.
 * Throws MySQL's 1142, 1044 or 1370.
 */
export function requireDefinition(scope: StatementScope, statement: DdlStatement): void {
  const { access } = scope.context;
  if (access === undefined) return;
  const needs = new Needs(scope);
  switch (statement.kind) {
    case 'create_database':
      return access.require({ on: 'catalog', database: statement.name.name });
    case 'drop_database':
      return access.require({ on: 'database', privilege: 'DROP', database: statement.name.name });
    case 'alter_database': {
      const database = statement.name?.name ?? scope.context.database;
      if (database === undefined) throw new SqlError('no_database_selected', 'No database selected');
      return access.require({ on: 'database', privilege: 'ALTER', database });
    }
    case 'create_table':
      if (statement.like !== undefined) needs.table(statement.like, ['SELECT']);
      for (const key of statement.definition.foreignKeys) needs.reference(statement.name, key);
      return needs.make(statement.name, 'CREATE TABLE');
    case 'drop_table':
      for (const name of statement.temporary ? [] : statement.names) needs.table(name, ['DROP']);
      return;
    case 'drop_view':
      for (const name of statement.names) needs.object(name, ['DROP']);
      return;
    case 'truncate_table':
      return needs.table(statement.table, ['DROP', 'DELETE']);
    case 'rename_table':
      for (const { from, to } of statement.renames) needs.rename(from, to);
      return;
    case 'alter_table':
      if (isTemporary(scope, statement.table)) {
        for (const action of statement.actions) requireTemporaryAction(needs, statement.table, action);
        return;
      }
      needs.object(statement.table, ['ALTER']);
      for (const action of statement.actions) requireAction(needs, statement.table, action);
      return;
    case 'create_index':
    case 'drop_index':
      return needs.table(statement.table, ['ALTER'], 'INDEX');
    case 'create_view':
      if (statement.alter || statement.orReplace) needs.replace(statement.name);
      return needs.make(statement.name, 'CREATE VIEW');
    default:
      return requireOther(needs, statement);
  }
}

type Handled =
  | 'create_database'
  | 'drop_database'
  | 'alter_database'
  | 'create_table'
  | 'drop_table'
  | 'drop_view'
  | 'truncate_table'
  | 'rename_table'
  | 'alter_table'
  | 'create_index'
  | 'drop_index'
  | 'create_view';

/** Of materialized views and of functions. */
function requireOther(needs: Needs, statement: Exclude<DdlStatement, { kind: Handled }>): void {
  switch (statement.kind) {
    case 'create_materialized_view':
      return needs.make(statement.name, 'CREATE MATERIALIZED VIEW');
    case 'alter_materialized_view': {
      needs.object(statement.name, ['ALTER']);
      const { action } = statement;
      if (action.kind === 'rename') needs.renameView(statement.name, { ...statement.name, name: action.to });
      if (action.kind === 'swap_with')
        needs.swapViews(statement.name, { ...statement.name, name: action.view });
      return;
    }
    case 'refresh_materialized_view':
    case 'cancel_refresh_materialized_view':
      return needs.object(statement.name, ['REFRESH']);
    case 'drop_materialized_view':
      return needs.object(statement.name, ['DROP']);
    case 'create_function':
      if (statement.orReplace) needs.replaceFunction(statement.name);
      return needs.make(statement.name, 'CREATE FUNCTION');
    case 'drop_function':
      return needs.function(statement.name, 'DROP');
    case 'create_routine':
    case 'alter_routine':
    case 'drop_routine':
      return needs.make(statement.name, 'CREATE FUNCTION');
    default:
      return unreachable(statement);
  }
}

/** What an action of ALTER TABLE needs beyond ALTER: rows that it removes or takes from elsewhere, another name. */
function requireAction(needs: Needs, table: ObjectName, action: AlterAction): void {
  switch (action.kind) {
    case 'rename_table':
      return needs.rename(table, action.to);
    case 'swap_with':
      return needs.exchange(table, { ...table, name: action.table });
    case 'add_foreign_key':
      return needs.reference(table, action.foreignKey);
    case 'exchange_partition':
      return needs.exchange(table, action.table);
    case 'drop_partitions':
    case 'truncate_partitions':
    case 'replace_partitions':
      return needs.object(table, ['DROP', 'DELETE']);
    default:
  }
}

/** A temporary table that goes to another database is made there; what else reaches beyond it is refused to all. */
function requireTemporaryAction(needs: Needs, table: ObjectName, action: AlterAction): void {
  if (action.kind === 'rename_table') needs.make({ ...table, ...action.to }, 'CREATE TABLE');
}

/** Asks for what parts of a definition need. */
class Needs {
  readonly #scope: StatementScope;

  constructor(scope: StatementScope) {
    this.#scope = scope;
  }

  object(
    name: ObjectName,
    anyOf: readonly [RelationPrivilege, ...RelationPrivilege[]],
    command?: string,
  ): void {
    requireObject(this.#scope, placed(this.#scope, name), anyOf, command);
  }

  /** Of a table that a temporary one may hide. */
  table(
    name: ObjectName,
    anyOf: readonly [RelationPrivilege, ...RelationPrivilege[]],
    command?: string,
  ): void {
    if (!isTemporary(this.#scope, name)) this.object(name, anyOf, command);
  }

  make(name: ObjectName, privilege: DatabasePrivilege): void {
    this.#scope.context.access?.require({ on: 'database', privilege, ...placed(this.#scope, name) });
  }

  /** MySQL asks the same (manual, RENAME TABLE Statement). */
  rename(from: ObjectName, to: ObjectName): void {
    this.object(from, ['ALTER']);
    this.object(from, ['DROP']);
    this.make(to, 'CREATE TABLE');
    this.object(to, ['INSERT']);
  }

  renameView(from: ObjectName, to: ObjectName): void {
    this.object(from, ['DROP']);
    this.make(to, 'CREATE MATERIALIZED VIEW');
  }

  swapViews(one: ObjectName, other: ObjectName): void {
    for (const name of [one, other]) {
      for (const privilege of ['ALTER', 'DROP', 'SELECT'] as const) this.object(name, [privilege]);
    }
  }

  /** Two tables that trade rows: each could otherwise be read or changed under the other's name. */
  exchange(one: ObjectName, other: ObjectName): void {
    for (const name of [one, other]) {
      for (const privilege of ['ALTER', 'DROP', 'SELECT', 'INSERT'] as const) this.object(name, [privilege]);
    }
  }

  /** What a foreign key refuses tells what its parent has. */
  reference(table: ObjectName, key: ForeignKeyDefinition): void {
    const database = key.referencedDatabase ?? placed(this.#scope, table).database;
    this.object({ database, name: key.referencedTable }, ['SELECT'], 'REFERENCES');
  }

  /** A view that is there already goes. */
  replace(name: ObjectName): void {
    const place = placed(this.#scope, name);
    if (this.#scope.engine.dictionary.object(place.database, place.name) === undefined) return;
    requireObject(this.#scope, place, ['DROP']);
  }

  replaceFunction(name: ObjectName): void {
    const { database } = placed(this.#scope, name);
    if (this.#scope.engine.dictionary.function(database, name.name) !== undefined)
      this.function(name, 'DROP');
  }

  function(name: ObjectName, privilege: 'USAGE' | 'DROP'): void {
    this.#scope.context.access?.require({ on: 'function', privilege, ...placed(this.#scope, name) });
  }
}
