import type { RefreshSchedule } from '../../../sql/ddl/materialized-view.ts';
import type { StoredMaterializedView } from '../dictionary/stored-object.ts';

/** A change of its bases refreshes it. */
export function isRefreshedOnChange({ definition }: StoredMaterializedView): boolean {
  return definition.refresh.mode.kind === 'on_change' && definition.state.kind === 'active';
}

/** Waits for its first refresh, which comes by itself. */
export function isEmptyYet({ definition }: StoredMaterializedView): boolean {
  const { refresh, lastRefresh, state, isFilledAtOnce = false } = definition;
  const isFilled = refresh.moment === 'IMMEDIATE' || isFilledAtOnce;
  return isFilled && lastRefresh === undefined && state.kind === 'active';
}

/** A new view is marked as a whole; one that is DEFERRED waits for a change beside that. */
export function marksAtCreation({ definition: { refresh, lastRefresh } }: StoredMaterializedView): number {
  return refresh.moment === 'DEFERRED' && lastRefresh === undefined ? 1 : 0;
}

/** A schedule goes on from the run before; a new view's first comes at its start, or one interval later. */
export function beginningOf(view: StoredMaterializedView, mode: RefreshSchedule): number {
  const last = view.definition.lastRefresh?.startedAt;
  if (last !== undefined) return last;
  return mode.start === undefined ? view.createdAt : view.createdAt - 1;
}
