import type { Log } from '../../../base/log.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import { interrupting } from '../connection/interruptible.ts';
import type { RefreshReport } from '../dictionary/materialized-view.ts';
import type { StoredMaterializedView } from '../dictionary/stored-object.ts';
import { finishRun, startRun } from '../dictionary/task-runs.ts';
import type { Engine } from '../engine/engine.ts';
import { dictionaryLock } from '../engine/table-locks.ts';
import type { QueuedRun } from './refresh-queue.ts';
import { refreshView } from './refresh.ts';

export type RunParts = Readonly<{
  engine: Engine;
  log: Log | undefined;
  /** Aborts when the server stops. */
  stopped: AbortSignal;
  /** Makes a view active if it can be; gives why not. */
  activate: (view: StoredMaterializedView) => Promise<string | undefined>;
}>;

/** Refreshes the view of a run, and notes how the run ended. */
export async function performRun(run: QueuedRun, parts: RunParts): Promise<RefreshReport> {
  const { engine, log, stopped } = parts;
  const { clock, dictionary } = engine;
  const { request, database, name } = run;
  const startedAt = clock.now();
  const signal = AbortSignal.any([run.controller.signal, stopped]);
  using connection = await engine.connect();
  using _interrupts = interrupting(connection, signal);
  try {
    signal.throwIfAborted();
    await startRun(connection, request.queryId, startedAt);
    let view = dictionary.materializedView(database, name);
    if (view?.definition.id !== run.viewId) throw droppedView(name);
    if (view.definition.state.kind === 'inactive') view = await activeView(view, parts);
    const report = await refreshView({ engine, connection, view, request, startedAt }, signal);
    log?.info('materialized_view_refreshed', {
      database,
      view: name,
      durationMs: report.finishedAt - startedAt,
    });
    return report;
  } catch (error) {
    // The next process finds the run unfinished and runs it again.
    if (stopped.aborted) throw stopped.reason;
    const failure = run.controller.signal.aborted ? cancelled() : sqlErrorOf(error, { database });
    await noteFailure(run, parts, startedAt, failure);
    throw failure;
  }
}

/** The view, made active where that is left to the engine. */
async function activeView(
  view: StoredMaterializedView,
  { engine, activate }: RunParts,
): Promise<StoredMaterializedView> {
  const reason =
    view.definition.state.kind === 'inactive' && view.definition.state.byUser
      ? view.definition.state.reason
      : await activate(view);
  const now = engine.dictionary.materializedView(view.database, view.name);
  if (reason === undefined && now !== undefined) return now;
  throw new SqlError(
    'analysis',
    `Refresh materialized view ${view.name} failed because it is not active: ${reason ?? 'it was dropped'}`,
  );
}

async function noteFailure(
  run: QueuedRun,
  { engine, log }: RunParts,
  startedAt: number,
  failure: SqlError,
): Promise<void> {
  const { clock, dictionary, locks } = engine;
  const { queryId, force, range } = run.request;
  const report: RefreshReport = {
    queryId,
    startedAt,
    finishedAt: clock.now(),
    state: 'FAILED',
    force,
    ...(range === undefined ? {} : { range }),
    error: failure.message,
  };
  log?.warn('materialized_view_not_refreshed', {
    database: run.database,
    view: run.name,
    reason: failure.message,
  });
  using connection = await engine.connect();
  using _lock = await locks.acquire([dictionaryLock], new AbortController().signal);
  const view = dictionary.materializedView(run.database, run.name);
  await dictionary.transact(connection, async (change) => {
    await finishRun(connection, report);
    if (view?.definition.id !== run.viewId) return;
    await change.putObject({ ...view, definition: { ...view.definition, lastRefresh: report } });
  });
}

function droppedView(name: string): SqlError {
  return new SqlError('unknown_table', `Materialized view ${name} has been dropped`);
}

function cancelled(): SqlError {
  return new SqlError('query_interrupted', 'the refresh was cancelled');
}
