import { StorageError } from '../repository/storage-error.ts';
import { canonicalJson } from './canonical-json.ts';
import type { SnapshotPlace } from './layout.ts';
import { constant, instant, record, type RecordSchema, SchemaError, text } from './schema.ts';
import { SnapshotError } from './snapshot-error.ts';
import { readSmallBlob } from './small-blob.ts';

/** What `__repo_info` says: that a repository of ours is here, and which. */
export type RepositoryInfo = Readonly<{
  format: typeof repositoryFormat;
  formatVersion: typeof repositoryVersion;
  name: string;
  /** Made once, so that two places with the same name can be told apart. */
  id: string;
  createdAt: number;
}>;

const repositoryFormat = 'holdfast repository';
const repositoryVersion = 1;
/** A real one has some two hundred bytes. */
const infoBytesMax = 64 * 1024;

export const repositoryInfoSchema: RecordSchema<RepositoryInfo> = record<RepositoryInfo>('Repository info', {
  format: constant(repositoryFormat),
  formatVersion: constant(repositoryVersion),
  name: text,
  id: text,
  createdAt: instant,
});

/** Reads `__repo_info`; `undefined` when there is none. Throws SnapshotError for a file that is not ours. */
export async function readRepositoryInfo(
  place: SnapshotPlace,
  signal: AbortSignal,
): Promise<RepositoryInfo | undefined> {
  const key = place.layout.info;
  if ((await place.store.stat(key, signal)) === undefined) return undefined;
  return decodeInfo(await readSmallBlob(place.store, key, infoBytesMax, signal), key);
}

/**
 * Joins the repository that is at the place, or founds it with `name`, `id` and `createdAt`. Two servers that do so at
 * once end up with the same one.
 */
export async function attachRepository(
  place: SnapshotPlace,
  founding: Readonly<{ name: string; id: string; createdAt: number }>,
  signal: AbortSignal,
): Promise<RepositoryInfo> {
  const existing = await readRepositoryInfo(place, signal);
  if (existing !== undefined) return existing;
  const info: RepositoryInfo = {
    format: repositoryFormat,
    formatVersion: repositoryVersion,
    ...founding,
  };
  const bytes = Buffer.from(`${canonicalJson(info)}\n`, 'utf8');
  try {
    await place.store.put(place.layout.info, { kind: 'bytes', bytes }, { ifAbsent: true }, signal);
    return info;
  } catch (error) {
    if (!(error instanceof StorageError) || error.kind !== 'already_exists') throw error;
  }
  const winner = await readRepositoryInfo(place, signal);
  if (winner === undefined) throw new SnapshotError('not_found', `'${place.layout.info}' vanished`);
  return winner;
}

/**
 * Refuses a place at which the repository is no more: a folder that was removed, a disk that is not mounted, an emptied
 * bucket. What was stored there before would be missing from whatever is written now.
 */
export async function requireRepository(
  place: SnapshotPlace,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  if ((await place.store.stat(place.layout.info, signal)) !== undefined) return;
  throw new SnapshotError(
    'no_repository',
    `repository '${name}' is not at its location any more: '${place.layout.info}' is missing. ` +
      'Has it been removed, or is its disk not mounted? If it is lost for good, DROP REPOSITORY and make another one.',
  );
}

function decodeInfo(bytes: Uint8Array, key: string): RepositoryInfo {
  const content = parse(bytes, key);
  const version = 'formatVersion' in content ? content.formatVersion : undefined;
  if (typeof version === 'number' && version > repositoryVersion) {
    throw new SnapshotError(
      'newer_version',
      `'${key}' has format version ${version}, this server reads versions up to ${repositoryVersion}`,
    );
  }
  try {
    return repositoryInfoSchema.decode(content, '');
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    throw new SnapshotError('foreign', `'${key}': ${error.message}`, error);
  }
}

function parse(bytes: Uint8Array, key: string): object {
  try {
    const content: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    if (typeof content === 'object' && content !== null) return content;
  } catch (error) {
    throw new SnapshotError('foreign', `'${key}' is not JSON`, error);
  }
  throw new SnapshotError('foreign', `'${key}' is not an object`);
}
