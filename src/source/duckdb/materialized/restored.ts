import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { RestoreOther, RestorePlan } from '../../restoring.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection } from '../connection/connection.ts';
import type { DictionaryChange } from '../dictionary/change.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { StoredObject } from '../dictionary/stored-object.ts';
import { dictionarySchema, physicalName, sameName } from '../physical/names.ts';
import { physicalTableSql } from '../physical/physical-table.ts';
import type { ObjectMove } from '../translation/moved-text.ts';
import { markAll } from '../dictionary/stale-marks.ts';
import { movedMaterializedView, parseMaterializedView } from './text.ts';
import type { MaterializedView } from '../dictionary/materialized-view.ts';

/** Where a restore puts a materialized view. */
export type ViewPlace = Readonly<{
  dictionary: Dictionary;
  connection: Connection;
  change: DictionaryChange;
  database: string;
  /** The shadow table with the view's rows; undefined when the snapshot has none. */
  shadow: string | undefined;
  /** False where the rows that it has in the snapshot could not be had. */
  hasRows: boolean;
}>;

/** What a restore does with a view, by what lies under its name. */
export type ViewFate =
  Readonly<{ kind: 'put'; view: MaterializedView }> | Readonly<{ kind: 'left'; why: string | undefined }>;

/**
 * An active view stays as it is, as in StarRocks; an inactive one is replaced. A table in its place stays, too, and one
 * that this engine cannot read is left out: a restore never fails for a materialized view.
 */
export function fateOf({ target, ddl }: RestoreOther, existing: StoredObject | undefined): ViewFate {
  const left = (why: string): ViewFate => ({ kind: 'left', why: notRestored(target, why) });
  if (existing !== undefined) {
    if (existing.kind !== 'MATERIALIZED_VIEW') return left(`${target} is there and is no materialized view`);
    if (existing.definition.state.kind === 'active') return { kind: 'left', why: undefined };
  }
  try {
    return { kind: 'put', view: parseMaterializedView(ddl) };
  } catch (error) {
    if (error instanceof SourceError) return left(error.message);
    throw error;
  }
}

/** What the user reads of a view that is left out. */
export function notRestored(target: string, why: string): string {
  return `materialized view ${target} was not restored: ${why}`;
}

/**
 * Puts a view in its place with the rows of its snapshot. It is inactive until its bases are found, right after the
 * commit; part of the commit's transaction.
 */
export async function putMaterializedView(
  place: ViewPlace,
  other: RestoreOther,
  plan: RestorePlan,
  move: ObjectMove,
): Promise<void> {
  const { dictionary, connection, change, database, shadow, hasRows } = place;
  const { target } = other;
  const existing = dictionary.object(database, target);
  const fate = fateOf(other, existing);
  if (fate.kind === 'left') {
    if (shadow !== undefined) await connection.run(`DROP TABLE ${physicalName(database, shadow)}`);
    return;
  }
  if (existing !== undefined) {
    await connection.run(`DROP TABLE ${physicalName(database, existing.name)}`);
    if (existing.name !== target) await change.dropObject(database, existing.name);
  }
  const renames = [...plan.tables, ...plan.others]
    .filter((each) => !sameName(each.name, each.target))
    .map((each) => ({ from: each.name, to: each.target }));
  const view = hasRows ? fate.view : neverRefreshed(fate.view);
  const moved = movedMaterializedView(view, { ...move, name: target, renames });
  const id = Number(await connection.fact(`SELECT nextval('${dictionarySchema}.view_ids')`));
  const definition: MaterializedView = { ...moved, id, state: restoredState(moved) };
  if (shadow === undefined) {
    await connection.run(physicalTableSql(physicalName(database, target), definition.table));
  } else {
    await connection.run(`ALTER TABLE ${physicalName(database, shadow)} RENAME TO ${duckdbName(target)}`);
  }
  await change.putObject({ kind: 'MATERIALIZED_VIEW', database, name: target, definition });
  await markAll(connection, { database, name: target });
}

function neverRefreshed({ lastRefresh: _made, ...view }: MaterializedView): MaterializedView {
  return { ...view, isFilledAtOnce: true };
}

/** One that a user made inactive stays so; another looks for its bases. */
function restoredState({ state }: MaterializedView): MaterializedView['state'] {
  if (state.kind === 'inactive' && state.byUser) return state;
  return { kind: 'inactive', reason: 'base-info missed', byUser: false };
}
