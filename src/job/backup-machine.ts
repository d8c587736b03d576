import { unreachable } from '../base/assert.ts';
import type { BackupCore, BackupIn, BackupJob } from './backup-job.ts';
import type { JobSize } from './job-size.ts';
import { cancelledByUser, type Failure } from './job-status.ts';
import {
  afterCleaning,
  backOffMs,
  type CommonEffect,
  type CommonEvent,
  isLate,
  type Step,
} from './machine.ts';

/** What may happen to a backup. All but the first and the common ones report the end of the effect of that name. */
export type BackupEvent =
  | CommonEvent
  | Readonly<{ kind: 'checked'; run: number }>
  | Readonly<{ kind: 'frozen'; run: number }>
  | Readonly<{ kind: 'upload_tasks_made'; run: number }>
  /** The consistent read is gone before all was read from it: by the source's fault, or with the process. */
  | Readonly<{ kind: 'read_lost'; run: number; by: 'source' | 'restart'; message: string }>
  | Readonly<{ kind: 'uploaded'; run: number }>
  | Readonly<{ kind: 'meta_saved'; run: number; manifestSha256: string; size: JobSize }>
  | Readonly<{ kind: 'info_uploaded'; run: number }>;

export type BackupEffect =
  | CommonEffect
  /** The repository takes snapshots and has none with this label. */
  | Readonly<{ kind: 'check' }>
  /** Take a point in time, cut it into chunks, write the plan to the spool. */
  | Readonly<{ kind: 'freeze'; delayMs: number }>
  /** Make a task per table. `resume`: from the spool alone, if all was read before the process ended. */
  | Readonly<{ kind: 'make_upload_tasks'; resume: boolean }>
  | Readonly<{ kind: 'upload' }>
  /** Build the manifest in the spool. */
  | Readonly<{ kind: 'save_meta' }>
  /** Put the manifest into the repository and read it back. */
  | Readonly<{ kind: 'upload_info'; delayMs: number }>;

export type BackupStep = Step<BackupJob, BackupEffect>;

/** A source that loses its consistent read this often is not going to keep one. */
export const readsMax = 3;

/** What is done first, when the job has just been submitted. */
export const firstBackupEffect: BackupEffect = { kind: 'check' };

/** Decides what a backup becomes. Reads no clock, awaits nothing, throws only on a broken invariant. */
export function stepBackup(job: BackupJob, event: BackupEvent, now: number): BackupStep {
  if (isLate(job, event)) return stay(job);
  switch (job.state) {
    case 'PENDING':
      return stepPending(job, event, now);
    case 'SNAPSHOTING':
      return stepSnapshoting(job, event, now);
    case 'UPLOAD_SNAPSHOT':
      return stepUploadSnapshot(job, event, now);
    case 'UPLOADING':
      return stepUploading(job, event, now);
    case 'SAVE_META':
      return stepSaveMeta(job, event, now);
    case 'UPLOAD_INFO':
      return stepUploadInfo(job, event, now);
    case 'FINISHED':
    case 'CANCELLED':
      return stepSettled(job, event);
    default:
      return unreachable(job);
  }
}

/** In: submission. Out: the check's answer; of external catalogs nothing is read. A crash repeats the check. */
function stepPending(job: BackupIn<'PENDING'>, event: BackupEvent, now: number): BackupStep {
  if (event.kind === 'checked' && job.externalCatalogs !== undefined) {
    const nothingRead = { snapshotFinishedAt: now, uploadFinishedAt: now };
    return go({ ...coreOf(job), state: 'SAVE_META', ...nothingRead }, { kind: 'save_meta' });
  }
  if (event.kind === 'checked') {
    return go({ ...coreOf(job), state: 'SNAPSHOTING', reads: 1 }, { kind: 'freeze', delayMs: 0 });
  }
  if (event.kind === 'server_restarted') return go(job, { kind: 'check' });
  return stepEnding(job, event, now);
}

/** In: checked, or the read was lost. Out: the point in time is taken and planned. A crash starts the job over. */
function stepSnapshoting(job: BackupIn<'SNAPSHOTING'>, event: BackupEvent, now: number): BackupStep {
  if (event.kind === 'frozen') {
    const { reads } = job;
    return go(
      { ...coreOf(job), state: 'UPLOAD_SNAPSHOT', reads, snapshotFinishedAt: now },
      { kind: 'make_upload_tasks', resume: false },
    );
  }
  if (event.kind === 'server_restarted') return go({ ...coreOf(job), state: 'PENDING' }, { kind: 'check' });
  return stepEnding(job, event, now);
}

/** In: the plan is in the spool. Out: tasks are made of it. A crash looks whether the spool is enough to go on. */
function stepUploadSnapshot(job: BackupIn<'UPLOAD_SNAPSHOT'>, event: BackupEvent, now: number): BackupStep {
  if (event.kind === 'upload_tasks_made') return go({ ...job, state: 'UPLOADING' }, { kind: 'upload' });
  if (event.kind === 'read_lost') return readAgain(job, event, now);
  if (event.kind === 'server_restarted') return go(job, { kind: 'make_upload_tasks', resume: true });
  return stepEnding(job, event, now);
}

/** In: tasks are made. Out: every blob is in the repository. A crash goes back to making tasks of the spool. */
function stepUploading(job: BackupIn<'UPLOADING'>, event: BackupEvent, now: number): BackupStep {
  if (event.kind === 'uploaded') {
    const { snapshotFinishedAt } = job;
    return go(
      { ...coreOf(job), state: 'SAVE_META', snapshotFinishedAt, uploadFinishedAt: now },
      { kind: 'save_meta' },
    );
  }
  if (event.kind === 'read_lost') return readAgain(job, event, now);
  if (event.kind === 'server_restarted') {
    return go({ ...job, state: 'UPLOAD_SNAPSHOT' }, { kind: 'make_upload_tasks', resume: true });
  }
  return stepEnding(job, event, now);
}

