import type { SnapshotPlace } from './layout.ts';
import { blobsOf } from './manifest.ts';
import { listSnapshots, readManifest } from './reader.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Manifests are read once for so many blobs: some ten megabytes of hashes. */
const batchMax = 100_000;

/** Hashes of the blobs that were stored before `beforeMs` (since 1970), in batches. */
export async function* oldBlobs(
  place: SnapshotPlace,
  beforeMs: number,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const { key, modifiedAt } of place.store.list(place.layout.blobsPrefix, signal)) {
    const sha256 = /([0-9a-f]{64})\.parquet$/.exec(key)?.[1];
    if (sha256 === undefined || modifiedAt >= beforeMs) continue;
    batch.push(sha256);
    if (batch.length < batchMax) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Those of `hashes` that no manifest of the repository names. Reads every manifest, one at a time. */
export async function withoutReferenced(
  place: SnapshotPlace,
  hashes: Iterable<string>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const left = new Set(hashes);
  for await (const name of listSnapshots(place, signal)) {
    if (left.size === 0) break;
    for (const sha256 of await blobsOfSnapshot(place, name, signal)) left.delete(sha256);
  }
  return left;
}

async function blobsOfSnapshot(
  place: SnapshotPlace,
  name: Readonly<{ label: string; timestamp: string }>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  try {
    return blobsOf((await readManifest(place, name, signal)).manifest);
  } catch (error) {
    // Deleted since it was listed: it names nothing any more.
    if (error instanceof SnapshotError && error.kind === 'not_found') return new Set();
    throw error;
  }
}
