import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { timeText } from '../../base/time-text.ts';
import type { RefreshFacts } from '../materialized-views.ts';
import type { CatalogView, MaterializedViewObject } from '../view.ts';
import { type ShownTable, shownTable } from './shown-table.ts';
import { findTable, showCreateTable } from './tables.ts';

/** StarRocks' columns in its order. */
const names = [
  'id#',
  'database_name',
  'name',
  'refresh_type',
  'is_active',
  'inactive_reason',
  'partition_type',
  'task_id#',
  'task_name',
  'last_refresh_start_time',
  'last_refresh_finished_time',
  'last_refresh_duration',
  'last_refresh_state',
  'last_refresh_force_refresh',
  'last_refresh_start_partition',
  'last_refresh_end_partition',
  'last_refresh_base_refresh_partitions',
  'last_refresh_mv_refresh_partitions',
  'last_refresh_error_code',
  'last_refresh_error_message',
  'rows#',
  'text',
  'extra_message',
  'query_rewrite_status',
  'creator',
];

/** SHOW MATERIALIZED VIEWS [FROM d] [LIKE p | WHERE …]. */
export async function showMaterializedViews(
  view: CatalogView,
  database: string,
  signal: AbortSignal,
): Promise<ShownTable> {
  const objects = view.listObjects(database);
  if (objects === undefined) throw new SqlError('unknown_database', `Unknown database '${database}'`);
  const rows: Cell[][] = [];
  for (const object of objects.filter((each) => each.kind === 'MATERIALIZED_VIEW')) {
    rows.push(rowOf(object, await view.rowCount(database, object.name, signal)));
  }
  return shownTable(names, rows, 'name');
}

/** SHOW CREATE MATERIALIZED VIEW v; another object is error 1347. */
export function showCreateMaterializedView(view: CatalogView, database: string, name: string): ShownTable {
  const object = findTable(view, database, name);
  if (object.kind !== 'MATERIALIZED_VIEW') {
    throw new SqlError('wrong_object', `'${database}.${name}' is not MATERIALIZED VIEW`);
  }
  return showCreateTable(view, database, name);
}

function rowOf(object: MaterializedViewObject, rows: number): Cell[] {
  const { facts, database, name, statement } = object;
  const { task, lastRefresh } = facts;
  return [
    facts.id,
    database,
    name,
    facts.refreshType,
    String(facts.isActive),
    facts.inactiveReason ?? '',
    facts.isPartitioned ? 'RANGE' : 'UNPARTITIONED',
    task === undefined ? null : facts.id,
    task?.name ?? null,
    ...refreshCells(lastRefresh, name),
    rows,
    statement,
    '',
    'UNSUPPORTED: queries are not rewritten',
    task?.creator ?? '',
  ];
}

/** From last_refresh_start_time to last_refresh_error_message. */
function refreshCells(refresh: RefreshFacts | undefined, view: string): Cell[] {
  if (refresh === undefined) return [null, null, '0.000', '', 'false', '', '', '', '', '', ''];
  return [
    timeText(refresh.startedAt),
    timeText(refresh.finishedAt),
    ((refresh.finishedAt - refresh.startedAt) / 1_000).toFixed(3),
    refresh.state,
    String(refresh.force),
    refresh.range?.start ?? '',
    refresh.range?.end ?? '',
    '',
    refreshedPartitions(refresh, view),
    refresh.error === undefined ? '0' : '-1',
    refresh.error ?? '',
  ];
}

/** An unpartitioned view is one partition of its own name, as in StarRocks. */
export function refreshedPartitions(refresh: RefreshFacts, view: string): string {
  if (refresh.state === 'FAILED') return '';
  return refresh.partitions === undefined ? view : refresh.partitions.join(',');
}
