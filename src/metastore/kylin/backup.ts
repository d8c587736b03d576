import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { archiveName, coreFolder } from './detect.ts';
import { failpoint } from '../../base/failpoint.ts';
import { claimFolder, folderName, nameFolder, releaseFolder } from './folder-name.ts';
import { writeBeside, writeFolder } from './folder-writer.ts';
import { type BackupManifest, type ManifestEntry, sha256, writeManifest } from './manifest.ts';
import { MetadataError } from './metadata-error.ts';
import { emptySegments } from './model-closure.ts';
import type { Generation, MetadataResource, ResourceSource } from './resource.ts';
import type { Scope, Selection } from './selection.ts';
import { select } from './scope.ts';
import { writeArchive } from './zip-writer.ts';

export type BackupRequest = Readonly<{
  scope: Scope;
  /** Absolute; the backup becomes a folder in it. */
  directory: string;
  /** The folder's name; Kylin's by the time when absent. */
  folder?: string;
  /** What stands after the time in a name that was not given. */
  ending?: string;
  compress: boolean;
  excludeTableExd: boolean;
  /** Without what lies beside the metadata. */
  metadataAlone?: boolean;
  now: number;
}>;

export type BackupResult = Readonly<{
  path: string;
  generation: Generation;
  resources: number;
  bytes: number;
  offset: number | undefined;
}>;

/**
 * Writes a backup of `source`: Kylin's layout in a folder that appears complete or not at all, our manifest beside
 * it. Throws MetadataError; `not_found` when the scope holds nothing, having written nothing.
 */
export async function backUp(
  source: ResourceSource,
  request: BackupRequest,
  signal: AbortSignal,
): Promise<BackupResult> {
  const { scope, directory, folder, now, ending } = request;
  if (source.generation === 'A') throw readOnlyGeneration();
  const selection = await select(source, scope, request, signal);
  requireSomething(selection, scope, source.place);
  const claimed = await claimFolder(directory, folder, folderName(now, ending));
  try {
    const offset = keepsOffset(source.generation, scope) ? source.offset : undefined;
    const tally = new Tally();
    const resources = tally.count(wanted(source, selection, signal));
    await write(claimed.partial, { generation: source.generation, resources, offset }, request.compress);
    const beside = new Tally();
    await writeBeside(claimed.partial, beside.count(besideOf(source, request, signal)));
    signal.throwIfAborted();
    failpoint('metadata.files_written');
    const named = await nameFolder(claimed);
    failpoint('metadata.folder_named');
    await writeManifest(named, manifestOf(source, request, { tally, beside, offset }));
    const { bytes, resources: count } = tally;
    return { path: named, generation: source.generation, resources: count, bytes, offset };
  } finally {
    await releaseFolder(claimed);
  }
}

/** B's project level has no `_image`; C's has. A model's never says that followers may start from it. */
function keepsOffset(generation: Generation, scope: Scope): boolean {
  return scope.kind === 'system' || (scope.kind === 'project' && generation === 'C');
}

type Written = Readonly<{
  generation: Generation;
  resources: AsyncIterable<MetadataResource>;
  offset: number | undefined;
}>;

async function write(folder: string, written: Written, compress: boolean): Promise<void> {
  const { generation, resources, offset } = written;
  const root = generation === 'C' ? path.join(folder, coreFolder) : folder;
  if (!compress) return writeFolder(root, generation, resources, offset);
  if (generation === 'C') await mkdir(root, { mode: 0o700 });
  return writeArchive(path.join(root, archiveName), generation, resources, offset);
}

/** What lies beside the metadata of a system or a project; a model has nothing there. */
async function* besideOf(
  source: ResourceSource,
  { scope, metadataAlone = false }: BackupRequest,
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  if (source.beside === undefined || metadataAlone || scope.kind === 'model') return;
  yield* source.beside(scope.kind === 'project' ? scope.project : undefined, signal);
}

/** The selected resources as they go into the backup. */
async function* wanted(
  source: ResourceSource,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  for await (const resource of source.read(selection.keys, signal)) {
    signal.throwIfAborted();
    const isEmptied = selection.withoutSegments.has(resource.key);
    yield isEmptied ? { ...resource, bytes: emptySegments(resource.bytes) } : resource;
  }
}

/** Counts and hashes what goes by. */
class Tally {
  resources = 0;
  bytes = 0;
  readonly entries: Record<string, ManifestEntry> = {};

  async *count(
    resources: AsyncIterable<MetadataResource>,
  ): AsyncGenerator<MetadataResource, void, undefined> {
    for await (const resource of resources) {
      this.resources += 1;
      this.bytes += resource.bytes.length;
      const { key, bytes, mvcc, modifiedAt } = resource;
      this.entries[key] = { sha256: sha256(bytes), mvcc, modifiedAt };
      yield resource;
    }
  }
}

function manifestOf(
  source: ResourceSource,
  request: BackupRequest,
  { tally, beside, offset }: Readonly<{ tally: Tally; beside: Tally; offset: number | undefined }>,
): BackupManifest {
  return {
    version: 1,
    level: request.scope.kind === 'model' ? 'cube' : request.scope.kind,
    generation: source.generation,
    source: source.place,
    offset: offset ?? null,
    ...(offset !== undefined && source.unitId !== undefined && { unitId: source.unitId }),
    finishedAt: new Date(request.now).toISOString(),
    resources: tally.entries,
    ...(beside.resources > 0 && { beside: beside.entries }),
  };
}

function requireSomething(selection: Selection, scope: Scope, place: string): void {
  if (scope.kind === 'project' && !selection.isThere) {
    throw new MetadataError('not_found', `there is no project '${scope.project}' in '${place}'`);
  }
  if (selection.keys.length === 0) {
    throw new MetadataError('not_found', `'${place}' holds no metadata: nothing was written`);
  }
}

function readOnlyGeneration(): MetadataError {
  return new MetadataError('refused', 'metadata of Kylin 2 to 4 can be read and verified, not written');
}
