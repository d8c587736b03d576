import type { BackupJob } from './backup-job.ts';
import type { Failure } from './job-status.ts';
import type { RestoreJob } from './restore-job.ts';

/** What the two machines have in common. A machine is pure: no clock, no I/O, no randomness. */

export type Step<Job, Effect> = Readonly<{ job: Job; effects: readonly Effect[] }>;

/** What may happen to any job. `run` is that of the effect that reports. */
export type CommonEvent =
  /** `isFinal`: trying again cannot help. Only states that try again look at it. */
  | Readonly<{ kind: 'failed'; run: number; failure: Failure; isFinal: boolean }>
  | Readonly<{ kind: 'cancel_requested' }>
  | Readonly<{ kind: 'timed_out' }>
  | Readonly<{ kind: 'server_restarted' }>
  /** What a settled job left behind has been taken away. */
  | Readonly<{ kind: 'cleaned'; run: number }>;

/** Tells the running effect to stop; its late result is dropped unless the state waits for it. */
export type CommonEffect = Readonly<{ kind: 'abort' }> | Readonly<{ kind: 'clean_up' }>;

export type Job = BackupJob | RestoreJob;

/** The wait before the n-th repetition (from 1), ms: doubled each time, from one second to one minute. */
export function backOffMs(failures: number): number {
  return Math.min(backOffFirstMs * 2 ** (failures - 1), backOffMaxMs);
}

const backOffFirstMs = 1_000;
/** A store that was away for an hour is found again within a minute. */
const backOffMaxMs = 60_000;

export function isSettled(job: Job): boolean {
  return job.state === 'FINISHED' || job.state === 'CANCELLED';
}

/**
 * True while a job that has not settled is about to: what it makes may be seen already. Not of one that could not write its
 * manifest and tries again, for as long as its timeout lets it.
 */
export function isEnding(job: Job): boolean {
  return job.state === 'COMMITTING' || (job.state === 'UPLOAD_INFO' && job.failures === 0);
}

/** True while a settled job has something to take away. */
export function isCleaning(job: Job): boolean {
  return 'cleanup' in job && job.cleanup === 'pending';
}

/** True for a report of an effect that is not the one the job waits for. */
export function isLate(job: Job, event: Readonly<{ kind: string; run?: number }>): boolean {
  return event.run !== undefined && event.run !== job.run;
}

/** True until the job has settled and what it left behind is gone. */
export function hasWorkLeft(job: Job): boolean {
  return !isSettled(job) || isCleaning(job);
}

/** The job's last write: what it left behind is gone. */
export function afterCleaning<J extends Job>(job: J, event: Readonly<{ kind: string }>): J | undefined {
  if (event.kind !== 'cleaned' || !('cleanup' in job) || job.cleanup !== 'pending') return undefined;
  return { ...job, cleanup: 'done' };
}
