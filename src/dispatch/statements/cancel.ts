import { noDatabase } from '../../job/backup-job.ts';
import type { CancelScope } from '../../sql/statement.ts';
import { backupDenied } from '../access.ts';
import { notSupported } from '../analysis.ts';
import { mayFollow } from '../job-access.ts';
import { type Answer, okAnswer } from '../answer.ts';
import { type CatalogDatabase, databaseOf } from '../database-name.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** CANCEL BACKUP | RESTORE: answers when the job is cancelled for good; what it left behind goes after that. */
export async function cancel(
  statement: Readonly<{ job: 'BACKUP' | 'RESTORE'; scope: CancelScope }>,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { scope, job } = statement;
  const kind = job === 'BACKUP' ? 'backup' : 'restore';
  const place = await placeOf(scope, services, state, signal);
  const running = services.scheduler.list(place).filter((one) => one.kind === kind && !one.isSettled);
  if (running.some((one) => !mayFollow(state.access, state.user, one))) {
    throw backupDenied('EXPORT', 'the tables of the job');
  }
  await services.scheduler.cancel({ ...place, kind }, state.user);
  return okAnswer;
}

async function placeOf(
  scope: CancelScope,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<CatalogDatabase> {
  if (scope.kind === 'external_catalogs') return noDatabase;
  if (scope.kind !== 'database') throw notSupported('CANCEL of global jobs');
  return databaseOf(scope.database, services, state, signal);
}
