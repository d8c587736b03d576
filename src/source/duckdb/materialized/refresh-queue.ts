import { AssertionError } from 'node:assert';
import { SqlError } from '../../../base/sql-error.ts';
import type { RefreshReport } from '../dictionary/materialized-view.ts';
import type { RunRequest } from '../dictionary/task-runs.ts';

/** Refreshes at once: each is as parallel as the engine, more only share its memory. */
const runsAtOnceMax = 2;
/** Refreshes that wait; a schedule that outruns the engine must not fill the memory. */
const waitingMax = 1_000;

/** A refresh that was asked for. */
export type QueuedRun = Readonly<{
  database: string;
  name: string;
  viewId: number;
  request: RunRequest;
  /** Cancels it. */
  controller: AbortController;
  settled: PromiseWithResolvers<RefreshReport>;
}>;

export type RefreshQueueParts = Readonly<{
  perform: (run: QueuedRun) => Promise<RefreshReport>;
  /** Called when a run has ended, whichever way. */
  ended: () => void;
}>;

/** Refreshes in the order in which they were asked for: of one view one at a time, and few at once. */
export class RefreshQueue {
  readonly #parts: RefreshQueueParts;
  readonly #waiting: QueuedRun[] = [];
  readonly #running = new Map<QueuedRun, Promise<void>>();

  constructor(parts: RefreshQueueParts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#running.size === 0;
  }

  /** To be asked before a run is noted. Throws SqlError `resource_limit`. */
  requireRoom(): void {
    if (this.#waiting.length < waitingMax) return;
    throw new SqlError('resource_limit', `more than ${waitingMax} refreshes of materialized views wait`);
  }

  add(run: QueuedRun): void {
    this.#waiting.push(run);
    this.#pump();
  }

  /** Ends the view's refreshes, running and waiting; returns how many there were. */
  cancel(viewId: number): number {
    const runs = [...this.#waiting, ...this.#running.keys()].filter((run) => run.viewId === viewId);
    for (const run of runs)
      run.controller.abort(new SqlError('query_interrupted', 'the refresh was cancelled'));
    this.#pump();
    return runs.length;
  }

  /** A refresh of all that is stale has been asked for and has not begun to read. */
  isWaiting(viewId: number): boolean {
    return this.#waiting.some((run) => run.viewId === viewId && run.request.range === undefined);
  }

  isRunning(viewId: number): boolean {
    return [...this.#running.keys()].some((run) => run.viewId === viewId);
  }

  /** Resolves when those that run now have ended. */
  async running(): Promise<void> {
    await Promise.all(this.#running.values());
  }

  /** Those that wait do not run any more. */
  refuseWaiting(reason: unknown): void {
    for (const run of this.#waiting.splice(0)) run.settled.reject(reason);
  }

  #pump(): void {
    for (let run = this.#ready(); run !== undefined; run = this.#ready()) {
      this.#start(run);
    }
  }

  /** The next run whose turn it is. */
  #ready(): QueuedRun | undefined {
    if (this.#running.size >= runsAtOnceMax) return undefined;
    return this.#waiting.find((run) => !this.isRunning(run.viewId));
  }

  #start(run: QueuedRun): void {
    this.#waiting.splice(this.#waiting.indexOf(run), 1);
    const running = this.#run(run).finally(() => {
      this.#running.delete(run);
      this.#pump();
      this.#parts.ended();
    });
    this.#running.set(run, running);
  }

  /** Never fails: what goes wrong is the run's result. */
  async #run(run: QueuedRun): Promise<void> {
    try {
      run.settled.resolve(await this.#parts.perform(run));
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      run.settled.reject(error);
    }
  }
}
