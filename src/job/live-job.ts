import { AssertionError } from 'node:assert';
import { withLogFields } from '../base/log.ts';
import { failpoint } from '../base/failpoint.ts';
import { pause } from '../base/waiting.ts';
import { MetastoreError } from '../metastore/metastore.ts';
import type { BackupJob } from './backup-job.ts';
import { type BackupEffect, type BackupEvent, firstBackupEffect, stepBackup } from './backup-machine.ts';
import { BackupRun } from './backup-run.ts';
import { cleanUpBackup, cleanUpRestore } from './cleanup.ts';
import { failureOf, isFinal, ReadLostError } from './failure.ts';
import { taskId } from './job-id.ts';
import type { Journal } from './journal.ts';
import { backOffMs, type CommonEvent, isCleaning, isSettled, type Job, type Step } from './machine.ts';
import type { RestoreJob } from './restore-job.ts';
import { firstRestoreEffect, type RestoreEffect, type RestoreEvent, stepRestore } from './restore-machine.ts';
import { RestoreRun } from './restore-run.ts';
import { holdTargets } from './target-hold.ts';
import type { TaskBoard } from './task-board.ts';
import { nameOf } from './job-id.ts';
import { type JobTools, type RunContext, type RunSignals, spoolOf } from './tools.ts';

export type JobEvent = BackupEvent | RestoreEvent;
export type JobEffect = BackupEffect | RestoreEffect;

export type LiveJobParts = Readonly<{
  tools: JobTools;
  journal: Journal;
  board: TaskBoard;
  /** Number of the lease under which it runs. */
  epoch: number;
  /** Aborts when the server stops, or has lost the job to another node. */
  stopped: AbortSignal;
  /** Resolves when the source has been swept of what dead jobs left in it. */
  ready: () => Promise<void>;
  /** Called once, when the job comes to its end, and once more when nothing of it is left behind. */
  onEnd: (live: LiveJob) => void;
}>;

/** A timer of the system holds at most 2^31 - 1 ms; longer timeouts are waited for in pieces. */
const timerMsMax = 86_400_000;

/**
 * One job and its driver: writes each event to the metastore, steps, publishes, starts the effects; their ends come
 * back as events. Events are taken one after another. Effects run one after another, too: one that is aborted has
 * ended before the next begins.
 */
export class LiveJob {
  readonly #parts: LiveJobParts;
  readonly #context: RunContext;
  readonly #backup: BackupRun;
  readonly #restore: RestoreRun;
  readonly #settled = Promise.withResolvers<void>();
  readonly #cleaned = Promise.withResolvers<void>();
  /** Until the job has settled, nobody else changes what it is going to replace. */
  readonly #hold: Disposable | undefined;
  #job: Job;
  #events: Promise<void> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #controller = new AbortController();
  #timer: Disposable | undefined;

  constructor(job: Job, parts: LiveJobParts) {
    this.#job = job;
    this.#parts = parts;
    const { tools, board } = parts;
    this.#context = { tools, board, spool: spoolOf(tools, job.id) };
    this.#backup = new BackupRun(this.#context);
    this.#restore = new RestoreRun(this.#context);
    this.#hold = holdTargets(job, tools);
    this.#settle();
  }

  get job(): Job {
    return this.#job;
  }

  get board(): TaskBoard {
    return this.#parts.board;
  }

  get context(): RunContext {
    return this.#context;
  }

  /** Aborts when nothing happens here any more. */
  get stopped(): AbortSignal {
    return this.#parts.stopped;
  }

  /** Resolves when the job has come to its end, and when what it left behind is gone, too. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  get cleaned(): Promise<void> {
    return this.#cleaned.promise;
  }

  /** Starts a job that has just been submitted. */
  begin(): void {
    this.#arm(this.#job.timeoutMs);
    this.#start(this.#job.kind === 'backup' ? firstBackupEffect : firstRestoreEffect);
  }

