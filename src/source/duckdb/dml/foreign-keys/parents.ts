import { present } from '../../../../base/assert.ts';
import type { ColumnDefinition } from '../../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../../sql/duckdb-quote.ts';
import { addWarning } from '../../../warnings.ts';
import { differs } from '../conversion-sql.ts';
import { rowNumber } from '../staging.ts';
import { noteRelied } from './key-digests.ts';
import { physicalName, sameName } from '../../physical/names.ts';
import { checksForeignKeys } from '../../statement/foreign-keys.ts';
import type { StatementScope } from '../../statement/scope.ts';
import type { StoredTable } from '../../dictionary/stored-object.ts';
import {
  type ForeignKey,
  foreignKeysOf,
  isOwn,
  missingParent,
  missingParentMessage,
  refersSql,
} from '../../dictionary/foreign-key.ts';

/** Of rows that are changed, which have "__rowid". */
export type ParentChange = Readonly<{
  /** The columns that get values. */
  columns: readonly ColumnDefinition[];
  /** The key whose parent brings them itself. */
  except?: ForeignKey;
}>;

/** The number of a staged row that refers to one which is not there, and the key by which it does. */
export type Orphan = Readonly<{ row: number; key: ForeignKey }>;

/**
 * The first staged row of `table` that refers to one which is not there; undefined when there is none. Each key is asked of all
 * rows at once.
 */
export async function firstOrphan(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  change?: ParentChange,
): Promise<Orphan | undefined> {
  let first: Orphan | undefined;
  const keys = askedKeys(scope, table, change);
  for (const key of keys) {
    const found = await scope.connection.fact(`SELECT min(n) FROM (${orphans(scope, key, rows, change)})`);
    if (found !== null && (first === undefined || Number(found) < first.row))
      first = { row: Number(found), key };
  }
  if (first === undefined) await noteParents(scope, keys, rows, change);
  return first;
}

/** Takes such rows out, with a warning each; returns how many. */
export async function dropOrphans(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  change?: ParentChange,
): Promise<number> {
  const keys = askedKeys(scope, table, change);
  let dropped = 0;
  for (;;) {
    const before = dropped;
    for (const key of keys) {
      const gone = await scope.connection.run(
        `DELETE FROM ${rows} WHERE ${rowNumber} IN (${orphans(scope, key, rows, change)})`,
      );
      dropped += gone;
      const message = missingParentMessage(key);
      for (let row = 0; row < gone; row++)
        addWarning(scope.warnings, { level: 'Warning', number: 1452, message });
    }
    // What a row of a table refers to may be one that has just been taken out.
    if (dropped === before || !keys.some((key) => isOwn(key))) break;
  }
  await noteParents(scope, keys, rows, change);
  return dropped;
}

async function noteParents(
  scope: StatementScope,
  keys: readonly ForeignKey[],
  rows: string,
  change: ParentChange | undefined,
): Promise<void> {
  for (const key of keys) await noteRelied(scope, key, `${rows} x WHERE ${asked(key, change).join(' AND ')}`);
}

/** Fails with MySQL's 1452 for the first of changed rows that refers to one which is not there. */
export async function requireParents(
  scope: StatementScope,
  table: StoredTable,
  rows: string,
  change: ParentChange,
): Promise<void> {
  const orphan = await firstOrphan(scope, table, rows, change);
  if (orphan !== undefined) throw missingParent(orphan.key);
}

/** True when a row of the table that is there already refers to one that is not. */
export async function hasOrphans(scope: StatementScope, key: ForeignKey): Promise<boolean> {
  const { database, name } = key.child;
  const rows = `(SELECT rowid AS ${rowNumber}, * FROM ${physicalName(database, name)})`;
  return (await scope.connection.facts(`${orphans(scope, key, rows)} LIMIT 1`)).length > 0;
}

function askedKeys(
  { context }: StatementScope,
  table: StoredTable,
  change: ParentChange | undefined,
): readonly ForeignKey[] {
  if (table.definition.foreignKeys.length === 0 || !checksForeignKeys(context)) return [];
  return foreignKeysOf(table).filter((key) => {
    if (change === undefined) return true;
    return (
      key.definition !== change.except?.definition &&
      ownColumns(key).some((column) => change.columns.includes(column))
    );
  });
}

/** The numbers of the staged rows whose parent is missing. */
function orphans({ engine }: StatementScope, key: ForeignKey, rows: string, change?: ParentChange): string {
  const conditions = [...asked(key, change)];
  const parent = isOwn(key) ? key.child : engine.dictionary.table(key.parent.database, key.parent.name);
  if (parent !== undefined) conditions.push(...lacking(key, parent, rows, change !== undefined));
  return `SELECT x.${rowNumber} AS n FROM ${rows} x WHERE ${conditions.join(' AND ')}`;
}

/** Conditions of the rows, as `x`, that need a parent. */
function asked(key: ForeignKey, change: ParentChange | undefined): readonly string[] {
  const present = ownColumns(key).map((column) => `x.${duckdbName(column.name)} IS NOT NULL`);
  return change === undefined ? present : [...present, isNew(key)];
}

/**
 * Of a key of a table to itself, a row may refer to itself and to those before it in the statement; changed rows are looked at as
 * they will be.
 */
function lacking(key: ForeignKey, parent: StoredTable, rows: string, isChange: boolean): readonly string[] {
  const physical = physicalName(parent.database, parent.name);
  const refers = refersSql(key, parent, 'x', 'p');
  if (!isOwn(key)) return [`NOT EXISTS (FROM ${physical} p WHERE ${refers})`];
  const stays = isChange ? ` AND p.rowid NOT IN (SELECT "__rowid" FROM ${rows})` : '';
  const isBefore = isChange ? '' : ` AND p.${rowNumber} <= x.${rowNumber}`;
  return [
    `NOT EXISTS (FROM ${physical} p WHERE ${refers}${stays})`,
    `NOT EXISTS (FROM ${rows} p WHERE ${refers}${isBefore})`,
  ];
}

/** A row whose columns of the key stay what they are is not asked. */
function isNew(key: ForeignKey): string {
  const different = ownColumns(key).map((column) =>
    differs(`x.${duckdbName(column.name)}`, `t.${duckdbName(column.name)}`, column.type),
  );
  const table = physicalName(key.child.database, key.child.name);
  return `EXISTS (FROM ${table} t WHERE t.rowid = x."__rowid" AND (${different.join(' OR ')}))`;
}

export function ownColumns({ child, definition }: ForeignKey): readonly ColumnDefinition[] {
  return definition.columns.map((name) =>
    present(
      child.definition.columns.find((column) => sameName(column.name, name)),
      'a column of a foreign key',
    ),
  );
}
