import { MetadataError } from '../../metastore/kylin/metadata-error.ts';
import { sourceOf } from '../../metastore/kylin/own-store.ts';
import { type RestoreResult, restoreVerified } from '../../metastore/kylin/restore.ts';
import { stateAt } from '../../metastore/kylin/rollback.ts';
import { verifyBackup } from '../../metastore/kylin/verify.ts';
import type { MetadataStatement } from '../../sql/statement.ts';
import type { Answer } from '../answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { describeScope } from './metadata-scope.ts';
import { answerRestore, restoreOptions } from './restore-metadata.ts';

type Rollback = Extract<MetadataStatement, { kind: 'rollback_metadata' }>;

/** ROLLBACK METADATA: our own metadata as it was at a time, from the audit log. */
export async function rollbackMetadata(
  statement: Rollback,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { project, timestamp, dryRun, force } = statement;
  const at = timeOf(timestamp);
  if (project !== undefined) throw historyStays(project);
  const scope = { kind: 'system' } as const;
  const request = {
    ...restoreOptions(services, state, dryRun),
    scope,
    path: '',
    afterTruncate: true,
    overwriteTables: true,
    force,
  };
  const { metastore, clock, metadata } = services;
  const run = async (inner: AbortSignal): Promise<RestoreResult> => {
    const resources = await stateAt(metastore, at, clock.now(), inner);
    await using source = sourceOf(resources, clock.now());
    const report = await verifyBackup({ ...source, strangers: [] }, undefined, inner);
    return await restoreVerified(metadata.ownStore, { source, report, manifest: undefined }, request, inner);
  };
  const described = { kind: 'ROLLBACK' as const, ...describeScope(scope, undefined), user: state.user };
  return answerRestore(
    { described, path: `audit log to ${timestamp}`, dryRun, asynchronous: false, run },
    services,
    signal,
  );
}

/** A project's resources are jobs, which have happened. */
function historyStays(project: string): MetadataError {
  const text = `what the metastore has of project '${project}' is the history of its jobs, which is not taken back`;
  return new MetadataError('refused', text, {
    hint: 'ROLLBACK METADATA without PROJECT takes back settings, accounts, repositories and catalogs.',
  });
}

/** `yyyy-MM-dd HH:mm:ss` in the server's zone, the end of that second. */
function timeOf(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)$/.exec(text.trim());
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (match ?? []).slice(1).map(Number);
  const at = new Date(year, month - 1, day, hour, minute, second);
  if (match === null || at.getMonth() !== month - 1 || at.getDate() !== day) {
    throw new MetadataError('illegal', `'${text}' is no time such as '2026-01-02 03:04:05'`);
  }
  return at.getTime() + 999;
}
