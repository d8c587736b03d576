import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition } from '../../../sql/ddl/definition.ts';
import { notYet } from '../../../sql/not-yet.ts';
import type { ObjectAccess, RelationPrivilege } from '../../object-access.ts';
import { requireObject } from '../translation/access.ts';
import { columnIndex, sameName, type ObjectReference } from '../physical/names.ts';
import { databaseOf, type StatementScope, writableTable } from '../statement/scope.ts';
import type { StoredTable, StoredView } from '../dictionary/stored-object.ts';
import { type ChangedView, changedView } from './changed-view.ts';

/** What a statement changes: a table, under its own name or through a view. */
export type ChangeTarget = Readonly<{ table: StoredTable; view?: ChangedView | undefined }>;

type Change = 'INSERT' | 'UPDATE' | 'DELETE';

/**
 * The target of a name. The login needs one of the privileges on what it names; `requireChange` asks for the rest. Throws
 * MySQL's 1288 or 1471 for a view that no rows can be changed through.
 */
export function changeTarget(
  scope: StatementScope,
  name: ObjectReference,
  change: Change,
  anyOf: readonly [RelationPrivilege, ...RelationPrivilege[]],
): ChangeTarget {
  const view = viewNamed(scope, name);
  if (view === undefined) return { table: writableTable(scope, name, anyOf) };
  requireObject(scope, view, anyOf);
  const found = changedView(scope.engine, view);
  switch (found.kind) {
    case 'changed':
      return { table: found.table, view: found };
    case 'fixed':
      throw change === 'INSERT' ? notInsertable(view) : notUpdatable(view, change);
    case 'invalid':
      throw invalidView(found.view);
    case 'unsupported':
      throw notYet(`${change} through ${found.construct}`, 'Change the table behind it.');
  }
}

/** The view that a name means, as a statement finds it; undefined for anything else. */
export function viewNamed(scope: StatementScope, name: ObjectReference): StoredView | undefined {
  const database = databaseOf(scope, name);
  if (scope.context.temporaryTables?.find(database, name.name) !== undefined) return undefined;
  if (scope.engine.systemTables?.hasSchema(database) === true) return undefined;
  const found = scope.engine.dictionary.object(database, name.name);
  return found?.kind === 'VIEW' ? found : undefined;
}

/**
 * Asks for a privilege on what the statement names. Behind a view its definer needs the privilege, or with SQL SECURITY
 * INVOKER the login: MySQL's error is 1142 for what is named and 1356 for what is behind it.
 */
export function requireChange(
  scope: StatementScope,
  { table, view }: ChangeTarget,
  privilege: RelationPrivilege,
): void {
  if (view === undefined) return requireObject(scope, table, [privilege]);
  requireObject(scope, view.levels[0].view, [privilege]);
  let { access } = scope.context;
  for (const [index, level] of view.levels.entries()) {
    access = accessBehind(access, level.view);
    const behind = view.levels[index + 1]?.view ?? table;
    try {
      requireObject({ engine: scope.engine, context: { ...scope.context, access } }, behind, [privilege]);
    } catch (error) {
      if (error instanceof SqlError && error.kind === 'table_access_denied')
        throw invalidView(level.view, error);
      throw error;
    }
  }
}

/** A view that came from a snapshot has no definer: its changes need the login's own privileges. */
function accessBehind(
  access: ObjectAccess | undefined,
  { definition }: StoredView,
): ObjectAccess | undefined {
  const { invoker, definer } = definition;
  return invoker === true || definer === undefined ? access : access?.ofAccount(definer);
}

/** The table's column under a name; undefined where the target has none. Throws MySQL's 1348 for one that a view computes. */
export function targetColumn(target: ChangeTarget, name: string): ColumnDefinition | undefined {
  const { table, view } = target;
  if (view === undefined) return table.definition.columns[columnIndex(table.definition, name)];
  const index = viewColumnIndex(view, name);
  if (index < 0) return undefined;
  const column = view.columns[index];
  if (column === undefined) throw new SqlError('not_updatable_column', `Column '${name}' is not updatable`);
  return column;
}

export function hasColumn({ table, view }: ChangeTarget, name: string): boolean {
  return (view === undefined ? columnIndex(table.definition, name) : viewColumnIndex(view, name)) >= 0;
}

/** The names that a statement may use for a column of the table. */
export function namesOfColumn({ view }: ChangeTarget, column: ColumnDefinition): readonly string[] {
  if (view === undefined) return [column.name];
  const { columns } = view.levels[0].view.definition;
  return columns.filter((_, index) => view.columns[index] === column).map(({ name }) => name);
}

function viewColumnIndex({ levels: [{ view }] }: ChangedView, name: string): number {
  return view.definition.columns.findIndex((column) => sameName(column.name, name));
}

/** Rows can be inserted where each column is another one of the table's (manual, Updatable and Insertable Views). */
export function requireInsertable(scope: StatementScope, { view }: ChangeTarget): void {
  if (view === undefined) return;
  const { columns, levels } = view;
  const isInsertable = columns.every((column, index) => column && columns.indexOf(column) === index);
  if (!isInsertable) throw notInsertable(levels[0].view);
  if (scope.notes.isStrict) requireDefaults(view);
}

/** MySQL's 1423 for a column without a default that the view does not show. */
function requireDefaults({ table, columns, levels: [{ view }] }: ChangedView): void {
  if (!table.definition.columns.some((column) => isMissing(column) && !columns.includes(column))) return;
  const text = `Field of view '${view.database}.${view.name}' underlying table doesn't have a default value`;
  throw new SqlError('no_default_behind_view', text);
}

function isMissing({ nullable, default: value, autoIncrement, generated }: ColumnDefinition): boolean {
  return !nullable && value === undefined && !autoIncrement && generated === undefined;
}

function notInsertable({ name }: StoredView): SqlError {
  const text = `The target table ${name} of the INSERT is not insertable-into`;
  return new SqlError('not_insertable', text);
}

function notUpdatable({ name }: StoredView, change: Change): SqlError {
  return new SqlError('not_updatable', `The target table ${name} of the ${change} is not updatable`);
}

function invalidView({ database, name }: StoredView, cause?: SqlError): SqlError {
  return new SqlError(
    'view_invalid',
    `View '${database}.${name}' references invalid table(s) or column(s) or function(s) or definer/invoker of view lack rights to use them`,
    { cause },
  );
}
