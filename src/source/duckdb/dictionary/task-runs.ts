import { duckdbText } from '../../../sql/duckdb-quote.ts';
import type { Connection, Fact } from '../connection/connection.ts';
import type { StoredMaterializedView } from './stored-object.ts';
import { dictionarySchema } from '../physical/names.ts';
import { type RefreshReport, taskName } from './materialized-view.ts';

/**
 * Runs of the tasks that refresh materialized views, in the engine's file: a run that was answered for is there after
 * a crash, and one that a crash cut off is found by its state.
 */
const table = `${dictionarySchema}.task_runs`;

export const taskRunsTable: string = `CREATE TABLE IF NOT EXISTS ${table}(
    query_id VARCHAR, task_name VARCHAR, database VARCHAR, view VARCHAR, view_id BIGINT, definition VARCHAR, created_at BIGINT,
    started_at BIGINT, finished_at BIGINT, state VARCHAR, error VARCHAR, force BOOLEAN, range_start VARCHAR, range_end VARCHAR, partitions VARCHAR)`;

/** Of a task so many runs are remembered. */
const runsPerTaskMax = 100;

/** MERGED: another run that was asked for earlier has done it. */
const runStates = ['PENDING', 'RUNNING', 'SUCCESS', 'FAILED', 'MERGED'] as const;
export type RunState = (typeof runStates)[number];

export type TaskRun = Readonly<{
  queryId: string;
  taskName: string;
  database: string;
  view: string;
  viewId: number;
  /** The SELECT at that time. */
  definition: string;
  createdAt: number;
  startedAt?: number;
  finishedAt?: number;
  state: RunState;
  error?: string;
  force: boolean;
  range?: Readonly<{ start: string; end: string }>;
  partitions?: readonly string[];
}>;

/** What a run is asked to do. */
export type RunRequest = Pick<TaskRun, 'queryId' | 'force' | 'range' | 'createdAt'>;

/** Notes a run that waits for its turn, and forgets the oldest of the task. */
export async function insertRun(
  connection: Connection,
  view: StoredMaterializedView,
  request: RunRequest,
): Promise<void> {
  const { queryId, createdAt, force, range } = request;
  const { definition } = view;
  const task = taskName(definition);
  const values = [
    text(queryId),
    text(task),
    text(view.database),
    text(view.name),
    String(definition.id),
    text(definition.select),
    String(createdAt),
    'NULL, NULL',
    `'PENDING'`,
    'NULL',
    String(force),
    text(range?.start),
    text(range?.end),
    'NULL',
  ];
  await connection.run(`INSERT INTO ${table} VALUES (${values.join(', ')})`);
  await connection.run(
    `DELETE FROM ${table} WHERE task_name = ${text(task)} AND state NOT IN ('PENDING', 'RUNNING') AND query_id NOT IN ` +
      `(SELECT query_id FROM ${table} WHERE task_name = ${text(task)} ORDER BY created_at DESC LIMIT ${runsPerTaskMax})`,
  );
}

export async function startRun(connection: Connection, queryId: string, at: number): Promise<void> {
  await connection.run(
    `UPDATE ${table} SET state = 'RUNNING', started_at = ${at} WHERE query_id = ${text(queryId)}`,
  );
}

/** Notes how a run ended; part of the caller's transaction. */
export async function finishRun(connection: Connection, report: RefreshReport): Promise<void> {
  const { queryId, state, finishedAt, error, partitions } = report;
  const list = partitions === undefined ? undefined : JSON.stringify(partitions);
  await connection.run(
    `UPDATE ${table} SET state = '${state}', finished_at = ${finishedAt}, error = ${text(error)}, ` +
      `partitions = ${text(list)} WHERE query_id = ${text(queryId)}`,
  );
}

/** Ends a run that has nothing of its own to do. */
export async function endRun(
  connection: Connection,
  queryId: string,
  end: Readonly<{ state: RunState; at: number; error?: string }>,
): Promise<void> {
  await connection.run(
    `UPDATE ${table} SET state = '${end.state}', finished_at = ${end.at}, error = ${text(end.error)} ` +
      `WHERE query_id = ${text(queryId)}`,
  );
}

/** Runs that have not ended: after a start, those that the end of the process has cut off. */
export async function unfinishedRuns(connection: Connection): Promise<readonly TaskRun[]> {
  return readRuns(connection, `state IN ('PENDING', 'RUNNING')`);
}

/** All runs, the oldest first. */
export async function readRuns(connection: Connection, condition = 'true'): Promise<readonly TaskRun[]> {
  const rows = await connection.facts(
    'SELECT query_id, task_name, database, view, view_id, definition, created_at, started_at, finished_at, state, error, ' +
      `force, range_start, range_end, partitions FROM ${table} WHERE ${condition} ORDER BY created_at, query_id`,
  );
  return rows.map(runOf);
}

function runOf(row: readonly Fact[]): TaskRun {
  const [queryId, task, database, view, viewId, definition, createdAt, startedAt, finishedAt, ...rest] = row;
  const [state, error, force, start, end, partitions] = rest;
  return {
    queryId: String(queryId),
    taskName: String(task),
    database: String(database),
    view: String(view),
    viewId: Number(viewId),
    definition: String(definition),
    createdAt: Number(createdAt),
    ...(isFact(startedAt) && { startedAt: Number(startedAt) }),
    ...(isFact(finishedAt) && { finishedAt: Number(finishedAt) }),
    state: runStates.find((each) => each === state) ?? 'FAILED',
    ...(isFact(error) && { error: String(error) }),
    force: force === true,
    ...(isFact(start) && isFact(end) && { range: { start: String(start), end: String(end) } }),
    ...(isFact(partitions) && { partitions: namesOf(String(partitions)) }),
  };
}

/** Only `finishRun` writes these. */
function namesOf(json: string): readonly string[] {
  const names: unknown = JSON.parse(json);
  return Array.isArray(names) ? names.map(String) : [];
}

function isFact(value: Fact | undefined): value is Exclude<Fact, null> {
  return value !== null && value !== undefined;
}

function text(value: string | undefined): string {
  return value === undefined ? 'NULL' : duckdbText(value);
}
