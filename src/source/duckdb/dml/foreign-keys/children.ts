import { SqlError } from '../../../../base/sql-error.ts';
import type { ColumnDefinition } from '../../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../../sql/duckdb-quote.ts';
import { addWarning } from '../../../warnings.ts';
import { beginWrite } from '../begin-write.ts';
import { differs } from '../conversion-sql.ts';
import { findDuplicate } from '../duplicates.ts';
import { computeColumns } from '../row-checks.ts';
import { rowNumber } from '../staging.ts';
import { uniqueKeys } from '../../physical/keys.ts';
import { markRows } from '../../materialized/changed-bases.ts';
import { physicalName, sameName } from '../../physical/names.ts';
import type { StatementScope } from '../../statement/scope.ts';
import type { StoredTable } from '../../dictionary/stored-object.ts';
import {
  actionOf,
  type ForeignKey,
  isOwn,
  neededParent,
  neededParentMessage,
  pairsOf,
  refersSql,
} from '../../dictionary/foreign-key.ts';
import { noteRemoved } from './key-digests.ts';
import { ownColumns, requireParents } from './parents.ts';
import { keysTo } from '../../statement/foreign-keys.ts';

/** MySQL's: the rows on a way of cascades, the first one among them. */
const cascadeDepthMax = 15;

/**
 * What happens to the rows that refer to others, when these go or get other keys. Each step asks and changes all rows of a
 * key at once, in the order in which MySQL goes through the keys; what is gone is copied first into temporary tables.
 * Part of the caller's transaction.
 */
class Walk {
  readonly scope: StatementScope;
  #tables = 0;

  constructor(scope: StatementScope) {
    this.scope = scope;
  }

  /** Keeps rows of a table with their "__rowid" and number; returns the place and how many there are. */
  async keep(select: string): Promise<Kept> {
    this.#tables += 1;
    const name = `__holdfast_followed_${this.#tables}`;
    await this.scope.connection.run(`CREATE OR REPLACE TEMP TABLE ${name} AS ${select}`);
    const count = Number(await this.scope.connection.fact(`SELECT count(*) FROM ${name}`));
    return { name, count };
  }

