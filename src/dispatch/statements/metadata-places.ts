import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { SqlError } from '../../base/sql-error.ts';
import type { BackupRequest, BackupResult } from '../../metastore/kylin/backup.ts';
import { backUp } from '../../metastore/kylin/backup.ts';
import { MetadataError } from '../../metastore/kylin/metadata-error.ts';
import { type BackupManifest, type ManifestEntry, readManifest } from '../../metastore/kylin/manifest.ts';
import { openBackup } from '../../metastore/kylin/open-backup.ts';
import type { MetadataResource, ResourceSource, ResourceStore } from '../../metastore/kylin/resource.ts';
import { requireQualified, verifyBackup } from '../../metastore/kylin/verify.ts';
import type { MetadataBackup, MetadataPlace } from '../../sql/statement.ts';
import { MetadataShelf } from '../metadata-shelf.ts';
import type { Services } from '../services.ts';

/** A backup that is looked at or restored. `folder` is where its files are until it is disposed of. */
export type OpenBackup = AsyncDisposable & Readonly<{ folder: string }>;

/**
 * A folder that a statement names is absolute, a `file:///` URL, or the name of one in the folder of backups: the answer has it
 * absolute. Throws SqlError for one that the configuration does not allow, and for a repository that is unknown.
 */
export async function checkPlace<T extends MetadataPlace>(place: T, services: Services): Promise<T> {
  if (place.kind === 'path') return { ...place, path: await absolute(place.path, services) };
  services.repositories.get(place.repository);
  return place;
}

/** A backup as users read of it. */
export function textOfBackup(from: MetadataBackup): string {
  return from.kind === 'path' ? from.path : `${from.repository}/${from.folder}`;
}

async function absolute(text: string, { metadata }: Services): Promise<string> {
  const plain = text.replaceAll(/%2e/gi, '.').replaceAll(/%2f/gi, '/');
  if (plain.split('/').includes('..')) throw leadsUp(text);
  const folder = text.startsWith('file://') ? fileURLToPath(text) : text;
  const found = path.isAbsolute(folder) ? path.normalize(folder) : path.join(metadata.folder, folder);
  if (found !== metadata.folder && path.dirname(found) !== metadata.folder) await metadata.checkFolder(found);
  return found;
}

function leadsUp(text: string): MetadataError {
  return new MetadataError('illegal', `'${text}' leads upwards with '..': nothing was done`, {
    hint: 'Name the folder by its whole path.',
  });
}

/** Opens a backup to read it: one in a repository is fetched into a folder of its own first. */
export async function openPlace(
  from: MetadataBackup,
  services: Services,
  signal: AbortSignal,
): Promise<OpenBackup> {
  if (from.kind === 'path') return { folder: from.path, [Symbol.asyncDispose]: async () => undefined };
  const shelf = await shelfOf(from.repository, services, signal);
  await using opening = new AsyncDisposableStack();
  const scratch = opening.use(await services.metadata.scratch());
  const folder = await shelf.fetch(from.folder, scratch.path, signal);
  const held = opening.move();
  return { folder, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The store of that name, or Holdfast's own. */
export function storeOf(name: string | undefined, { metadata }: Services): ResourceStore {
  return name === undefined ? metadata.ownStore : metadata.stores.open(name);
}

/**
 * Opens a backup of which every byte was read and found right: with what its manifest knows of where it is from and of its
 * versions. Throws MetadataError.
 */
export async function openVerified(
  from: MetadataBackup,
  services: Services,
  signal: AbortSignal,
): Promise<ResourceSource> {
  await using opening = new AsyncDisposableStack();
  const { folder } = opening.use(await openPlace(from, services, signal));
  const source = opening.use(await openBackup(folder, signal));
  const manifest = await readManifest(folder);
  requireQualified(await verifyBackup(source, manifest, signal), textOfBackup(from));
  const held = opening.move();
  return {
    ...source,
    place: manifest?.source ?? textOfBackup(from),
    ...(manifest?.unitId !== undefined && { unitId: manifest.unitId }),
    read: (keys, inner) => withVersions(source.read(keys, inner), manifest),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function* withVersions(
  resources: AsyncIterable<MetadataResource>,
  manifest: BackupManifest | undefined,
): AsyncGenerator<MetadataResource, void, undefined> {
  for await (const resource of resources)
    yield { ...resource, ...versionOf(manifest?.resources[resource.key]) };
}

function versionOf(entry: ManifestEntry | undefined): Partial<MetadataResource> {
  if (entry === undefined) return {};
  const { mvcc, modifiedAt } = entry;
  return { mvcc, ...(modifiedAt !== undefined && { modifiedAt }) };
}

export async function shelfOf(
  repository: string,
  services: Pick<Services, 'openRepository'>,
  signal: AbortSignal,
): Promise<MetadataShelf> {
  return new MetadataShelf(await services.openRepository(repository, signal));
}

/** Throws SqlError for a repository that nothing may be written to. */
export function requireWritable(place: MetadataPlace, { repositories }: Services): void {
  if (place.kind === 'path' || !repositories.get(place.repository).readOnly) return;
  throw new SqlError('backup', `Repository ${place.repository} is read only`);
}

/** Backs a source up to a folder, or as an archive into a repository; `path` of the result is the text for users. */
export async function backUpTo(
  place: MetadataPlace,
  source: ResourceSource,
  request: Omit<BackupRequest, 'directory'>,
  services: Pick<Services, 'openRepository' | 'metadata'>,
  signal: AbortSignal,
): Promise<BackupResult> {
  if (place.kind === 'path') return backUp(source, { ...request, directory: place.path }, signal);
  const shelf = await shelfOf(place.repository, services, signal);
  await using scratch = await services.metadata.scratch();
  // The archive and its manifest are all that a repository keeps of a backup.
  const packed = { ...request, compress: true, metadataAlone: true, directory: scratch.path };
  const made = await backUp(source, packed, signal);
  const name = await shelf.put(made, request.folder !== undefined, request.now, signal);
  return { ...made, path: `${place.repository}/${name}` };
}
