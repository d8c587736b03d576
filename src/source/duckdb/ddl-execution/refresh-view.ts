import { type Cell, resultOfRows, textColumn } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { untilAborted } from '../../../base/waiting.ts';
import type {
  MaterializedViewStatement,
  RefreshMaterializedView,
} from '../../../sql/ddl/materialized-view.ts';
import type { QueryAnswer } from '../../query.ts';
import type { DefinitionScope } from './definition-scope.ts';
import { activateView, viewNamed } from './materialized-views.ts';

type CancelRefresh = Extract<MaterializedViewStatement, { kind: 'cancel_refresh_materialized_view' }>;

/**
 * Runs REFRESH MATERIALIZED VIEW; answers with the id of the run, as StarRocks. No lock is held meanwhile. A SYNC one
 * that is killed ends the refresh, too.
 */
export async function refreshMaterializedView(
  scope: DefinitionScope,
  statement: RefreshMaterializedView,
): Promise<QueryAnswer> {
  const view = viewNamed(scope, statement.name);
  const { force, range } = statement;
  if (range !== undefined && view.definition.partitionBy === undefined) {
    throw new SqlError('analysis', 'Not support refresh by partition for single partition mv');
  }
  const { refresher } = scope;
  const { queryId, done } = await refresher.submit(view, {
    force,
    ...(range === undefined ? {} : { range }),
  });
  if (statement.mode === 'SYNC') {
    try {
      await untilAborted(done, scope.signal);
    } catch (error) {
      if (scope.signal.aborted) refresher.cancel(view);
      throw error;
    }
  }
  const rows: Cell[][] = [[queryId]];
  return { kind: 'rows', result: resultOfRows([textColumn('QUERY_ID', 64)], rows), warnings: scope.warnings };
}

/** Runs CANCEL REFRESH MATERIALIZED VIEW: running and waiting ones. */
export function cancelRefresh(scope: DefinitionScope, statement: CancelRefresh): number {
  const view = viewNamed(scope, statement.name);
  return scope.refresher.cancel(view);
}

/** Runs ALTER MATERIALIZED VIEW … ACTIVE. */
export async function activateMaterializedView(
  scope: DefinitionScope,
  statement: Extract<MaterializedViewStatement, { kind: 'alter_materialized_view' }>,
): Promise<void> {
  await activateView(scope, viewNamed(scope, statement.name));
}
