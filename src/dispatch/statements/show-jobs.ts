import { noDatabase } from '../../job/backup-job.ts';
import type { JobView } from '../../job/job-view.ts';
import type { ShowScope, ShowTail } from '../../sql/statement.ts';
import { notSupported } from '../analysis.ts';
import type { Answer } from '../answer.ts';
import { backupTable } from '../columns/show-backup.ts';
import { restoreTable } from '../columns/show-restore.ts';
import { databaseOf, unknownDatabase } from '../database-name.ts';
import { mayFollow } from '../job-access.ts';
import { filterOf, likeRows } from '../row-filter.ts';
import { shownAnswer } from '../shown-answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

type ShowJobs = Readonly<{ scope: ShowScope }> & ShowTail;

/**
 * SHOW BACKUP: the last backup of each database, as StarRocks keeps it. With LIKE, WHERE, ORDER BY or LIMIT it looks
 * through all that are still remembered.
 */
export async function showBackup(
  statement: ShowJobs,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const jobs = await visibleJobs(statement, services, state, signal);
  const views = jobs.filter((view) => view.kind === 'backup');
  const table = backupTable(isPlain(statement) ? newestOfEach(views) : views);
  return shownAnswer(likeRows(table, 'SnapshotName', statement.like), statement, services, signal);
}

/** SHOW [BRIEF] RESTORE: as SHOW BACKUP, of restores. */
export async function showRestore(
  statement: ShowJobs & Readonly<{ brief: boolean }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const jobs = await visibleJobs(statement, services, state, signal);
  const views = jobs.filter((view) => view.kind === 'restore');
  const table = restoreTable(isPlain(statement) ? newestOfEach(views) : views, statement.brief);
  return shownAnswer(likeRows(table, 'Label', statement.like), statement, services, signal);
}

function isPlain(statement: ShowTail): boolean {
  return statement.like === undefined && filterOf(statement) === undefined;
}

async function visibleJobs(
  statement: ShowJobs,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<readonly JobView[]> {
  const jobs = await jobsOf(statement, services, state, signal);
  return jobs.filter((job) => mayFollow(state.access, state.user, job));
}

/** A database that is gone may still have jobs, and one that is being restored has a job before it is there. */
async function jobsOf(
  { scope }: ShowJobs,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<readonly JobView[]> {
  if (scope.kind === 'global') throw notSupported('SHOW GLOBAL');
  if (scope.kind === 'all') {
    const { scheduler } = services;
    return [...scheduler.list(noDatabase), ...scheduler.list({ catalog: state.catalog })];
  }
  const place = await databaseOf(scope.database, services, state, signal);
  const jobs = services.scheduler.list(place);
  if (jobs.length > 0) return jobs;
  const objects = await services.catalogs.source(place.catalog).listObjects(place.database, signal);
  if (objects === undefined) throw unknownDatabase(place);
  return [];
}

/** Views come oldest first. */
function newestOfEach<View extends JobView>(views: readonly View[]): readonly View[] {
  return [...new Map(views.map((view) => [`${view.catalog}.${view.database}`, view])).values()];
}
