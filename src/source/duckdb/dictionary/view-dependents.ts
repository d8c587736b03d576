import { printColumnType } from '../../../sql/ddl/print.ts';
import type { StoredMaterializedView, StoredObject } from './stored-object.ts';
import { nameKey, sameName } from '../physical/names.ts';
import type { Base, BaseColumn, MaterializedView } from './materialized-view.ts';

/** One object before and after a change of definitions; undefined where there is none. */
export type ObjectChange = Readonly<{
  database: string;
  name: string;
  before: StoredObject | undefined;
  after: StoredObject | undefined;
}>;

/** What a change of definitions does to the materialized views that read the changed objects. */
export type Effects = Readonly<{
  /** Views that become inactive, with StarRocks' reason. */
  inactive: readonly Readonly<{ view: StoredMaterializedView; reason: string }>[];
  /** Views whose rows may no longer be what their SELECT gives. */
  stale: readonly StoredMaterializedView[];
}>;

/** Decides from what is changed. `views` are all materialized views as they are after the change. */
export function effectsOf(
  changes: readonly ObjectChange[],
  views: readonly StoredMaterializedView[],
): Effects {
  const inactive = new Map<StoredMaterializedView, string>();
  const stale = new Set<StoredMaterializedView>();
  const pending = [...changes];
  for (let change = pending.shift(); change !== undefined; change = pending.shift()) {
    for (const view of views) {
      const base = baseNamed(view.definition, change.database, change.name);
      if (base === undefined) continue;
      if (hasNewRows(change)) stale.add(view);
      const isActive = view.definition.state.kind === 'active' && !inactive.has(view);
      const reason = isActive ? reasonOf(base, change, changes) : undefined;
      if (reason === undefined) continue;
      inactive.set(view, reason);
      pending.push(turnedInactive(view, reason));
    }
  }
  return { inactive: [...inactive].map(([view, reason]) => ({ view, reason })), stale: [...stale] };
}

export function baseNamed(view: MaterializedView, database: string, name: string): Base | undefined {
  return view.bases.find((base) => sameName(base.database, database) && sameName(base.name, name));
}

/** What a base is recorded with: its columns as a change is compared with them. */
export function columnsOf(object: StoredObject): readonly BaseColumn[] {
  const columns =
    object.kind === 'MATERIALIZED_VIEW' ? object.definition.table.columns : object.definition.columns;
  return columns.map(({ name, type }) => ({ name, type: printColumnType(type) }));
}

/** The names of StarRocks' reasons are those of its `MaterializedViewExceptions`. */
function reasonOf(base: Base, change: ObjectChange, all: readonly ObjectChange[]): string | undefined {
  const { before, after } = change;
  const { name } = base;
  if (after === undefined) {
    return isRenamed(before, all) ? `base-table renamed: ${name}` : `base-table dropped: ${name}`;
  }
  if (after.kind !== base.kind) return `base-table changed: ${name}`;
  if (before !== undefined && before.createdAt !== after.createdAt) return `base-table swapped: ${name}`;
  switch (after.kind) {
    case 'VIEW': {
      const isSame = before?.kind === 'VIEW' && before.definition.select === after.definition.select;
      return isSame ? undefined : `base-view changed: ${name}`;
    }
    case 'MATERIALIZED_VIEW':
      if (after.definition.state.kind === 'inactive') return `base-mv inactive: ${name}`;
      return reasonOfColumns(base, columnsOf(after));
    case 'TABLE':
      return reasonOfColumns(base, columnsOf(after));
  }
}

function reasonOfColumns(base: Base, now: readonly BaseColumn[]): string | undefined {
  const changed = base.columns.filter((column, index) => {
    const at = now.findIndex((each) => sameName(each.name, column.name));
    return now[at]?.type !== column.type || (base.isStar && at !== index);
  });
  const added = base.isStar ? now.slice(base.columns.length) : [];
  const names = [...changed, ...added].map((column) => column.name);
  return names.length === 0 ? undefined : `base table schema changed for columns: ${names.join(',')}`;
}

/** A table keeps the time of its creation when it gets another name. */
function isRenamed(object: StoredObject | undefined, changes: readonly ObjectChange[]): boolean {
  return changes.some(
    ({ before, after }) =>
      before?.createdAt !== after?.createdAt &&
      after !== undefined &&
      after.createdAt === object?.createdAt &&
      after.kind === object.kind,
  );
}

/** A refreshed view has new rows; one whose state or schedule alone has changed has not. */
function hasNewRows({ before, after }: ObjectChange): boolean {
  if (after === undefined) return false;
  if (before?.kind !== 'MATERIALIZED_VIEW' || after.kind !== 'MATERIALIZED_VIEW') return true;
  const { lastRefresh } = after.definition;
  const isNew = lastRefresh?.queryId !== before.definition.lastRefresh?.queryId;
  return isNew && lastRefresh?.state === 'SUCCESS';
}

function turnedInactive(view: StoredMaterializedView, reason: string): ObjectChange {
  const state = { kind: 'inactive', reason, byUser: false } as const;
  const after = { ...view, definition: { ...view.definition, state } };
  return { database: view.database, name: view.name, before: view, after };
}

/** The net changes of a transaction's steps, each object once. */
export function netChanges(
  steps: readonly Readonly<{ database: string; name: string; after: StoredObject | undefined }>[],
  before: (database: string, name: string) => StoredObject | undefined,
): readonly ObjectChange[] {
  const last = new Map<string, ObjectChange>();
  for (const { database, name, after } of steps) {
    const key = `${nameKey(database)}\0${nameKey(name)}`;
    last.set(key, { database, name, before: before(database, name), after });
  }
  return [...last.values()].filter((change) => change.before !== undefined || change.after !== undefined);
}
