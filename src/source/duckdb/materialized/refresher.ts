import { AssertionError } from 'node:assert';
import { randomUUID } from 'node:crypto';
import type { Log } from '../../../base/log.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import type { RefreshReport } from '../dictionary/materialized-view.ts';
import { staleViews } from '../dictionary/stale-marks.ts';
import type { StoredMaterializedView } from '../dictionary/stored-object.ts';
import { endRun, insertRun, unfinishedRuns } from '../dictionary/task-runs.ts';
import type { Engine, News } from '../engine/engine.ts';
import { nameKey, sameName } from '../physical/names.ts';
import { activate } from './activation.ts';
import { beginningOf, isEmptyYet, isRefreshedOnChange, marksAtCreation } from './due.ts';
import { performRun } from './perform-run.ts';
import { type QueuedRun, RefreshQueue } from './refresh-queue.ts';
import { dropGathered } from './refresh.ts';
import { nextRun } from './schedule.ts';

/** A timer of the system holds at most 2^31 - 1 ms; later moments are waited for in pieces. */
const timerMsMax = 86_400_000;

/** What REFRESH asks for. */
export type Refresh = Readonly<{ force: boolean; range?: Readonly<{ start: string; end: string }> }>;

/** A refresh in the queue. `done` resolves with its report and fails with what the user is told; nobody must wait. */
export type Submitted = Readonly<{ queryId: string; done: Promise<RefreshReport> }>;

/**
 * Refreshes materialized views in the background: on request, by their schedules, and after changes of their bases.
 * One view is refreshed by one run at a time, and few views at once. Runs are noted in the engine's file before
 * anybody is told of them: those that the end of a process cuts off are marked at the next start and run again.
 */
export class Refresher implements AsyncDisposable {
  readonly #engine: Engine;
  readonly #queue: RefreshQueue;
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
    this.#queue = new RefreshQueue({
      perform: (run) => this.#perform(run),
      ended: () => {
        this.committed('rows');
        if (this.#engine.dictionary.materializedViews().some(isEmptyYet)) this.committed('definitions');
      },
    });
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
    this.#queue.requireRoom();
    const { database, name, definition } = view;
    const request = { queryId: randomUUID(), createdAt: this.#engine.clock.now(), ...refresh };
    const settled = Promise.withResolvers<RefreshReport>();
    // Whoever waits sees the failure; the report of the run has it for everybody else.
    settled.promise.catch(() => undefined);
    using connection = await this.#engine.connect();
    await insertRun(connection, view, request);
    const controller = new AbortController();
    this.#queue.add({ database, name, viewId: definition.id, request, controller, settled });
    return { queryId: request.queryId, done: settled.promise };
  }

  /** Ends the view's refreshes, running and waiting; returns how many there were. */
  cancel(view: StoredMaterializedView): number {
    return this.#queue.cancel(view.definition.id);
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
      if (this.#queue.isEmpty && !this.#isLooking) return;
      await this.#queue.running();
    }
  }

  /** Stops; runs that are cut off are run again by the next process. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new SqlError('server_shutdown', 'the server stops'));
    this.#timer?.[Symbol.dispose]();
    this.#queue.refuseWaiting(this.#stopped.signal.reason);
    await this.#look;
    await this.#queue.running();
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
    const activated = await activate(this.#engine, view, this.#stopped.signal);
    if (activated.kind === 'refused') return activated.reason;
    if (activated.kind === 'activated') {
      this.#log?.info('materialized_view_active', { database: view.database, view: view.name });
      this.committed('definitions');
    }
    return undefined;
  }

  #perform(run: QueuedRun): Promise<RefreshReport> {
    return performRun(run, {
      engine: this.#engine,
      log: this.#log,
      stopped: this.#stopped.signal,
      activate: (view) => this.activate(view),
    });
  }

  /** The first refresh of views that are not DEFERRED. */
  async #fillNew(): Promise<void> {
    for (const view of this.#engine.dictionary.materializedViews()) {
      const { id } = view.definition;
      const isAskedFor = this.#queue.isRunning(id) || this.#queue.isWaiting(id);
      if (!isEmptyYet(view) || isAskedFor || this.#readsEmpty(view)) continue;
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
      if (isNew && !this.#queue.isWaiting(view.definition.id)) await this.submit(view, { force: false });
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
        if (!this.#queue.isWaiting(view.definition.id)) await this.submit(view, { force: false });
        at = nextRun(mode, view.createdAt, now);
      }
      next = Math.min(next, at);
    }
    if (next === Number.POSITIVE_INFINITY || this.#stopped.signal.aborted) return;
    const delayMs = Math.min(Math.max(0, next - now), timerMsMax);
    this.#timer = this.#engine.clock.schedule(delayMs, () => this.committed('definitions'));
  }
}