/** In: all blobs are stored. Out: the manifest is in the spool. A crash builds it again, from a new read if the spool is gone. */
function stepSaveMeta(job: BackupIn<'SAVE_META'>, event: BackupEvent, now: number): BackupStep {
  if (event.kind === 'meta_saved') {
    const { manifestSha256, size } = event;
    return go(
      { ...job, state: 'UPLOAD_INFO', size, manifestSha256, failures: 0 },
      { kind: 'upload_info', delayMs: 0 },
    );
  }
  if (event.kind === 'read_lost') return readAgain(job, event, now);
  if (event.kind === 'server_restarted') return go(job, { kind: 'save_meta' });
  return stepEnding(job, event, now);
}

/**
 * In: the manifest is in the spool. Out: it is in the repository, and the snapshot exists. Failures are tried again until
 * the timeout. A crash puts it again: the same bytes that are there already are success.
 */
function stepUploadInfo(job: BackupIn<'UPLOAD_INFO'>, event: BackupEvent, now: number): BackupStep {
  if (event.kind === 'info_uploaded') {
    const { snapshotFinishedAt, uploadFinishedAt } = job;
    return go(
      {
        ...coreOf(job),
        state: 'FINISHED',
        snapshotFinishedAt,
        uploadFinishedAt,
        finishedAt: now,
        cleanup: 'pending',
      },
      { kind: 'clean_up' },
    );
  }
  if (event.kind === 'failed' && !event.isFinal) {
    const failures = job.failures + 1;
    return go({ ...job, failures }, { kind: 'upload_info', delayMs: backOffMs(failures) });
  }
  if (event.kind === 'read_lost') return readAgain(job, event, now);
  if (event.kind === 'server_restarted') return go(job, { kind: 'upload_info', delayMs: 0 });
  return stepEnding(job, event, now);
}

/** In: everything is decided. The state never changes again; only what was left behind goes. */
function stepSettled(job: BackupIn<'FINISHED' | 'CANCELLED'>, event: BackupEvent): BackupStep {
  const cleaned = afterCleaning<BackupJob>(job, event);
  if (cleaned !== undefined) return { job: cleaned, effects: [] };
  if (event.kind === 'server_restarted' && job.cleanup === 'pending') return go(job, { kind: 'clean_up' });
  return stay(job);
}

/** What ends a backup in any state. Events that belong to another state leave it as it is. */
function stepEnding(
  job: Exclude<BackupJob, { state: 'FINISHED' | 'CANCELLED' }>,
  event: BackupEvent,
  now: number,
): BackupStep {
  switch (event.kind) {
    case 'failed':
      return cancel(job, event.failure, now);
    case 'cancel_requested':
      return cancel(job, cancelledByUser(), now);
    case 'timed_out':
      return cancel(job, { code: 'TIMEOUT', message: '' }, now);
    default:
      return stay(job);
  }
}

function readAgain(
  job: BackupIn<'UPLOAD_SNAPSHOT' | 'UPLOADING' | 'SAVE_META' | 'UPLOAD_INFO'>,
  event: Extract<BackupEvent, { kind: 'read_lost' }>,
  now: number,
): BackupStep {
  const reads = 'reads' in job ? job.reads : 1;
  const core = coreOf(job);
  if (job.externalCatalogs !== undefined) return go({ ...core, state: 'PENDING' }, { kind: 'check' });
  if (event.by === 'restart') {
    return go({ ...core, state: 'SNAPSHOTING', reads }, { kind: 'freeze', delayMs: 0 });
  }
  if (reads >= readsMax) return cancel(job, { code: 'COMMON_ERROR', message: event.message }, now);
  return go(
    { ...core, state: 'SNAPSHOTING', reads: reads + 1 },
    { kind: 'freeze', delayMs: backOffMs(reads) },
  );
}

function cancel(
  job: Exclude<BackupJob, { state: 'FINISHED' | 'CANCELLED' }>,
  failure: Failure,
  now: number,
): BackupStep {
  const cancelled: BackupIn<'CANCELLED'> = {
    ...coreOf(job),
    state: 'CANCELLED',
    failure,
    reached: job.state,
    ...('snapshotFinishedAt' in job && { snapshotFinishedAt: job.snapshotFinishedAt }),
    ...('uploadFinishedAt' in job && { uploadFinishedAt: job.uploadFinishedAt }),
    finishedAt: now,
    cleanup: 'pending',
  };
  const { job: next, effects } = go(cancelled, { kind: 'clean_up' });
  return { job: next, effects: [{ kind: 'abort' }, ...effects] };
}

function coreOf(job: BackupJob): BackupCore {
  const { kind, id, label, timestamp, repository, catalog, database } = job;
  const { operator, createdAt, timeoutMs, run, size, objects, properties, externalCatalogs } = job;
  const names = { kind, id, label, timestamp, repository, catalog, database } as const;
  const catalogs = externalCatalogs === undefined ? {} : { externalCatalogs };
  const known = size === undefined ? {} : { size };
  return { ...names, operator, createdAt, timeoutMs, ...known, run, objects, ...catalogs, properties };
}

function go(job: BackupJob, effect: BackupEffect): BackupStep {
  return { job: { ...job, run: job.run + 1 }, effects: [effect] };
}

function stay(job: BackupJob): BackupStep {
  return { job, effects: [] };
}
