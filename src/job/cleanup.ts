import { SqlError } from '../base/sql-error.ts';
import { failpoint } from '../base/failpoint.ts';
import { blobsOf } from '../snapshot/manifest.ts';
import { decodeManifest } from '../snapshot/manifest-codec.ts';
import { readManifest } from '../snapshot/reader.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import { deleteManifests } from '../snapshot/writer.ts';
import type { BackupIn } from './backup-job.ts';
import type { RestoreIn } from './restore-job.ts';
import type { RestoreRun } from './restore-run.ts';
import { nameOf } from './job-id.ts';
import type { OpenRepository } from './open-repository.ts';
import type { RunContext } from './tools.ts';

/**
 * Takes away what a settled backup left behind: the manifest of a cancelled one, and its spool. Blobs that it put go
 * when no snapshot and no other job needs them. May be repeated. Throws when the repository is out of reach, to be tried
 * again.
 */
export async function cleanUpBackup(
  job: BackupIn<'FINISHED' | 'CANCELLED'>,
  context: RunContext,
  signal: AbortSignal,
): Promise<void> {
  const { tools, spool } = context;
  const garbage = await possibleGarbage(job, context);
  const isRemote = garbage.size > 0 || job.state === 'CANCELLED';
  const repository = isRemote ? await openOrGone(job.repository, context, signal) : undefined;
  if (repository !== undefined && job.state === 'CANCELLED') await takeBackManifest(job, repository, signal);
  failpoint('cleanup.manifest_deleted');
  if (repository !== undefined) await tools.disposal.discard(job.repository, garbage, nameOf(job));
  failpoint('cleanup.blobs_deleted');
  await spool.remove();
}

/**
 * Takes away what a settled restore left behind: its shadow tables, or what remembers that they are live now, and its
 * spool.
 */
export async function cleanUpRestore(
  job: RestoreIn<'FINISHED' | 'CANCELLED'>,
  run: RestoreRun,
  context: RunContext,
  signal: AbortSignal,
): Promise<void> {
  // Also a job that was cancelled in PENDING: an attempt before a restart may have got further.
  try {
    if (job.state === 'CANCELLED') await run.rollback(job, signal);
    else await run.forget(job, signal);
  } catch (error) {
    // A catalog that was dropped is out of our hands, with all that lies on its server.
    if (!(error instanceof SqlError)) throw error;
    context.tools.log.warn('cleanup_without_catalog', { catalog: job.catalog });
  }
  await context.spool.remove();
}

/** Blobs that this job began to put, without those of the snapshot that it made. */
async function possibleGarbage(
  job: BackupIn<'FINISHED' | 'CANCELLED'>,
  context: RunContext,
): Promise<ReadonlySet<string>> {
  const intents = await context.spool.readIntents();
  if (job.state === 'CANCELLED' || intents.size === 0) return intents;
  const bytes = await context.spool.readManifest();
  if (bytes === undefined) return intents;
  return intents.difference(blobsOf(decodeManifest(bytes, 'manifest.json').manifest));
}

/** A repository that was dropped, or lost its place, is out of our hands, with all that lies in it. */
async function openOrGone(
  name: string,
  context: RunContext,
  signal: AbortSignal,
): Promise<OpenRepository | undefined> {
  try {
    return await context.tools.openRepository(name, signal);
  } catch (error) {
    const isLost = error instanceof SnapshotError && error.kind === 'no_repository';
    if (!isLost && !(error instanceof SqlError)) throw error;
    context.tools.log.warn('cleanup_without_repository', { repository: name });
    return undefined;
  }
}

/** The put of a manifest may have succeeded while the cancel was on its way; the cancel was answered first. */
async function takeBackManifest(
  job: BackupIn<'CANCELLED'>,
  repository: OpenRepository,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { manifest } = await readManifest(repository, job, signal);
    const isOwn = manifest.server.job === String(job.id) && manifest.createdAt === job.createdAt;
    if (isOwn) await deleteManifests(repository, [job], signal);
  } catch (error) {
    // Missing, or somebody else's: nothing of ours.
    if (!(error instanceof SnapshotError)) throw error;
  }
}
