import { timeText } from '../../base/time-text.ts';
import type { TaskRunFacts } from '../materialized-views.ts';
import { refreshedPartitions } from '../show/materialized-views.ts';
import type { MaterializedViewObject } from '../view.ts';
import { allMaterializedViews, visibleMaterializedViews } from './objects.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';

const catalog = 'default_catalog';

/** StarRocks' materialized_views, tasks and task_runs. */
export const materializedViewTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'materialized_views',
    columns:
      'MATERIALIZED_VIEW_ID bigint, TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), REFRESH_TYPE varchar(20), ' +
      'IS_ACTIVE varchar(10), INACTIVE_REASON varchar(1024), PARTITION_TYPE varchar(16), TASK_ID bigint, ' +
      'TASK_NAME varchar(64), LAST_REFRESH_START_TIME datetime, LAST_REFRESH_FINISHED_TIME datetime, ' +
      'LAST_REFRESH_DURATION double, LAST_REFRESH_STATE varchar(20), LAST_REFRESH_FORCE_REFRESH varchar(8), ' +
      'LAST_REFRESH_START_PARTITION varchar(1024), LAST_REFRESH_END_PARTITION varchar(1024), ' +
      'LAST_REFRESH_BASE_REFRESH_PARTITIONS varchar(1024), LAST_REFRESH_MV_REFRESH_PARTITIONS longtext, ' +
      'LAST_REFRESH_ERROR_CODE varchar(20), LAST_REFRESH_ERROR_MESSAGE longtext, TABLE_ROWS bigint, ' +
      'MATERIALIZED_VIEW_DEFINITION longtext, EXTRA_MESSAGE varchar(1024), QUERY_REWRITE_STATUS varchar(64), ' +
      'CREATOR varchar(64)',
    rows: async (reader) => {
      const rows: SystemRow[] = [];
      for (const object of allMaterializedViews(reader)) {
        rows.push(viewRow(object, await reader.view.rowCount(object.database, object.name, reader.signal)));
      }
      return rows;
    },
  },
  {
    schema: 'information_schema',
    name: 'tasks',
    columns:
      'TASK_NAME varchar(64), CREATE_TIME datetime, SCHEDULE varchar(255), CATALOG varchar(64), ' +
      '`DATABASE` varchar(64), DEFINITION longtext, EXPIRE_TIME datetime, PROPERTIES longtext, CREATOR varchar(64)',
    rows: (reader) =>
      allMaterializedViews(reader).flatMap(({ facts: { task }, database, createdAt, select }) =>
        task === undefined
          ? []
          : [
              {
                TASK_NAME: task.name,
                CREATE_TIME: timeText(createdAt),
                SCHEDULE: task.schedule,
                CATALOG: catalog,
                DATABASE: database,
                DEFINITION: select,
                PROPERTIES: '{}',
                CREATOR: task.creator,
              },
            ],
      ),
  },
  {
    schema: 'information_schema',
    name: 'task_runs',
    columns:
      'QUERY_ID varchar(64), TASK_NAME varchar(64), CREATE_TIME datetime, FINISH_TIME datetime, STATE varchar(16), ' +
      'CATALOG varchar(64), `DATABASE` varchar(64), DEFINITION longtext, EXPIRE_TIME datetime, ERROR_CODE bigint, ' +
      'ERROR_MESSAGE longtext, PROGRESS varchar(64), EXTRA_MESSAGE longtext, PROPERTIES longtext, JOB_ID varchar(64), ' +
      'PROCESS_TIME datetime',
    rows: async (reader) => {
      const runs = await reader.view.taskRuns(reader.signal);
      return visibleRuns(runs, reader).map((run) => runRow(run));
    },
  },
];

/** A run has its view's definition in it: it is for those who may see that. */
function visibleRuns(runs: readonly TaskRunFacts[], reader: SystemReader): readonly TaskRunFacts[] {
  if (reader.context.access === undefined) return runs;
  const tasks = new Set(visibleMaterializedViews(reader).map(({ facts }) => facts.task?.name));
  return runs.filter(({ taskName }) => tasks.has(taskName));
}

function viewRow({ facts, database, name, statement }: MaterializedViewObject, rows: number): SystemRow {
  const { task, lastRefresh } = facts;
  return {
    MATERIALIZED_VIEW_ID: facts.id,
    TABLE_SCHEMA: database,
    TABLE_NAME: name,
    REFRESH_TYPE: facts.refreshType,
    IS_ACTIVE: String(facts.isActive),
    INACTIVE_REASON: facts.inactiveReason ?? null,
    PARTITION_TYPE: facts.isPartitioned ? 'RANGE' : 'UNPARTITIONED',
    ...(task !== undefined && { TASK_ID: facts.id, TASK_NAME: task.name, CREATOR: task.creator }),
    ...(lastRefresh !== undefined && {
      LAST_REFRESH_START_TIME: timeText(lastRefresh.startedAt),
      LAST_REFRESH_FINISHED_TIME: timeText(lastRefresh.finishedAt),
      LAST_REFRESH_DURATION: (lastRefresh.finishedAt - lastRefresh.startedAt) / 1_000,
      LAST_REFRESH_STATE: lastRefresh.state,
      LAST_REFRESH_FORCE_REFRESH: String(lastRefresh.force),
      LAST_REFRESH_START_PARTITION: lastRefresh.range?.start ?? '',
      LAST_REFRESH_END_PARTITION: lastRefresh.range?.end ?? '',
      LAST_REFRESH_BASE_REFRESH_PARTITIONS: '',
      LAST_REFRESH_MV_REFRESH_PARTITIONS: refreshedPartitions(lastRefresh, name),
      LAST_REFRESH_ERROR_CODE: lastRefresh.error === undefined ? '0' : '-1',
      LAST_REFRESH_ERROR_MESSAGE: lastRefresh.error ?? '',
    }),
    TABLE_ROWS: rows,
    MATERIALIZED_VIEW_DEFINITION: statement,
    EXTRA_MESSAGE: '',
    QUERY_REWRITE_STATUS: 'UNSUPPORTED: queries are not rewritten',
  };
}

function runRow(run: TaskRunFacts): SystemRow {
  const isDone = run.finishedAt !== undefined;
  return {
    QUERY_ID: run.queryId,
    TASK_NAME: run.taskName,
    CREATE_TIME: timeText(run.createdAt),
    FINISH_TIME: timeText(run.finishedAt),
    STATE: run.state,
    CATALOG: catalog,
    DATABASE: run.database,
    DEFINITION: run.definition,
    ERROR_CODE: run.error === undefined ? 0 : -1,
    ERROR_MESSAGE: run.error ?? null,
    PROGRESS: isDone ? '100%' : '0%',
    EXTRA_MESSAGE: JSON.stringify({
      forceRefresh: run.force,
      partitionStart: run.range?.start ?? null,
      partitionEnd: run.range?.end ?? null,
      mvPartitionsToRefresh: run.partitions ?? [],
    }),
    PROPERTIES: '{}',
    JOB_ID: run.queryId,
    PROCESS_TIME: timeText(run.startedAt),
  };
}
