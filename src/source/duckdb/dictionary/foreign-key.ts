import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, ForeignKeyDefinition } from '../../../sql/ddl/definition.ts';
import { printForeignKey } from '../../../sql/ddl/print.ts';
import { quoteName } from '../../../sql/quote.ts';
import { comparedSql, keyOver } from '../physical/keys.ts';
import { columnIndex, nameKey, sameName } from '../physical/names.ts';
import type { StoredTable } from './stored-object.ts';
import { classOf, type TypeClass } from '../physical/types.ts';

/** A foreign key with the table that has it, and the name of the one that it refers to. */
export type ForeignKey = Readonly<{
  child: StoredTable;
  definition: ForeignKeyDefinition;
  parent: TableName;
}>;

export type TableName = Readonly<{ database: string; name: string }>;

/** What becomes of a row whose parent goes, or gets another key. */
export type Action = 'refuse' | 'cascade' | 'set_null';

export function foreignKeysOf(child: StoredTable): readonly ForeignKey[] {
  return child.definition.foreignKeys.map((definition) => ({
    child,
    definition,
    parent: { database: definition.referencedDatabase ?? child.database, name: definition.referencedTable },
  }));
}

/** By the table that they refer to; those of an older table come first, and MySQL asks them in this order. */
export function byParent(tables: readonly StoredTable[]): ReadonlyMap<string, readonly ForeignKey[]> {
  const found = new Map<string, ForeignKey[]>();
  const oldestFirst = tables.toSorted((left, right) => left.createdAt - right.createdAt);
  for (const key of oldestFirst.flatMap((table) => foreignKeysOf(table))) {
    const of = found.get(parentKey(key.parent));
    if (of === undefined) found.set(parentKey(key.parent), [key]);
    else of.push(key);
  }
  return found;
}

export function parentKey({ database, name }: TableName): string {
  return `${nameKey(database)}\0${nameKey(name)}`;
}

/** True for a key of a table to itself. */
export function isOwn({ child, parent }: ForeignKey): boolean {
  return sameName(child.database, parent.database) && sameName(child.name, parent.name);
}

/** SET DEFAULT is kept, and refuses as NO ACTION does: InnoDB knows no such action. No NULL is put where none may be. */
export function actionOf({ child, definition }: ForeignKey, event: 'delete' | 'update'): Action {
  switch (event === 'delete' ? definition.onDelete : definition.onUpdate) {
    case 'CASCADE':
      return 'cascade';
    case 'SET NULL':
      return definition.columns.every((name) => isNullable(child, name)) ? 'set_null' : 'refuse';
    default:
      return 'refuse';
  }
}

function isNullable({ definition }: StoredTable, name: string): boolean {
  return definition.columns[columnIndex(definition, name)]?.nullable === true;
}

/** The columns of the key, in the table that has it, with those that they refer to; missing ones are undefined. */
export function pairsOf(
  { child, definition }: ForeignKey,
  parent: StoredTable,
): readonly Readonly<{ own: ColumnDefinition | undefined; other: ColumnDefinition | undefined }>[] {
  return definition.columns.map((name, index) => ({
    own: child.definition.columns[columnIndex(child.definition, name)],
    other:
      parent.definition.columns[columnIndex(parent.definition, definition.referencedColumns[index] ?? '')],
  }));
}

/**
 * Condition that a row which goes by `own` refers to the one that goes by `other`, never true where a column of it is NULL (MATCH
 * SIMPLE). Values are compared as the parent's unique key compares them.
 */
export function refersSql(key: ForeignKey, parent: StoredTable, own: string, other: string): string {
  const { definition } = key;
  if (pairsOf(key, parent).some((pair) => pair.own === undefined || pair.other === undefined)) return 'false';
  const ownKey = keyOver(key.child.definition, definition.columns);
  const otherKey = keyOver(parent.definition, definition.referencedColumns);
  const lefts = comparedSql(ownKey, own);
  const rights = comparedSql(otherKey, other);
  const conditions = lefts.map((left, index) => {
    const right = rights[index] ?? 'NULL';
    const [ownKind, otherKind] = [ownKey, otherKey].map(({ parts }) => kindOf(parts[index]?.column));
    // Of kinds that were never compared when the key was made, as where the parent was not there.
    return ownKind === otherKind
      ? `${left} = ${right}`
      : `CAST(${left} AS VARCHAR) = CAST(${right} AS VARCHAR)`;
  });
  return `(${conditions.join(' AND ')})`;
}

function kindOf(column: ColumnDefinition | undefined): TypeClass | undefined {
  return column && classOf(column.type);
}

/** MySQL's 1452. */
export function missingParent(key: ForeignKey): SqlError {
  return new SqlError('missing_parent', missingParentMessage(key));
}

export function missingParentMessage(key: ForeignKey): string {
  return `Cannot add or update a child row: a foreign key constraint fails (${described(key)})`;
}

/** MySQL's 1451. */
export function neededParent(key: ForeignKey): SqlError {
  return new SqlError('needed_parent', neededParentMessage(key));
}

export function neededParentMessage(key: ForeignKey): string {
  return `Cannot delete or update a parent row: a foreign key constraint fails (${described(key)})`;
}

function described({ child, definition }: ForeignKey): string {
  return `${quoteName(child.database)}.${quoteName(child.name)}, ${printForeignKey(definition)}`;
}
