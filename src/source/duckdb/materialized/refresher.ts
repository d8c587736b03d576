import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { Log } from '../../../base/log.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { RefreshSchedule } from '../../../sql/ddl/materialized-view.ts';
import type { StoredMaterializedView } from '../dictionary/stored-object.ts';
import type { Engine, News } from '../engine/engine.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import { interrupting } from '../connection/interruptible.ts';
import { nameKey, sameName } from '../physical/names.ts';
import { dictionaryLock } from '../engine/table-locks.ts';
import { tryActivation } from './activation.ts';
import { dropGathered, refreshView } from './refresh.ts';
import {
  endRun,
  finishRun,
  insertRun,
  type RunRequest,
  startRun,
  unfinishedRuns,
} from '../dictionary/task-runs.ts';
import { nextRun } from './schedule.ts';
import { markAll, staleViews } from '../dictionary/stale-marks.ts';
import type { RefreshReport } from '../dictionary/materialized-view.ts';

/** Refreshes at once: each is as parallel as the engine, more only share its memory. */
const runsAtOnceMax = 2;
/** Refreshes that wait; a schedule that outruns the engine must not fill the memory. */
const waitingMax = 1_000;
/** A timer of the system holds at most 2^31 - 1 ms; later moments are waited for in pieces. */
const timerMsMax = 86_400_000;

/** What REFRESH asks for. */
export type Refresh = Readonly<{ force: boolean; range?: Readonly<{ start: string; end: string }> }>;

/** A refresh in the queue. `done` resolves with its report and fails with what the user is told; nobody must wait. */
export type Submitted = Readonly<{ queryId: string; done: Promise<RefreshReport> }>;

type Run = Readonly<{
  database: string;
  name: string;
  viewId: number;
  request: RunRequest;
  controller: AbortController;
  settled: PromiseWithResolvers<RefreshReport>;
}>;

/**
 * Refreshes materialized views in the background: on request, by their schedules, and after changes of their bases.
 * One view is refreshed by one run at a time, and few views at once. Runs are noted in the engine's file before
 * anybody is told of them: those that the end of a process cuts off are marked at the next start and run again.
 */
