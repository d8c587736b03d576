import { jobProject } from '../../job/job-record.ts';
import { globalProject } from '../../metastore/key.ts';
import { readManifest } from '../../metastore/kylin/manifest.ts';
import { MetadataError } from '../../metastore/kylin/metadata-error.ts';
import type { MetadataJobRequest } from '../../metastore/kylin/metadata-jobs.ts';
import { openBackup } from '../../metastore/kylin/open-backup.ts';
import { countsOf } from '../../metastore/kylin/plan.ts';
import { restoreInto, type RestoreRequest, type RestoreResult } from '../../metastore/kylin/restore.ts';
import { requireQualified, verifyBackup } from '../../metastore/kylin/verify.ts';
import type { MetadataBackup, MetadataStatement } from '../../sql/statement.ts';
import { type Answer, rowsAnswer } from '../answer.ts';
import { metadataJobTable, planTable } from '../columns/show-metadata.ts';
import { createDefinitions, planDefinitions } from '../own-definitions.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';
import { checkPlace, openPlace, storeOf, textOfBackup } from './metadata-places.ts';
import { definitionsOf, describeScope, type OwnDefinitions, scopeOf } from './metadata-scope.ts';

type Restore = Extract<MetadataStatement, { kind: 'restore_metadata' }>;

/** RESTORE METADATA: verified and planned, the present state backed up, then all or nothing. */
export async function restoreMetadata(
  statement: Restore,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { store, dryRun } = statement;
  const own = await definitionsOf(statement, services, state, signal);
  await requireOwner(own, store, services);
  const from = await checkPlace(statement.from, services);
  if (own !== undefined)
    return restoreDefinitions(statement, own, { ...services, from, user: state.user }, signal);
  const request = {
    ...restoreOptions(services, state, dryRun),
    scope: scopeOf(statement.scope, store === undefined, true),
    afterTruncate: statement.afterTruncate,
    overwriteTables: statement.overwriteTables,
    force: statement.force,
  };
  const target = storeOf(store, services);
  const run = async (inner: AbortSignal): Promise<RestoreResult> => {
    await using backup = await openPlace(from, services, inner);
    return await restoreInto(target, { ...request, path: backup.folder }, inner);
  };
  const described = { kind: 'RESTORE' as const, ...describeScope(statement.scope, store), user: state.user };
  return answerRestore(
    { described, path: textOfBackup(from), dryRun, asynchronous: statement.asynchronous, run },
    services,
    signal,
  );
}

/** Definitions are made where their database lies; settings and accounts are the owner's of `_global`; a Kylin's store is anybody's. */
async function requireOwner(
  own: OwnDefinitions | undefined,
  store: string | undefined,
  { node }: Services,
): Promise<void> {
  if (own !== undefined) await node.ownership.require(jobProject(own.place));
  else if (store === undefined) await node.ownership.require(globalProject);
}

/**
 * RESTORE METADATA of a database of ours, or of a cube in it: the definitions that are missing are made, without rows; those
 * that are there stay. There is no state before that could be lost.
 */
async function restoreDefinitions(
  statement: Restore,
  { place, scope }: OwnDefinitions,
  parts: Services & Readonly<{ from: MetadataBackup; user: string }>,
  signal: AbortSignal,
): Promise<Answer> {
  const { from, clock, user } = parts;
  const { dryRun, asynchronous } = statement;
  if (statement.afterTruncate || statement.overwriteTables) throw neverReplaced();
  const run = async (inner: AbortSignal): Promise<RestoreResult> => {
    await using backup = await openPlace(from, parts, inner);
    await using source = await openBackup(backup.folder, inner);
    const report = await verifyBackup(source, await readManifest(backup.folder), inner);
    requireQualified(report, textOfBackup(from));
    const restore = await planDefinitions(source, place, scope, inner);
    const id = `metadata${clock.now()}`;
    if (!dryRun && restore.missing.length > 0) await createDefinitions(restore, place, id, inner);
    return { plan: restore.plan, report, before: undefined, beside: 0 };
  };
  const described = { kind: 'RESTORE' as const, ...describeScope(statement.scope, undefined), user };
  return answerRestore({ described, path: textOfBackup(from), dryRun, asynchronous, run }, parts, signal);
}

type RestoreWork = Readonly<{
  described: MetadataJobRequest;
  path: string;
  dryRun: boolean;
  asynchronous: boolean;
  run: (signal: AbortSignal) => Promise<RestoreResult>;
}>;

/** A dry run is no job: it changes nothing and keeps no history. */
export async function answerRestore(
  work: RestoreWork,
  services: Services,
  signal: AbortSignal,
): Promise<Answer> {
  if (work.dryRun) return rowsAnswer(planTable((await work.run(signal)).plan));
  const job = await services.metadata.jobs.run(
    work.described,
    async (inner) => {
      const { plan, report, before, beside } = await work.run(inner);
      return {
        path: work.path,
        generation: report.generation,
        resources: report.resources,
        bytes: report.bytes,
        ...(report.offset !== undefined && { offset: report.offset }),
        changes: beside === 0 ? countsOf(plan) : `${countsOf(plan)}; ${beside} rows beside the metadata`,
        ...(before !== undefined && { before }),
      };
    },
    work.asynchronous,
    signal,
  );
  return rowsAnswer(metadataJobTable([job]));
}

type Fixed = Pick<RestoreRequest, 'directory' | 'dryRun' | 'operator' | 'now'>;

export function restoreOptions({ metadata, clock }: Services, state: SessionState, dryRun: boolean): Fixed {
  return { directory: metadata.folder, dryRun, operator: state.user, now: clock.now() };
}

function neverReplaced(): MetadataError {
  return new MetadataError(
    'refused',
    'a restore of definitions only makes what is missing: tables that are there have rows',
    {
      hint: 'Drop or rename them first; RESTORE SNAPSHOT replaces tables with their rows.',
    },
  );
}
