import type { BlobStat } from '../repository/blob-store.ts';
import { StorageError } from '../repository/storage-error.ts';
import type { LocalFiles } from './files.ts';
import { type SnapshotName, snapshotOfKey, type SnapshotPlace } from './layout.ts';
import { decodeManifest, type SealedManifest } from './manifest-codec.ts';
import { readSmallBlob } from './small-blob.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Room for a quarter of a million chunks, some 16 TB of data; a file beyond it is none of ours. */
export const manifestBytesMax: number = 256 * 1024 * 1024;

export type ListedSnapshot = SnapshotName & Readonly<{ manifestBytes: number; modifiedAt: number }>;

/**
 * Every snapshot of the repository, or of a label, by label and timestamp. Reads the repository alone, one list and no file.
 */
export async function* listSnapshots(
  place: SnapshotPlace,
  signal: AbortSignal,
  label?: string,
): AsyncGenerator<ListedSnapshot> {
  const { layout } = place;
  const prefix = label === undefined ? layout.snapshotsPrefix : layout.labelPrefix(label);
  for await (const stat of place.store.list(prefix, signal)) {
    const listed = listedOf(place, stat);
    if (listed !== undefined) yield listed;
  }
}

/** True when a snapshot with this label exists, whatever its timestamp. */
export async function hasLabel(place: SnapshotPlace, label: string, signal: AbortSignal): Promise<boolean> {
  const first = await listSnapshots(place, signal, label).next();
  return first.done !== true;
}

/** Reads and checks a manifest. Throws SnapshotError `not_found` and those of `decodeManifest`. */
export async function readManifest(
  place: SnapshotPlace,
  name: SnapshotName,
  signal: AbortSignal,
): Promise<SealedManifest> {
  const key = place.layout.manifest(name.label, name.timestamp);
  const sealed = decodeManifest(await readExisting(place, name, signal), key);
  const { label, timestamp } = sealed.manifest;
  if (label !== name.label || timestamp !== name.timestamp) {
    throw new SnapshotError('foreign', `'${key}' is the manifest of '${label}' at ${timestamp}`);
  }
  return sealed;
}

/**
 * Fetches a blob into a local file and hashes what lies there, so that neither the way nor the disk can change it.
 * Throws SnapshotError `corrupt` or `not_found` that names the blob; the file is then gone.
 */
export async function fetchBlob(
  place: SnapshotPlace,
  files: LocalFiles,
  blob: Readonly<{ sha256: string; bytes: number; path: string }>,
  signal: AbortSignal,
): Promise<void> {
  const key = place.layout.blob(blob.sha256);
  try {
    const bytes = await files.receive(blob.path, place.store.get(key, undefined, signal), signal);
    if (bytes !== blob.bytes) {
      throw new SnapshotError('corrupt', `blob '${key}' has ${bytes} bytes, not ${blob.bytes}`);
    }
    const actual = await files.sha256(blob.path, signal);
    if (actual !== blob.sha256) throw new SnapshotError('corrupt', `blob '${key}' has hash ${actual}`);
  } catch (error) {
    await files.remove(blob.path);
    if (!isMissing(error)) throw error;
    throw new SnapshotError('not_found', `blob '${key}' is missing`, error);
  }
}

async function readExisting(
  place: SnapshotPlace,
  name: SnapshotName,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const key = place.layout.manifest(name.label, name.timestamp);
  try {
    return await readSmallBlob(place.store, key, manifestBytesMax, signal);
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new SnapshotError('not_found', `no snapshot '${name.label}' at ${name.timestamp}`, error);
  }
}

function listedOf(place: SnapshotPlace, stat: BlobStat): ListedSnapshot | undefined {
  const name = snapshotOfKey(place.layout, stat.key);
  return name && { ...name, manifestBytes: stat.sizeBytes, modifiedAt: stat.modifiedAt };
}

function isMissing(error: unknown): boolean {
  return error instanceof StorageError && error.kind === 'not_found';
}
