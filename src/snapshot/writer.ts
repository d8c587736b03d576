import { failpoint } from '../base/failpoint.ts';
import { StorageError } from '../repository/storage-error.ts';
import type { LocalFiles } from './files.ts';
import type { SnapshotName, SnapshotPlace } from './layout.ts';
import { manifestBytesMax } from './reader.ts';
import { readSmallBlob } from './small-blob.ts';
import { SnapshotError } from './snapshot-error.ts';

export type LocalBlob = Readonly<{ path: string; sha256: string; bytes: number }>;

/** `stored`: we wrote it. `present`: the repository had these bytes already, and nothing was sent. */
export type PutBlobOutcome = 'stored' | 'present';

/** True when the repository has this blob in its full size. A blob of another size is damaged and counts as missing. */
export async function hasBlob(
  place: SnapshotPlace,
  blob: Readonly<{ sha256: string; bytes: number }>,
  signal: AbortSignal,
): Promise<boolean> {
  const stat = await place.store.stat(place.layout.blob(blob.sha256), signal);
  return stat !== undefined && stat.sizeBytes === blob.bytes;
}

/**
 * Stores a file under its content's hash unless it is there. `beforePut` runs before the first byte is sent and
 * not for a blob that is there: what it notes is what the caller has to clean up. A damaged blob (one of another
 * size) is replaced, which also heals the snapshots that name it.
 */
export async function putBlob(
  place: SnapshotPlace,
  files: LocalFiles,
  blob: LocalBlob,
  beforePut: () => Promise<void>,
  signal: AbortSignal,
): Promise<PutBlobOutcome> {
  const key = place.layout.blob(blob.sha256);
  const stat = await place.store.stat(key, signal);
  if (stat?.sizeBytes === blob.bytes) return 'present';
  await beforePut();
  failpoint('blob.before_put');
  const body = files.body(blob.path, blob.bytes);
  try {
    const options = { ifAbsent: stat === undefined, sha256: blob.sha256 };
    await place.store.put(key, body, options, signal);
    failpoint('blob.after_put');
    return 'stored';
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  if (await hasBlob(place, blob, signal)) return 'present';
  throw new SnapshotError('conflict', `'${key}' is there with another size than ${blob.bytes} bytes`);
}

/**
 * Writes a snapshot's manifest, its commit point, and reads it back. A manifest that is there with the same bytes is
 * success: the answer to an earlier put was lost. Another one is SnapshotError `conflict`.
 */
export async function putManifest(
  place: SnapshotPlace,
  name: SnapshotName,
  bytes: Uint8Array,
  signal: AbortSignal,
): Promise<void> {
  const key = place.layout.manifest(name.label, name.timestamp);
  failpoint('manifest.before_put');
  try {
    await place.store.put(key, { kind: 'bytes', bytes }, { ifAbsent: true }, signal);
    failpoint('manifest.after_put');
  } catch (error) {
    if (!isTaken(error)) throw error;
  }
  const stored = await readSmallBlob(place.store, key, manifestBytesMax, signal);
  if (!Buffer.from(stored).equals(bytes)) {
    throw new SnapshotError('conflict', `'${key}' holds another snapshot`);
  }
}

/** Takes manifests away, after which the snapshots do not exist. A missing one counts as removed. */
export async function deleteManifests(
  place: SnapshotPlace,
  names: readonly SnapshotName[],
  signal: AbortSignal,
): Promise<void> {
  await place.store.deleteMany(
    names.map(({ label, timestamp }) => place.layout.manifest(label, timestamp)),
    signal,
  );
}

export async function deleteBlobs(
  place: SnapshotPlace,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  await place.store.deleteMany(
    hashes.map((sha256) => place.layout.blob(sha256)),
    signal,
  );
}

function isTaken(error: unknown): boolean {
  return error instanceof StorageError && error.kind === 'already_exists';
}