  /** Call when all went well; what a failed statement leaves is replaced by the next one. */
  async end(): Promise<void> {
    for (let table = 1; table <= this.#tables; table++)
      await this.scope.connection.run(`DROP TABLE IF EXISTS temp.main.__holdfast_followed_${table}`);
  }
}

type Kept = Readonly<{ name: string; count: number }>;

export type Removal = Readonly<{
  /** What stands behind FROM: the table under the alias `t`, and a condition. */
  from: string;
  /** SQL over `t` that says in which order the rows go; by the primary key without it. */
  order?: string | undefined;
  /** Rows that others need stay, with a warning each. */
  ignore?: boolean;
  /** Staged rows that take the place of those that go: what refers to a key that comes back as it was is left alone. */
  successors?: string;
}>;

/** Deletes rows of a table, with what foreign keys say of those that refer to them. Returns how many of the table's own went. */
export async function removeRows(
  scope: StatementScope,
  table: StoredTable,
  removal: Removal,
): Promise<number> {
  const keys = keysTo(scope, table);
  if (keys.length === 0) return deleteRows(scope, table, removal.from);
  const walk = new Walk(scope);
  const order = removal.order ?? primaryOrder(table);
  const gone = await walk.keep(
    `SELECT t.rowid AS "__rowid", row_number() OVER (ORDER BY ${order}) - 1 AS ${rowNumber}, t.* FROM ${removal.from}`,
  );
  await noteGone(scope, keys, table, gone.name);
  const refusing = keys.filter((key) => actionOf(key, 'delete') === 'refuse');
  // What a cascade takes away first does not refuse.
  const asked =
    refusing.length === keys.length || removal.ignore === true ? refusing : refusing.filter(isOwn);
  await refuseNeeded(walk, table, gone.name, asked, removal);
  const carried = await carriedRows(scope, table, gone.name, keys);
  const count = await deleteRows(
    scope,
    table,
    `${physicalOf(table)} WHERE rowid IN (SELECT "__rowid" FROM ${gone.name})`,
  );
  if (refusing.length < keys.length) {
    await leave(walk, { table, gone: gone.name, depth: 1, successors: removal.successors });
  }
  await walk.end();
  return count - carried;
}

/** Rows that were to go and that a cascade of an earlier one takes: the statement does not count them. */
async function carriedRows(
  scope: StatementScope,
  table: StoredTable,
  gone: string,
  keys: readonly ForeignKey[],
): Promise<number> {
  const own = keys.filter((key) => isOwn(key) && actionOf(key, 'delete') === 'cascade');
  if (own.length === 0) return 0;
  const refers = own.map((key) => refersSql(key, table, 'c', 'p')).join(' OR ');
  const physical = physicalOf(table);
  const found = await scope.connection.fact(
    `WITH RECURSIVE r(id, n, depth) AS (SELECT "__rowid", ${rowNumber}, 1 FROM ${gone} UNION ALL ` +
      `SELECT c.rowid, r.n, r.depth + 1 FROM r JOIN ${physical} p ON p.rowid = r.id JOIN ${physical} c ON ${refers} ` +
      `WHERE r.depth < ${cascadeDepthMax}) ` +
      `SELECT count(DISTINCT r.id) FROM r JOIN ${gone} g ON g."__rowid" = r.id WHERE r.n < g.${rowNumber}`,
  );
  return Number(found);
}

async function deleteRows(scope: StatementScope, table: StoredTable, from: string): Promise<number> {
  await markRows(scope, table, from);
  await scope.savepoints.losing(scope.connection, table, from);
  return scope.connection.run(`DELETE FROM ${from}`);
}

async function noteGone(
  scope: StatementScope,
  keys: readonly ForeignKey[],
  { definition }: StoredTable,
  gone: string,
): Promise<void> {
  for (const key of keys) await noteRemoved(scope, key, definition, `${gone} x`);
}

type Departure = Readonly<{
  table: StoredTable;
  gone: string;
  depth: number;
  successors?: string | undefined;
}>;

/** Rows that are gone from `table` take along, or let go of, those that refer to them. */
async function leave(walk: Walk, departure: Departure): Promise<void> {
  const { table, gone, depth, successors } = departure;
  const { scope } = walk;
  for (const key of keysTo(scope, table)) {
    const { child } = key;
    const left =
      successors === undefined ? gone : await withoutReturning(walk, key, table, { gone, successors });
    const refers = `EXISTS (FROM ${left} g WHERE ${refersSql(key, table, 'c', 'g')})`;
    switch (actionOf(key, 'delete')) {
      case 'refuse':
        if (await isAny(scope, `${physicalOf(child)} c WHERE ${refers}`)) throw neededParent(key);
        break;
      case 'cascade': {
        const next = await walk.keep(
          `SELECT c.rowid AS "__rowid", 0 AS ${rowNumber}, c.* FROM ${physicalOf(child)} c WHERE ${refers}`,
        );
        if (next.count === 0) break;
        begin(scope, child, depth);
        await deleteRows(
          scope,
          child,
          `${physicalOf(child)} WHERE rowid IN (SELECT "__rowid" FROM ${next.name})`,
        );
        await noteGone(scope, keysTo(scope, child), child, next.name);
        await leave(walk, { table: child, gone: next.name, depth: depth + 1 });
        break;
      }
      case 'set_null':
        await follow(walk, { key, parent: table, old: left, fresh: undefined, depth, updated: [] });
        break;
    }
  }
}

/** Those of the rows that are gone whose key no staged row brings back. */
async function withoutReturning(
  walk: Walk,
  key: ForeignKey,
  table: StoredTable,
  { gone, successors }: Readonly<{ gone: string; successors: string }>,
): Promise<string> {
  const same = sameParentKey(key, table, 'g', 's');
  const kept = await walk.keep(
    `SELECT g.* FROM ${gone} g WHERE NOT EXISTS (FROM ${successors} s WHERE ${same})`,
  );
  return kept.name;
}

/** Condition that two rows of the parent have the same key, letter by letter. */
function sameParentKey(key: ForeignKey, parent: StoredTable, left: string, right: string): string {
  return `NOT (${isMoved(key, parent, left, right).join(' OR ')})`;
}

export type Move = Readonly<{
  /** Staged rows as they will be, with their "__rowid". */
  rows: string;
  /** The columns that are written. */
  columns: readonly ColumnDefinition[];
  ignore: boolean;
}>;

/** Writes changed rows into a table, with what foreign keys say of those that refer to them. Returns how many were written. */
export async function changeStored(scope: StatementScope, table: StoredTable, move: Move): Promise<number> {
  const keys = movedKeys(scope, table, move.columns);
  const write = (): Promise<number> => writeStaged(scope, table, move.rows, move.columns);
  if (keys.length === 0) return write();
  const walk = new Walk(scope);
  const step = { walk, table, ...move, depth: 1, updated: [table] };
  const old = await keepMoved(step, keys);
  if (old.count === 0) {
    await walk.end();
    return write();
  }
  await noteGone(scope, keys, table, old.name);
  await refuseMoved(step, keys, old.name);
  const count = await write();
  await carry(step, keys, old.name);
  await walk.end();
  return count;
}

type Step = Readonly<{
  walk: Walk;
  table: StoredTable;
  rows: string;
  columns: readonly ColumnDefinition[];
  ignore: boolean;
  depth: number;
  /** Tables on the way: MySQL updates none of them a second time, but refuses. */
  updated: readonly StoredTable[];
}>;

/** The rows with another key, as they still are. */
async function keepMoved({ walk, table, rows }: Step, keys: readonly ForeignKey[]): Promise<Kept> {
  const different = keys.flatMap((key) => isMoved(key, table, 'x', 't'));
  return walk.keep(
    `SELECT t.rowid AS "__rowid", x.${rowNumber} AS ${rowNumber}, t.* FROM ${physicalOf(table)} t ` +
      `JOIN ${rows} x ON x."__rowid" = t.rowid WHERE ${different.join(' OR ')}`,
  );
}

function isMoved(key: ForeignKey, table: StoredTable, left: string, right: string): readonly string[] {
  return pairsOf(key, table).flatMap(({ other }) =>
    other === undefined
      ? []
      : [differs(`${left}.${duckdbName(other.name)}`, `${right}.${duckdbName(other.name)}`, other.type)],
  );
}

async function refuseMoved(step: Step, keys: readonly ForeignKey[], old: string): Promise<void> {
  const { walk, table, rows, updated, ignore } = step;
  for (const key of keys) {
    if (updateOf(key, updated) !== 'refuse') continue;
    const moved = `(SELECT g.* FROM ${old} g JOIN ${rows} x USING ("__rowid") WHERE ${isMoved(key, table, 'x', 'g').join(' OR ')})`;
    await refuseNeeded(walk, table, moved, [key], { ignore, staged: rows });
  }
}

/** The action, but for a table that was changed on the way here: to that MySQL does not come back. */
function updateOf(key: ForeignKey, updated: readonly StoredTable[]): ReturnType<typeof actionOf> {
  const action = actionOf(key, 'update');
  if (action === 'refuse' || !updated.some((table) => isSame(table, key.child))) return action;
  return 'refuse';
}

async function carry(step: Step, keys: readonly ForeignKey[], old: string): Promise<void> {
  const { walk, table, rows, depth, updated } = step;
  for (const key of keys) {
    const action = updateOf(key, updated);
    if (action === 'refuse') continue;
    const moved = await walk.keep(
      `SELECT g.* FROM ${old} g JOIN ${rows} x USING ("__rowid") WHERE ${isMoved(key, table, 'x', 'g').join(' OR ')}`,
    );
    const fresh = action === 'cascade' ? rows : undefined;
    await follow(walk, { key, parent: table, old: moved.name, fresh, depth, updated });
  }
}

type Following = Readonly<{
  key: ForeignKey;
  parent: StoredTable;
  /** The parent's rows as they were, and as they are; without the latter the key becomes NULL. */
  old: string;
  fresh: string | undefined;
  depth: number;
  updated: readonly StoredTable[];
}>;

/** Gives the rows that refer to `old` the new key of their parent, or NULL. */
async function follow(walk: Walk, following: Following): Promise<void> {
  const { key, parent, old, fresh, depth, updated } = following;
  const { scope } = walk;
  const { child } = key;
  const values = pairsOf(key, parent).map(({ own, other }) => {
    const value = fresh === undefined ? 'NULL' : `f.${duckdbName(other?.name ?? '')}`;
    return `${value} AS ${duckdbName(own?.name ?? '')}`;
  });
  const brought = fresh === undefined ? '' : ` JOIN ${fresh} f ON f."__rowid" = g."__rowid"`;
  const staged = await walk.keep(
    `SELECT c.rowid AS "__rowid", row_number() OVER () - 1 AS ${rowNumber}, c.* REPLACE (${values.join(', ')}) ` +
      `FROM ${physicalOf(child)} c JOIN ${old} g ON ${refersSql(key, parent, 'c', 'g')}${brought}`,
  );
  if (staged.count === 0) return;
  begin(scope, child, depth);
  await computeColumns(scope, child, staged.name);
  const columns = writtenBy(key);
  await refuseDuplicate(scope, following, staged.name, columns);
  await requireParents(scope, child, staged.name, { columns, except: key });
  const keys = movedKeys(scope, child, columns);
  const step = { walk, table: child, rows: staged.name, columns, ignore: false, depth: depth + 1 };
  const next = { ...step, updated: [...updated, child] };
  const before = keys.length === 0 ? undefined : await keepMoved(next, keys);
  if (before !== undefined) {
    await noteGone(scope, keys, child, before.name);
    await refuseMoved(next, keys, before.name);
  }
  await writeStaged(scope, child, staged.name, columns);
  if (before !== undefined) await carry(next, keys, before.name);
}

/** The columns of the key, and those that are computed. */
function writtenBy(key: ForeignKey): readonly ColumnDefinition[] {
  const own = ownColumns(key);
  return key.child.definition.columns.filter(
    (column) => own.includes(column) || column.generated !== undefined,
  );
}

async function writeStaged(
  scope: StatementScope,
  table: StoredTable,
  staged: string,
  columns: readonly ColumnDefinition[],
): Promise<number> {
  const before = `${physicalOf(table)} WHERE rowid IN (SELECT "__rowid" FROM ${staged})`;
  await markRows(scope, table, staged);
  await markRows(scope, table, before);
  await scope.savepoints.losing(scope.connection, table, before);
  const settings = columns.map((column) => `${duckdbName(column.name)} = x.${duckdbName(column.name)}`);
  return scope.connection.run(
    `UPDATE ${physicalOf(table)} AS t SET ${settings.join(', ')} FROM ${staged} x WHERE t.rowid = x."__rowid"`,
  );
}

/** MySQL's 1761, for a key that would be there twice in a table that follows. */
async function refuseDuplicate(
  scope: StatementScope,
  { key, parent }: Following,
  staged: string,
  columns: readonly ColumnDefinition[],
): Promise<void> {
  const { child } = key;
  const keys = uniqueKeys(child.definition).filter(({ parts }) =>
    parts.some(({ column }) => columns.includes(column)),
  );
  const found = await findDuplicate(scope, child, staged, keys, true);
  if (found === undefined) return;
  throw new SqlError(
    'cascade_duplicate',
    `Foreign key constraint for table '${parent.name}', record '${found.entry}' would lead to a duplicate entry in table ` +
      `'${child.name}', key '${found.key.name}'`,
  );
}

/** Throws MySQL's 3008, or what forbids a statement of its own to change the table. */
function begin(scope: StatementScope, child: StoredTable, depth: number): void {
  if (depth >= cascadeDepthMax) {
    const text = `Foreign key cascade delete/update exceeds max depth of ${cascadeDepthMax}.`;
    throw new SqlError('cascade_depth', text);
  }
  beginWrite(scope, [{ table: child }], scope.engine.swaps.count);
}

/**
 * Fails with MySQL's 1451 for the first row that another one refers to; with `ignore` it leaves `gone`, and what is `staged`
 * of it, with a warning. A row of the same table that goes before it needs it no more; one that refers to itself does.
 */
async function refuseNeeded(
  walk: Walk,
  table: StoredTable,
  gone: string,
  keys: readonly ForeignKey[],
  {
    ignore = false,
    staged,
    successors,
  }: Readonly<{ ignore?: boolean; staged?: string; successors?: string }>,
): Promise<void> {
  const { scope } = walk;
  let first: Readonly<{ row: number; key: ForeignKey }> | undefined;
  for (const key of keys) {
    const needed = neededSql(key, table, { gone, others: staged ?? gone, successors });
    if (ignore) {
      const from = staged ?? gone;
      const dropped = await scope.connection.run(
        `DELETE FROM ${from} WHERE "__rowid" IN (SELECT "__rowid" FROM (${needed}))`,
      );
      const message = neededParentMessage(key);
      for (let row = 0; row < dropped; row++)
        addWarning(scope.warnings, { level: 'Warning', number: 1451, message });
      continue;
    }
    const found = await scope.connection.fact(`SELECT min(n) FROM (${needed})`);
    if (found !== null && (first === undefined || Number(found) < first.row))
      first = { row: Number(found), key };
  }
  if (first !== undefined) throw neededParent(first.key);
}

type Needed = Readonly<{ gone: string; others: string; successors: string | undefined }>;

/** Rows of `gone` that another row refers to. */
function neededSql(key: ForeignKey, table: StoredTable, { gone, others, successors }: Needed): string {
  const isBefore = `EXISTS (FROM ${others} o WHERE o."__rowid" = c.rowid AND o.${rowNumber} < g.${rowNumber})`;
  const stays = isOwn(key) ? ` AND NOT ${isBefore}` : '';
  const refers = `EXISTS (FROM ${physicalOf(key.child)} c WHERE ${refersSql(key, table, 'c', 'g')}${stays})`;
  const returns =
    successors === undefined
      ? ''
      : ` AND NOT EXISTS (FROM ${successors} s WHERE ${sameParentKey(key, table, 'g', 's')})`;
  return `SELECT g."__rowid", g.${rowNumber} AS n FROM ${gone} g WHERE ${refers}${returns}`;
}

function movedKeys(
  scope: StatementScope,
  table: StoredTable,
  columns: readonly ColumnDefinition[],
): readonly ForeignKey[] {
  return keysTo(scope, table).filter((key) =>
    pairsOf(key, table).some(({ other }) => other !== undefined && columns.includes(other)),
  );
}

function primaryOrder({ definition }: StoredTable): string {
  const parts = definition.primaryKey?.parts ?? [];
  return parts.length === 0 ? 't.rowid' : parts.map(({ column }) => `t.${duckdbName(column)}`).join(', ');
}

async function isAny(scope: StatementScope, rows: string): Promise<boolean> {
  return (await scope.connection.facts(`SELECT 1 FROM ${rows} LIMIT 1`)).length > 0;
}

function isSame(left: StoredTable, right: StoredTable): boolean {
  return sameName(left.database, right.database) && sameName(left.name, right.name);
}

function physicalOf({ database, name }: StoredTable): string {
  return physicalName(database, name);
}