export class Refresher implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #waiting: Run[] = [];
  readonly #running = new Map<Run, Promise<void>>();
  readonly #stopped = new AbortController();
  #log: Log | undefined;
  #timer: Disposable | undefined;
  readonly #news = new Set<News>();
  #isLooking = false;
  #look: Promise<void> = Promise.resolve();
  /** How many marks a view had when its refresh after a change was last submitted: one that failed waits for more. */
  readonly #marksSeen = new Map<number, number>();

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.onCommit((news) => this.committed(news));
  }

  /** Takes up what an earlier process left, then keeps schedules and looks after changes. Once. */
  async start(log: Log): Promise<void> {
    this.#log = log;
    using connection = await this.#engine.connect();
    await dropGathered(connection);
    for (const run of await unfinishedRuns(connection)) {
      const at = this.#engine.clock.now();
      await endRun(connection, run.queryId, {
        state: 'FAILED',
        at,
        error: 'the server ended during the run',
      });
      const view = this.#engine.dictionary.materializedView(run.database, run.view);
      if (view?.definition.id !== run.viewId) continue;
      const { force, range } = run;
      await this.submit(view, { force, ...(range === undefined ? {} : { range }) });
    }
    this.committed('definitions');
    this.committed('rows');
  }

  /** Puts a refresh into the queue. It is durable when this resolves. Throws SqlError when the queue is full. */
  async submit(view: StoredMaterializedView, refresh: Refresh): Promise<Submitted> {
    if (this.#stopped.signal.aborted) throw new SqlError('server_shutdown', 'the server stops');
    if (this.#waiting.length >= waitingMax) {
      throw new SqlError('resource_limit', `more than ${waitingMax} refreshes of materialized views wait`);
    }
    const { database, name, definition } = view;
    const request = { queryId: randomUUID(), createdAt: this.#engine.clock.now(), ...refresh };
    const settled = Promise.withResolvers<RefreshReport>();
    // Whoever waits sees the failure; the report of the run has it for everybody else.
    settled.promise.catch(() => undefined);
    using connection = await this.#engine.connect();
    await insertRun(connection, view, request);
    const controller = new AbortController();
    this.#waiting.push({ database, name, viewId: definition.id, request, controller, settled });
    this.#pump();
    return { queryId: request.queryId, done: settled.promise };
  }

  /** Ends the view's refreshes, running and waiting; returns how many there were. */
  cancel(view: StoredMaterializedView): number {
    const runs = [...this.#waiting, ...this.#running.keys()].filter(
      (run) => run.viewId === view.definition.id,
    );
    for (const run of runs)
      run.controller.abort(new SqlError('query_interrupted', 'the refresh was cancelled'));
    this.#pump();
    return runs.length;
  }

  /** Ends the refreshes of a database's views, of those among `names` where they are given. */
  cancelIn(database: string, names?: readonly string[]): void {
    for (const view of this.#engine.dictionary.materializedViews()) {
      const isMeant = names === undefined || names.some((name) => sameName(name, view.name));
      if (isMeant && sameName(view.database, database)) this.cancel(view);
    }
  }

  /** Something was committed. Cheap when no view wants to know. */
  committed(news: News): void {
    if (this.#log === undefined || this.#stopped.signal.aborted) return;
    const views = this.#engine.dictionary.materializedViews();
    if (!views.some((view) => news === 'definitions' || isRefreshedOnChange(view))) return;
    this.#news.add(news);
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#look = this.#lookAround();
  }

  /** Resolves when nothing waits, runs or is looked for. */
  async idle(): Promise<void> {
    for (;;) {
      await this.#look;
      const runs = [...this.#running.values()];
      if (runs.length === 0 && this.#waiting.length === 0 && !this.#isLooking) return;
      await Promise.all(runs);
    }
  }

  /** Stops; runs that are cut off are run again by the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new SqlError('server_shutdown', 'the server stops'));
    this.#timer?.[Symbol.dispose]();
    for (const run of this.#waiting.splice(0)) run.settled.reject(this.#stopped.signal.reason);
    await this.#look;
    await Promise.all(this.#running.values());
  }

  /** One look at a time; a commit during a look is looked after by another. */
  async #lookAround(): Promise<void> {
    try {
      while (this.#news.size > 0 && !this.#stopped.signal.aborted) {
        const hasDefinitions = this.#news.has('definitions');
        this.#news.clear();
        if (hasDefinitions) {
          await this.activateAll();
          await this.#fillNew();
        }
        await this.#refreshChanged();
        if (hasDefinitions) await this.#keepSchedules();
      }
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      this.#log?.warn('materialized_views_not_looked_after', { reason: sqlErrorOf(error).message });
    } finally {
      this.#isLooking = false;
    }
  }

  /** A view whose bases are back becomes active by itself, unless a user made it inactive. */
  async activateAll(): Promise<void> {
    const views = this.#engine.dictionary
      .materializedViews()
      .filter(({ definition: { state } }) => state.kind === 'inactive' && !state.byUser);
    // Those that read others become active behind them.
    let waiting = [...views].sort((left, right) => left.definition.id - right.definition.id);
    for (let before = Number.POSITIVE_INFINITY; waiting.length < before;) {
      before = waiting.length;
      const still: StoredMaterializedView[] = [];
      for (const view of waiting) if ((await this.activate(view)) !== undefined) still.push(view);
      waiting = still;
    }
  }

  /** Makes a view active if it can be; returns why not, which is then its reason. */
  async activate(view: StoredMaterializedView): Promise<string | undefined> {
    const { locks, dictionary } = this.#engine;
    using connection = await this.#engine.connect();
    using _lock = await locks.acquire([dictionaryLock], this.#stopped.signal);
    const now = dictionary.materializedView(view.database, view.name);
    if (now === undefined || now.definition.state.kind === 'active') return undefined;
    const activation = await tryActivation(this.#engine, connection, now);
    if (activation.kind === 'refused') {
      const { reason } = activation;
      if (now.definition.state.byUser || isSameBase(now.definition.state.reason, reason)) return reason;
      const state = { kind: 'inactive', reason, byUser: false } as const;
      await dictionary.transact(connection, (change) =>
        change.putObject({ ...now, definition: { ...now.definition, state } }),
      );
      return reason;
    }
    const { definition } = activation;
    await dictionary.transact(connection, async (change) => {
      await change.putObject({ ...now, definition });
      await markAll(connection, now);
    });
    this.#log?.info('materialized_view_active', { database: now.database, view: now.name });
    this.committed('definitions');
    return undefined;
  }

  /** The first refresh of views that are not DEFERRED. */
  async #fillNew(): Promise<void> {
    for (const view of this.#engine.dictionary.materializedViews()) {
      const isRunning = [...this.#running.keys()].some((run) => run.viewId === view.definition.id);
      if (!isEmptyYet(view) || isRunning || this.#isWaiting(view) || this.#readsEmpty(view)) continue;
      await this.submit(view, { force: false });
    }
  }

  /** One of the views that it reads is about to be filled; the end of that is looked after. */
  #readsEmpty({ definition }: StoredMaterializedView): boolean {
    return definition.bases.some(({ database, name }) => {
      const base = this.#engine.dictionary.materializedView(database, name);
      return base !== undefined && isEmptyYet(base);
    });
  }

  async #refreshChanged(): Promise<void> {
    const views = this.#engine.dictionary.materializedViews().filter(isRefreshedOnChange);
    if (views.length === 0) return;
    using connection = await this.#engine.connect();
    const stale = await staleViews(connection);
    this.#forgetMarks();
    for (const view of views) {
      const { id } = view.definition;
      const marks = stale.get(`${nameKey(view.database)}\0${nameKey(view.name)}`) ?? 0;
      const isNew = marks > marksAtCreation(view) && marks !== this.#marksSeen.get(id);
      if (isEmptyYet(view)) continue;
      this.#marksSeen.set(id, marks);
      if (isNew && !this.#isWaiting(view)) await this.submit(view, { force: false });
    }
  }

  /** Of views that have been dropped. */
  #forgetMarks(): void {
    const ids = new Set(this.#engine.dictionary.materializedViews().map(({ definition }) => definition.id));
    for (const id of this.#marksSeen.keys()) if (!ids.has(id)) this.#marksSeen.delete(id);
  }

  /** Submits what is due, and sets the timer to what comes next. */
  async #keepSchedules(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const now = this.#engine.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const view of this.#engine.dictionary.materializedViews()) {
      const { mode } = view.definition.refresh;
      if (mode.kind !== 'schedule' || view.definition.state.kind === 'inactive') continue;
      let at = nextRun(mode, view.createdAt, beginningOf(view, mode));
      if (at <= now) {
        if (!this.#isWaiting(view)) await this.submit(view, { force: false });
        at = nextRun(mode, view.createdAt, now);
      }
      next = Math.min(next, at);
    }
    if (next === Number.POSITIVE_INFINITY || this.#stopped.signal.aborted) return;
    const delayMs = Math.min(Math.max(0, next - now), timerMsMax);
    this.#timer = this.#engine.clock.schedule(delayMs, () => this.committed('definitions'));
  }

  /** A refresh of all that is stale has been asked for and has not begun to read. */
  #isWaiting(view: StoredMaterializedView): boolean {
    return this.#waiting.some((run) => run.viewId === view.definition.id && run.request.range === undefined);
  }

  #pump(): void {
    for (let run = this.#ready(); run !== undefined; run = this.#ready()) {
      this.#start(run);
    }
  }

  /** The next run whose turn it is. */
  #ready(): Run | undefined {
    if (this.#running.size >= runsAtOnceMax) return undefined;
    const running = new Set([...this.#running.keys()].map((run) => run.viewId));
    return this.#waiting.find((run) => !running.has(run.viewId));
  }

  #start(run: Run): void {
    this.#waiting.splice(this.#waiting.indexOf(run), 1);
    const running = this.#run(run).finally(() => {
      this.#running.delete(run);
      this.#pump();
      this.committed('rows');
      if (this.#engine.dictionary.materializedViews().some(isEmptyYet)) this.committed('definitions');
    });
    this.#running.set(run, running);
  }

  /** Never fails: what goes wrong is the run's result. */
  async #run(run: Run): Promise<void> {
    try {
      run.settled.resolve(await this.#refresh(run));
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      run.settled.reject(error);
    }
  }

  async #refresh(run: Run): Promise<RefreshReport> {
    const { clock, dictionary } = this.#engine;
    const { request, database, name } = run;
    const startedAt = clock.now();
    const signal = AbortSignal.any([run.controller.signal, this.#stopped.signal]);
    using connection = await this.#engine.connect();
    using _interrupts = interrupting(connection, signal);
    try {
      signal.throwIfAborted();
      await startRun(connection, request.queryId, startedAt);
      let view = dictionary.materializedView(database, name);
      if (view?.definition.id !== run.viewId) throw droppedView(name);
      if (view.definition.state.kind === 'inactive') view = await this.#activated(view);
      const report = await refreshView(
        { engine: this.#engine, connection, view, request, startedAt },
        signal,
      );
      this.#log?.info('materialized_view_refreshed', {
        database,
        view: name,
        durationMs: report.finishedAt - startedAt,
      });
      return report;
    } catch (error) {
      // The next process finds the run unfinished and runs it again.
      if (this.#stopped.signal.aborted) throw this.#stopped.signal.reason;
      const failure = run.controller.signal.aborted ? cancelled() : sqlErrorOf(error, { database });
      await this.#noteFailure(run, startedAt, failure);
      throw failure;
    }
  }

  async #activated(view: StoredMaterializedView): Promise<StoredMaterializedView> {
    const reason =
      view.definition.state.kind === 'inactive' && view.definition.state.byUser
        ? view.definition.state.reason
        : await this.activate(view);
    const now = this.#engine.dictionary.materializedView(view.database, view.name);
    if (reason === undefined && now !== undefined) return now;
    throw new SqlError(
      'analysis',
      `Refresh materialized view ${view.name} failed because it is not active: ${reason ?? 'it was dropped'}`,
    );
  }

  async #noteFailure(run: Run, startedAt: number, failure: SqlError): Promise<void> {
    const { clock, dictionary, locks } = this.#engine;
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
    this.#log?.warn('materialized_view_not_refreshed', {
      database: run.database,
      view: run.name,
      reason: failure.message,
    });
    using connection = await this.#engine.connect();
    using _lock = await locks.acquire([dictionaryLock], new AbortController().signal);
    const view = dictionary.materializedView(run.database, run.name);
    await dictionary.transact(connection, async (change) => {
      await finishRun(connection, report);
      if (view?.definition.id !== run.viewId) return;
      await change.putObject({ ...view, definition: { ...view.definition, lastRefresh: report } });
    });
  }
}

/** What happened to a base says more than that it is not there. */
function isSameBase(reason: string, later: string): boolean {
  return reason.includes(':') && baseOf(reason) === baseOf(later);
}

function baseOf(reason: string): string {
  return reason.slice(reason.lastIndexOf(':') + 1);
}

function isRefreshedOnChange({ definition }: StoredMaterializedView): boolean {
  return definition.refresh.mode.kind === 'on_change' && definition.state.kind === 'active';
}

/** Waits for its first refresh, which comes by itself. */
function isEmptyYet({ definition }: StoredMaterializedView): boolean {
  const { refresh, lastRefresh, state, isFilledAtOnce = false } = definition;
  const isFilled = refresh.moment === 'IMMEDIATE' || isFilledAtOnce;
  return isFilled && lastRefresh === undefined && state.kind === 'active';
}

/** A new view is marked as a whole; one that is DEFERRED waits for a change beside that. */
function marksAtCreation({ definition: { refresh, lastRefresh } }: StoredMaterializedView): number {
  return refresh.moment === 'DEFERRED' && lastRefresh === undefined ? 1 : 0;
}

/** A schedule goes on from the run before; a new view's first comes at its start, or one interval later. */
function beginningOf(view: StoredMaterializedView, mode: RefreshSchedule): number {
  const last = view.definition.lastRefresh?.startedAt;
  if (last !== undefined) return last;
  return mode.start === undefined ? view.createdAt : view.createdAt - 1;
}

function droppedView(name: string): SqlError {
  return new SqlError('unknown_table', `Materialized view ${name} has been dropped`);
}

function cancelled(): SqlError {
  return new SqlError('query_interrupted', 'the refresh was cancelled');
}
