import { SqlError } from '../base/sql-error.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { hasLabel, readManifest } from '../snapshot/reader.ts';
import { SnapshotError } from '../snapshot/snapshot-error.ts';
import type { BackupJob } from './backup-job.ts';
import type { RestoreRequest } from './requests.ts';
import type { OpenRepository } from './open-repository.ts';

/** Refuses, in StarRocks' words, a label that is used or a repository that takes no snapshots. */
export async function checkLabel(
  repository: OpenRepository,
  label: string,
  signal: AbortSignal,
): Promise<void> {
  if (repository.readOnly) throw new SqlError('backup', `Repository ${repository.name} is read only`);
  if (await isUsed(repository, label, signal)) {
    throw labelTaken(label, 'Choose another name, or DROP SNAPSHOT first.');
  }
}

/** StarRocks' words for a label that another snapshot has, or is going to have. */
export function labelTaken(label: string, hint: string): SqlError {
  return new SqlError('backup', `Snapshot with name '${label}' already exist in repository`, { hint });
}

/** The manifest that RESTORE names, or StarRocks' words for why it cannot be read. */
export async function manifestToRestore(
  repository: OpenRepository,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<Manifest> {
  try {
    return (await readManifest(repository, request, signal)).manifest;
  } catch (error) {
    const isMissing = error instanceof SnapshotError && error.kind === 'not_found';
    const key = repository.layout.manifest(request.label, request.timestamp);
    if (isMissing) throw noSuchSnapshot(request.label, key, error);
    const message = `Failed to get info of snapshot '${request.label}' because: ${messageOf(error)}`;
    throw new SqlError('backup', message, { cause: error });
  }
}

/** StarRocks' words for a label or a timestamp that the repository has not, and where those that it has are to be seen. */
export function noSuchSnapshot(label: string, file: string, cause?: unknown): SqlError {
  const reason = `Expected one file with path: ${file}. get: 0. Maybe specified wrong backup timestamp`;
  const message = `Failed to get info of snapshot '${label}' because: ${reason}`;
  return new SqlError('backup', message, {
    hint: 'SHOW SNAPSHOT ON the repository lists each snapshot with its Timestamp.',
    cause,
  });
}

/** For a manifest whose backup may still take it back, or is going to. */
export function noSnapshotOf({ label, state }: BackupJob): SqlError {
  const isCancelled = state === 'CANCELLED';
  const reason = isCancelled ? 'its backup was cancelled' : 'the backup that writes it has not finished';
  const hint = isCancelled ? {} : { hint: 'SHOW BACKUP tells how far it is.' };
  return new SqlError('backup', `Failed to get info of snapshot '${label}' because: ${reason}`, hint);
}

async function isUsed(repository: OpenRepository, label: string, signal: AbortSignal): Promise<boolean> {
  try {
    return await hasLabel(repository, label, signal);
  } catch (error) {
    const message = `Failed to list snapshots in repository ${repository.name}: ${messageOf(error)}`;
    throw new SqlError('backup', message, { cause: error });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
