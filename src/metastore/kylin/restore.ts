import { backUp } from './backup.ts';
import { openBackup } from './open-backup.ts';
import { type BackupManifest, readManifest, sha256 } from './manifest.ts';
import { MetadataError } from './metadata-error.ts';
import { planRestore, type RestoreOptions, type RestorePlan, type RestoreSides } from './plan.ts';
import type { MetadataResource, ResourceChange, ResourceSink, ResourceStore } from './resource.ts';
import type { Scope } from './selection.ts';
import { requireQualified, verifyBackup, type VerifyReport } from './verify.ts';

export type RestoreRequest = RestoreOptions &
  Readonly<{
    /** The folder of the backup. */
    path: string;
    /** Where the state before the restore is backed up to. */
    directory: string;
    dryRun: boolean;
    operator: string;
    now: number;
  }>;

export type RestoreResult = Readonly<{
  plan: RestorePlan;
  report: VerifyReport;
  /** The backup of the state before; undefined for a dry run, and when there was nothing. */
  before: string | undefined;
  /** Rows beside the metadata that were changed, too. */
  beside: number;
}>;

/**
 * Restores a backup into a store: verified, planned and checked before anything changes; then the present state is
 * backed up, and one step brings everything or nothing. Throws MetadataError.
 */
export async function restoreInto(
  store: ResourceStore,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<RestoreResult> {
  await using source = await openBackup(request.path, signal);
  const manifest: BackupManifest | undefined = await readManifest(request.path);
  const report = await verifyBackup(source, manifest, signal, keptBytesMax);
  requireQualified(report, request.path);
  return await restoreVerified(store, { source, report, manifest }, request, signal);
}

/** The same from a state that was verified already. */
export async function restoreVerified(
  store: ResourceStore,
  verified: Omit<RestoreSides, 'target'>,
  request: RestoreRequest,
  signal: AbortSignal,
): Promise<RestoreResult> {
  const { report } = verified;
  if (request.dryRun) {
    await using present = await store.openForBackup(signal);
    const plan = await planRestore({ ...verified, target: present }, request, signal);
    return { plan, report, before: undefined, beside: 0 };
  }
  await using target = await store.openForRestore(signal);
  const sides = { ...verified, target };
  const plan = await planRestore(sides, request, signal);
  const before = await backUpBefore(target, request, signal);
  const beside = await putBeside(sides, request, signal);
  await target.apply(changesOf(sides, plan, signal), request.operator, signal);
  return { plan, report, before, beside };
}

/** What was read to verify it need not be read again: half of the time of a restore of many small files. */
const keptBytesMax = 128 * 1024 * 1024;

/** A model's restore may touch shared parts of its project: the whole project is kept. */
function scopeBefore(scope: Scope): Scope {
  if (scope.kind !== 'model' || scope.project === undefined)
    return scope.kind === 'model' ? { kind: 'system' } : scope;
  return { kind: 'project', project: scope.project };
}

async function backUpBefore(
  target: ResourceSink,
  { directory, now, scope }: RestoreRequest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = {
    scope: scopeBefore(scope),
    directory,
    ending: 'before_restore_backup',
    compress: false,
    excludeTableExd: false,
    now,
  };
  try {
    return (await backUp(target, request, signal)).path;
  } catch (error) {
    if (error instanceof MetadataError && error.kind === 'not_found') return undefined;
    throw error;
  }
}

/** What lies beside the metadata comes back with a system or a project, in the same step. */
async function putBeside(
  { source, target, report }: RestoreSides & Readonly<{ target: ResourceSink }>,
  { scope, afterTruncate }: RestoreRequest,
  signal: AbortSignal,
): Promise<number> {
  if (target.putBeside === undefined || source.beside === undefined || scope.kind === 'model') return 0;
  const read = source.beside(scope.kind === 'project' ? scope.project : undefined, signal);
  const checked = async function* (): AsyncGenerator<MetadataResource, void, undefined> {
    for await (const resource of read) {
      if (report.hashes.get(resource.key) !== sha256(resource.bytes)) throw changedMeanwhile(source.place);
      yield resource;
    }
  };
  return target.putBeside(checked(), afterTruncate, signal);
}

/** Deletions first, so that what comes may use names that go. */
async function* changesOf(
  sides: RestoreSides,
  plan: RestorePlan,
  signal: AbortSignal,
): AsyncGenerator<ResourceChange, void, undefined> {
  for (const { key, mvcc } of plan.deletes) yield { kind: 'delete', key, mvcc };
  const versions = new Map(plan.updates.map(({ key, mvcc }) => [key, mvcc]));
  for await (const resource of verified(sides, [...versions.keys()], signal)) {
    yield { kind: 'update', resource, mvcc: versions.get(resource.key) ?? 0 };
  }
  for await (const resource of verified(sides, plan.inserts, signal)) yield { kind: 'insert', resource };
}

/** What is written must be what was verified. */
async function* verified(
  { source, report }: RestoreSides,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  const again: string[] = [];
  for (const key of keys) {
    const kept = report.kept.get(key);
    if (kept === undefined) again.push(key);
    else yield kept;
  }
  let count = 0;
  for await (const resource of source.read(again, signal)) {
    if (report.hashes.get(resource.key) !== sha256(resource.bytes)) throw changedMeanwhile(source.place);
    count += 1;
    yield resource;
  }
  if (count !== again.length) throw changedMeanwhile(source.place);
}

function changedMeanwhile(place: string): MetadataError {
  return new MetadataError('conflict', `the backup '${place}' was changed while it was restored`);
}