  /** Takes up a job that an earlier process left. */
  async resume(): Promise<void> {
    const { createdAt, timeoutMs } = this.#job;
    // How long no process ran only the clock can tell; one that was set back gives no more than the whole time.
    this.#arm(Math.min(timeoutMs, createdAt + timeoutMs - this.#parts.tools.clock.now()));
    await this.dispatch({ kind: 'server_restarted' }, nameOf(this.#job));
  }

  /** Resolves when the event is durable and published, or dropped. `operator` goes into the audit log. */
  dispatch(event: JobEvent, operator: string): Promise<void> {
    this.#events = this.#events.then(() => this.#apply(event, operator));
    return this.#events;
  }

  /** After `stopped` has aborted: resolves when nothing of this job runs any more. The job can be resumed. */
  async end(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    await this.#events;
    await this.#running;
    await this.#release();
    this.#hold?.[Symbol.dispose]();
  }

  async #apply(event: JobEvent, operator: string): Promise<void> {
    if (this.#parts.stopped.aborted) return;
    const { job, effects } = stepAny(this.#job, event, this.#parts.tools.clock.now());
    if (job === this.#job && effects.length === 0) return;
    if (job !== this.#job && !(await this.#write(job, event.kind, operator))) return;
    const isEnd = isSettled(job) && job !== this.#job;
    const { id, kind, label, state } = job;
    if (state !== this.#job.state) this.#parts.tools.log.info('job_state', { job: id, kind, label, state });
    this.#job = job;
    for (const effect of effects) this.#start(effect);
    this.#settle();
    if (isEnd) this.#parts.onEnd(this);
  }

  /** Until it is durable: an event must not be lost. False when the server stops or has lost the project. */
  async #write(job: Job, event: string, operator: string): Promise<boolean> {
    const { journal, board, tools, stopped, epoch } = this.#parts;
    for (let failures = 1; ; failures++) {
      try {
        await journal.write(job, { event, taskErrors: board.errors(), operator, epoch });
        return true;
      } catch (error) {
        if (stopped.aborted) return false;
        if (!(error instanceof MetastoreError)) throw error;
        tools.log.error('job_not_written', { job: job.id, event, error: error.message });
        if (error.kind === 'stale_epoch') {
          this.#controller.abort(error);
          return false;
        }
      }
      try {
        await pause(tools.clock, backOffMs(failures), stopped);
      } catch {
        return false; // The server stops.
      }
    }
  }

  #start(effect: JobEffect): void {
    if (effect.kind === 'abort') {
      this.#controller.abort(new Error('the job was cancelled'));
      return;
    }
    const controller = new AbortController();
    this.#controller = controller;
    const { stopped } = this.#parts;
    const signals = { cancelled: AbortSignal.any([controller.signal, stopped]), stopped };
    const job = this.#job;
    this.#running = this.#running.then(() => this.#perform(job, effect, signals));
  }

  async #perform(
    job: Job,
    effect: Exclude<JobEffect, { kind: 'abort' }>,
    signals: RunSignals,
  ): Promise<void> {
    const { tools, board, ready } = this.#parts;
    let event: JobEvent;
    try {
      await ready();
      event = await withLogFields({ job: job.id }, () => this.#logged(job, effect, signals));
    } catch (error) {
      if (error instanceof AssertionError) throw error;
      if (signals.stopped.aborted) return;
      event = eventOf(error, job.run);
      if (event.kind === 'failed' && !signals.cancelled.aborted) {
        const { message } = event.failure;
        tools.log.warn('job_effect_failed', { job: job.id, effect: effect.kind, error: message });
        if (effect.kind === 'upload_info') board.fail(taskId(1), message);
      }
    }
    // Not awaited: the event starts the next effect, which waits for this one to end.
    void this.dispatch(event, nameOf(job));
  }

  /** From the one line to the other this node works on the job. */
  async #logged(
    job: Job,
    effect: Exclude<JobEffect, { kind: 'abort' }>,
    signals: RunSignals,
  ): Promise<JobEvent> {
    const { log } = this.#parts.tools;
    log.debug('job_effect_begun', { effect: effect.kind });
    try {
      return await this.#run(job, effect, signals);
    } finally {
      log.debug('job_effect_ended', { effect: effect.kind });
    }
  }

  async #run(
    job: Job,
    effect: Exclude<JobEffect, { kind: 'abort' }>,
    signals: RunSignals,
  ): Promise<JobEvent> {
    if (effect.kind === 'clean_up') return await this.#cleanUp(job, signals.stopped);
    return job.kind === 'backup'
      ? await this.#backup.run(job, asEffectOf<BackupEffect>(effect), signals)
      : await this.#restore.run(job, asEffectOf<RestoreEffect>(effect), signals);
  }

  /** Tries until it succeeds: the record says that something is left as long as that is so. */
  async #cleanUp(job: Job, stopped: AbortSignal): Promise<CommonEvent> {
    const { tools, board } = this.#parts;
    board.end();
    for (let failures = 1; ; failures++) {
      try {
        failpoint('cleanup.before');
        if (job.kind === 'backup' && isEnded(job)) {
          await this.#backup[Symbol.asyncDispose]();
          await cleanUpBackup(job, this.#context, stopped);
        } else if (job.kind === 'restore' && isEnded(job)) {
          await cleanUpRestore(job, this.#restore, this.#context, stopped);
        }
        await this.#release();
        failpoint('cleanup.after');
        return { kind: 'cleaned', run: job.run };
      } catch (error) {
        if (error instanceof AssertionError || stopped.aborted) throw error;
        tools.log.warn('job_cleanup_failed', { job: job.id, error: failureOf(error).message });
      }
      await pause(tools.clock, backOffMs(failures), stopped);
    }
  }

  async #release(): Promise<void> {
    await this.#backup[Symbol.asyncDispose]();
    await this.#restore[Symbol.asyncDispose]();
  }

  #settle(): void {
    if (!isSettled(this.#job)) return;
    this.#timer?.[Symbol.dispose]();
    this.#hold?.[Symbol.dispose]();
    this.#settled.resolve();
    if (!isCleaning(this.#job)) this.#cleaned.resolve();
  }

  /** `leftMs` from now the job has timed out: what the timer counts, whatever becomes of the clock meanwhile. */
  #arm(leftMs: number): void {
    if (isSettled(this.#job)) return;
    const { clock } = this.#parts.tools;
    const wake = (): void => {
      if (leftMs > timerMsMax) this.#arm(leftMs - timerMsMax);
      else void this.dispatch({ kind: 'timed_out' }, nameOf(this.#job));
    };
    this.#timer = clock.schedule(Math.max(0, Math.min(leftMs, timerMsMax)), wake);
  }
}

/** Each machine drops events that are not its own, so that a job's kind alone decides. */
function stepAny(job: Job, event: JobEvent, now: number): Step<Job, JobEffect> {
  return job.kind === 'backup'
    ? stepBackup(job, event as BackupEvent, now)
    : stepRestore(job, event as RestoreEvent, now);
}

/** Effects come out of the machine of the same job. */
function asEffectOf<E extends JobEffect>(
  effect: Exclude<JobEffect, { kind: 'abort' | 'clean_up' }>,
): Exclude<E, { kind: 'abort' | 'clean_up' }> {
  return effect as Exclude<E, { kind: 'abort' | 'clean_up' }>;
}

function eventOf(error: unknown, run: number): JobEvent {
  if (error instanceof ReadLostError) {
    return { kind: 'read_lost', run, by: error.by, message: error.message };
  }
  return { kind: 'failed', run, failure: failureOf(error), isFinal: isFinal(error) };
}

function isEnded<J extends BackupJob | RestoreJob>(
  job: J,
): job is Extract<J, { state: 'FINISHED' | 'CANCELLED' }> {
  return isSettled(job);
}
