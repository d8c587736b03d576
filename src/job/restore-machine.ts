import { unreachable } from '../base/assert.ts';
import type { JobSize } from './job-size.ts';
import { cancelledByUser, type Failure } from './job-status.ts';
import { afterCleaning, type CommonEffect, type CommonEvent, isLate, type Step } from './machine.ts';
import type { RestoreCore, RestoreIn, RestoreJob } from './restore-job.ts';

/** What may happen to a restore. All but the common ones report the end of an effect. */
export type RestoreEvent =
  | CommonEvent
  | Readonly<{ kind: 'checked'; run: number; size: JobSize }>
  | Readonly<{ kind: 'prepared'; run: number }>
  | Readonly<{ kind: 'download_tasks_made'; run: number }>
  | Readonly<{ kind: 'downloaded'; run: number }>
  | Readonly<{ kind: 'verified'; run: number }>
  | Readonly<{ kind: 'committed'; run: number }>
  /** The source says that the swap has not happened, and nothing will make it happen any more. */
  | Readonly<{ kind: 'commit_refused'; run: number; failure: Failure }>;

export type RestoreEffect =
  | CommonEffect
  /** Read the manifest and keep it in the spool. */
  | Readonly<{ kind: 'check' }>
  /** Compare with what exists and make shadow tables. */
  | Readonly<{ kind: 'prepare' }>
  /** `resume`: some blobs may have been loaded before the process ended. */
  | Readonly<{ kind: 'make_download_tasks'; resume: boolean }>
  | Readonly<{ kind: 'download' }>
  /** Count and add up what was loaded. */
  | Readonly<{ kind: 'verify' }>
  /** Swap all in, unless it happened already. An abort makes it find out which of the two was first. */
  | Readonly<{ kind: 'commit' }>
  /** Find out whether the swap happened, without making it happen. */
  | Readonly<{ kind: 'ask_commit' }>;

export type RestoreStep = Step<RestoreJob, RestoreEffect>;

export const firstRestoreEffect: RestoreEffect = { kind: 'check' };

/** Decides what a restore becomes. Reads no clock, awaits nothing, throws only on a broken invariant. */
export function stepRestore(job: RestoreJob, event: RestoreEvent, now: number): RestoreStep {
  if (isLate(job, event)) return stay(job);
  switch (job.state) {
    case 'PENDING':
      return stepPending(job, event, now);
    case 'SNAPSHOTING':
      return stepSnapshoting(job, event, now);
    case 'DOWNLOAD':
      return stepDownload(job, event, now);
    case 'DOWNLOADING':
      return stepDownloading(job, event, now);
    case 'COMMIT':
      return stepCommit(job, event, now);
    case 'COMMITTING':
      return stepCommitting(job, event, now);
    case 'FINISHED':
    case 'CANCELLED':
      return stepSettled(job, event);
    default:
      return unreachable(job);
  }
}

/** In: submission. Out: the manifest is read and checked; of external catalogs nothing is loaded. A crash reads it again. */
function stepPending(job: RestoreIn<'PENDING'>, event: RestoreEvent, now: number): RestoreStep {
  if (event.kind === 'checked' && job.externalCatalogs !== undefined) {
    const nothingLoaded = { metaPreparedAt: now, snapshotFinishedAt: now, downloadFinishedAt: now };
    return go({ ...coreOf(job), state: 'COMMITTING', ...nothingLoaded }, { kind: 'commit' });
  }
  if (event.kind === 'checked') {
    const { size } = event;
    return go({ ...coreOf(job), state: 'SNAPSHOTING', size, metaPreparedAt: now }, { kind: 'prepare' });
  }
  if (event.kind === 'server_restarted') return go(job, { kind: 'check' });
  return stepEnding(job, event, now);
}

/** In: the manifest is known. Out: the shadow tables stand. A crash drops them and starts the job over. */
function stepSnapshoting(job: RestoreIn<'SNAPSHOTING'>, event: RestoreEvent, now: number): RestoreStep {
  if (event.kind === 'prepared') {
    return go(
      { ...job, state: 'DOWNLOAD', snapshotFinishedAt: now },
      { kind: 'make_download_tasks', resume: false },
    );
  }
  if (event.kind === 'server_restarted') return go({ ...coreOf(job), state: 'PENDING' }, { kind: 'check' });
  return stepEnding(job, event, now);
}

/** In: the shadow tables stand. Out: a task per table is made. A crash makes them again. */
function stepDownload(job: RestoreIn<'DOWNLOAD'>, event: RestoreEvent, now: number): RestoreStep {
  if (event.kind === 'download_tasks_made') return go({ ...job, state: 'DOWNLOADING' }, { kind: 'download' });
  if (event.kind === 'server_restarted') return go(job, { kind: 'make_download_tasks', resume: true });
  return stepEnding(job, event, now);
}

/** In: tasks are made. Out: every blob is loaded. A crash goes on with those that were not. */
function stepDownloading(job: RestoreIn<'DOWNLOADING'>, event: RestoreEvent, now: number): RestoreStep {
  if (event.kind === 'downloaded') {
    return go({ ...job, state: 'COMMIT', downloadFinishedAt: now }, { kind: 'verify' });
  }
  if (event.kind === 'server_restarted') {
    return go({ ...job, state: 'DOWNLOAD' }, { kind: 'make_download_tasks', resume: true });
  }
  return stepEnding(job, event, now);
}

