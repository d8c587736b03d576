import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { timeText } from '../../base/time-text.ts';
import type { RefreshFacts } from '../materialized-views.ts';
import type { CatalogView, MaterializedViewObject, ObjectFacts } from '../view.ts';
import { showColumns } from './columns.ts';
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
  for (const object of materializedViewsOf(view, objects)) {
    rows.push(rowOf(object, await view.rowCount(database, object.name, signal)));
  }
  return shownTable(names, rows, 'name');
}

/** The asynchronous ones among the objects, and the synchronous ones of their tables. */
export function materializedViewsOf(
  view: CatalogView,
  objects: readonly ObjectFacts[],
): readonly MaterializedViewObject[] {
  const all = objects.flatMap((object) =>
    object.kind === 'TABLE'
      ? (object.definition.rollups ?? []).map(({ name }) => view.findObject(object.database, name))
      : [object],
  );
  return all.filter((object) => object?.kind === 'MATERIALIZED_VIEW');
}

const alterNames = [
  'JobId#',
  'TableName',
  'CreateTime',
  'FinishedTime',
  'BaseIndexName',
  'RollupIndexName',
  'RollupId#',
  'TransactionId',
  'State',
  'Msg',
  'Progress',
  'Timeout#',
];

/** SHOW ALTER MATERIALIZED VIEW [FROM d]: how synchronous ones were built. They need no building. */
export function showAlterMaterializedViews(view: CatalogView, database: string): ShownTable {
  const objects = view.listObjects(database);
  if (objects === undefined) throw new SqlError('unknown_database', `Unknown database '${database}'`);
  const rows = objects.flatMap((object) =>
    object.kind !== 'TABLE'
      ? []
      : (object.definition.rollups ?? []).map(({ id, name, createdAt }): Cell[] => {
          const at = timeText(createdAt);
          return [id, object.name, at, at, object.name, name, id, null, 'FINISHED', '', null, null];
        }),
  );
  return shownTable(alterNames, rows, 'TableName');
}

const allNames = ['IndexName', 'IndexKeysType', 'Field', 'Type', 'Null', 'Key', 'Default', 'Extra'];

/** DESC t ALL: the table's columns, then those of its synchronous materialized views. */
export function describeAll(view: CatalogView, database: string, name: string): ShownTable {
  const table = findTable(view, database, name);
  const rollups = table.kind === 'TABLE' ? (table.definition.rollups ?? []) : [];
  const model = table.kind === 'TABLE' ? (table.definition.model?.kind ?? 'DUPLICATE') : '';
  const keysType =
    model === 'PRIMARY' ? 'PRIMARY_KEYS' : model === 'AGGREGATE' ? 'AGG_KEYS' : `${model.slice(0, 3)}_KEYS`;
  const rows = [name, ...rollups.map((rollup) => rollup.name)].flatMap((index, place) => {
    const shown = showColumns(view, { database, table: index, full: false });
    const type = place === 0 ? keysType : 'AGG_KEYS';
    const own = shown.rows.map((row, at): Cell[] => [at === 0 ? index : '', at === 0 ? type : '', ...row]);
    // StarRocks parts them by an empty row.
    return place === 0 ? own : [allNames.map((): Cell => ''), ...own];
  });
  return shownTable(allNames, rows);
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
