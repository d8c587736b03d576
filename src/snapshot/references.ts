import type { SnapshotPlace } from './layout.ts';
import { blobsOf } from './manifest.ts';
import { listSnapshots, readManifest } from './reader.ts';
import { SnapshotError } from './snapshot-error.ts';
import { deleteBlobs } from './writer.ts';

/** Manifests are read once for so many blobs: some ten megabytes of hashes. */
const orphanBatchMax = 100_000;

/**
 * Which blobs the running backups of this process count on, so that a cleanup beside them does not take away a blob
 * which no manifest names yet. One for each repository.
 */
export class BlobClaims {
  readonly #isAlone: boolean;
  readonly #holders = new Map<string, Set<string>>();
  readonly #deleting = new Map<string, Promise<void>>();
  #released = Promise.withResolvers<void>();

  /**
   * `isAlone`: no other process writes to the repositories. Else nothing is ever deleted: what the jobs of others count on
   * is not known here.
   */
  constructor(isAlone = true) {
    this.#isAlone = isAlone;
  }

  /** Claims a blob for a job until `release`. Waits while the blob is being deleted, so that a look at the store afterwards is true. */
  async claim(sha256: string, job: string): Promise<void> {
    let deletion = this.#deleting.get(sha256);
    while (deletion !== undefined) {
      await deletion;
      deletion = this.#deleting.get(sha256);
    }
    const holders = this.#holders.get(sha256) ?? new Set<string>();
    this.#holders.set(sha256, holders.add(job));
  }

  release(job: string): void {
    for (const [sha256, holders] of this.#holders) {
      if (holders.delete(job) && holders.size === 0) this.#holders.delete(sha256);
    }
    this.#wake();
  }

  /** Resolves when claims are released or a deletion ends: what was busy may be free then. */
  nextRelease(): Promise<void> {
    return this.#released.promise;
  }

  isClaimed(sha256: string): boolean {
    return this.#holders.has(sha256);
  }

  /**
   * Runs `remove` over those of `hashes` that nobody claims; claims on them wait until it has ended. Returns the
   * others, which are to be looked at again after a release.
   */
  async deleteUnclaimed(
    hashes: Iterable<string>,
    remove: (hashes: readonly string[]) => Promise<void>,
  ): Promise<readonly string[]> {
    if (!this.#isAlone) return [];
    const { free = [], busy = [] } = Object.groupBy(hashes, (sha256) =>
      this.isClaimed(sha256) || this.#deleting.has(sha256) ? 'busy' : 'free',
    );
    if (free.length === 0) return busy;
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const sha256 of free) this.#deleting.set(sha256, promise);
    try {
      await remove(free);
    } finally {
      for (const sha256 of free) this.#deleting.delete(sha256);
      resolve();
      this.#wake();
    }
    return busy;
  }

  #wake(): void {
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }
}

/**
 * Deletes those of `candidates` that neither a manifest of the repository nor a running job of this process needs.
 * Returns those that a running job has claimed: only its end decides about them. A manifest that cannot be read stops
 * it: what is not known to be garbage stays.
 */
export async function deleteUnreferenced(
  place: SnapshotPlace,
  claims: BlobClaims,
  candidates: Iterable<string>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  return await claims.deleteUnclaimed(candidates, async (free) => {
    const garbage = await withoutReferenced(place, free, signal);
    if (garbage.size > 0) await deleteBlobs(place, [...garbage], signal);
  });
}

/**
 * Deletes every blob older than `beforeMs` (since 1970) that nothing needs: what a crash between the deletion of a
 * manifest and that of its blobs left behind. Returns how many it looked at. For one server of a repository at a time:
 * the claims are those of this process.
 */
export async function deleteOrphans(
  place: SnapshotPlace,
  claims: BlobClaims,
  beforeMs: number,
  signal: AbortSignal,
): Promise<number> {
  let looked = 0;
  let batch: string[] = [];
  for await (const { key, modifiedAt } of place.store.list(place.layout.blobsPrefix, signal)) {
    const sha256 = /([0-9a-f]{64})\.parquet$/.exec(key)?.[1];
    if (sha256 === undefined || modifiedAt >= beforeMs) continue;
    looked += 1;
    batch.push(sha256);
    if (batch.length < orphanBatchMax) continue;
    await deleteUnreferenced(place, claims, batch, signal);
    batch = [];
  }
  if (batch.length > 0) await deleteUnreferenced(place, claims, batch, signal);
  return looked;
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