/** In: all is loaded. Out: counts and checksums agree with the manifest. A crash verifies again. */
function stepCommit(job: RestoreIn<'COMMIT'>, event: RestoreEvent, now: number): RestoreStep {
  if (event.kind === 'verified') return go({ ...job, state: 'COMMITTING' }, { kind: 'commit' });
  if (event.kind === 'server_restarted') return go(job, { kind: 'verify' });
  return stepEnding(job, event, now);
}

/**
 * In: all is verified. Out: the source has swapped, or says that it has not and will not. A cancel or a timeout only asks
 * it to stop: which was first is the source's to say. A crash asks it.
 */
function stepCommitting(job: RestoreIn<'COMMITTING'>, event: RestoreEvent, now: number): RestoreStep {
  switch (event.kind) {
    case 'committed':
      return finish(job, now);
    case 'commit_refused':
      return cancel(job, job.stopping ?? event.failure, now);
    case 'cancel_requested':
      return stop(job, cancelledByUser(`, current state: ${job.state}`));
    case 'timed_out':
      return stop(job, timedOut(job));
    case 'failed': // An unclear end: only the source knows.
      return go(job, { kind: 'ask_commit' });
    case 'server_restarted':
      return go(job, { kind: job.stopping === undefined ? 'commit' : 'ask_commit' });
    default:
      return stay(job);
  }
}

/** In: everything is decided. The state never changes again; only what was left behind goes. */
function stepSettled(job: RestoreIn<'FINISHED' | 'CANCELLED'>, event: RestoreEvent): RestoreStep {
  const cleaned = afterCleaning<RestoreJob>(job, event);
  if (cleaned !== undefined) return { job: cleaned, effects: [] };
  if (event.kind === 'server_restarted' && job.cleanup === 'pending') return go(job, { kind: 'clean_up' });
  return stay(job);
}

/** What ends a restore before its commit. Events that belong to another state leave it as it is. */
function stepEnding(job: Active, event: RestoreEvent, now: number): RestoreStep {
  switch (event.kind) {
    case 'failed':
      return cancel(job, event.failure, now);
    case 'cancel_requested':
      return cancel(job, cancelledByUser(`, current state: ${job.state}`), now);
    case 'timed_out':
      return cancel(job, timedOut(job), now);
    default:
      return stay(job);
  }
}

type Active = Exclude<RestoreJob, { state: 'FINISHED' | 'CANCELLED' }>;

/** The run stays: the answer of the commit that is told to stop is the one to wait for. The first reason counts. */
function stop(job: RestoreIn<'COMMITTING'>, failure: Failure): RestoreStep {
  if (job.stopping !== undefined) return stay(job);
  return { job: { ...job, stopping: failure }, effects: [{ kind: 'abort' }] };
}

function finish(job: RestoreIn<'COMMITTING'>, now: number): RestoreStep {
  const { metaPreparedAt, snapshotFinishedAt, downloadFinishedAt } = job;
  const times = { metaPreparedAt, snapshotFinishedAt, downloadFinishedAt, finishedAt: now };
  return go({ ...coreOf(job), state: 'FINISHED', ...times, cleanup: 'pending' }, { kind: 'clean_up' });
}

function cancel(job: Active, failure: Failure, now: number): RestoreStep {
  const cancelled: RestoreIn<'CANCELLED'> = {
    ...coreOf(job),
    state: 'CANCELLED',
    failure,
    reached: job.state,
    ...('metaPreparedAt' in job && { metaPreparedAt: job.metaPreparedAt }),
    ...('snapshotFinishedAt' in job && { snapshotFinishedAt: job.snapshotFinishedAt }),
    ...('downloadFinishedAt' in job && { downloadFinishedAt: job.downloadFinishedAt }),
    finishedAt: now,
    cleanup: 'pending',
  };
  const { job: next, effects } = go(cancelled, { kind: 'clean_up' });
  return { job: next, effects: [{ kind: 'abort' }, ...effects] };
}

/** StarRocks' words, with its two blanks. */
function timedOut(job: RestoreJob): Failure {
  return { code: 'TIMEOUT', message: `restore job with label: ${job.label}  timeout.` };
}

function coreOf(job: RestoreJob): RestoreCore {
  const { kind, id, label, timestamp, repository, catalog, database, operator } = job;
  const { createdAt, timeoutMs, run, originalDatabase, targets, allowLoad, replicationNum } = job;
  const { options, externalCatalogs, size } = job;
  const known = size === undefined ? {} : { size };
  const names = { kind, id, label, timestamp, repository, catalog, database, operator } as const;
  const request = { originalDatabase, targets, allowLoad };
  const replication = replicationNum === undefined ? {} : { replicationNum };
  const chosen = options === undefined ? {} : { options };
  const catalogs = externalCatalogs === undefined ? {} : { externalCatalogs };
  return {
    ...names,
    createdAt,
    timeoutMs,
    ...known,
    run,
    ...request,
    ...catalogs,
    ...replication,
    ...chosen,
  };
}

function go(job: RestoreJob, effect: RestoreEffect): RestoreStep {
  return { job: { ...job, run: job.run + 1 }, effects: [effect] };
}

function stay(job: RestoreJob): RestoreStep {
  return { job, effects: [] };
}
