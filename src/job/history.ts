import { isSettled, type Job } from './machine.ts';
import type { JobSettings } from './tools.ts';

/** Which settled jobs are to be forgotten: all but the newest of each database, and those that ended long ago. */
export function expiredJobs(jobs: readonly Job[], settings: JobSettings, now: number): readonly Job[] {
  const oldest = now - settings.historyJobKeepMaxSecond * 1000;
  const byDatabase = Object.groupBy(jobs.filter(isForgettable), (job) =>
    JSON.stringify([job.catalog, job.database]),
  );
  return Object.values(byDatabase).flatMap((own = []) => {
    const newestFirst = own.toSorted((left, right) => (left.id < right.id ? 1 : -1));
    return newestFirst.filter(
      (job, index) =>
        index >= settings.jobsPerDatabaseMax || ('finishedAt' in job && job.finishedAt < oldest),
    );
  });
}

/** A job whose cleanup is not done is still needed to do it. */
function isForgettable(job: Job): boolean {
  return isSettled(job) && 'cleanup' in job && job.cleanup === 'done';
}
