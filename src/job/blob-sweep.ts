import type { Clock } from '../base/clock.ts';
import { globalProject } from '../metastore/key.ts';
import type { Ownership } from '../metastore/ownership.ts';
import { withoutReferenced } from '../snapshot/references.ts';
import { deleteBlobs } from '../snapshot/writer.ts';
import type { BlobMark, BlobMarks } from './blob-marks.ts';
import type { JobId } from './job-id.ts';
import type { OpenRepository } from './open-repository.ts';

export type BlobSweepParts = Readonly<{
  marks: BlobMarks;
  ownership: Ownership;
  clock: Clock;
  /** Resolves when everything is known here that had been committed when it was called. */
  catchUp: () => Promise<void>;
  /** Jobs of all nodes that work with a repository, or have something to take away from it. */
  busyWith: (repository: string) => Iterable<JobId>;
  /** How long requests of a node that has lost its lease may still be under way. */
  strayRequestMsMax: number;
}>;

/** Who sweeps, in the audit log. */
export const sweepOperator = 'blob sweep';
/** Blobs deleted between two looks at the lease; object stores take 1,000 in one request. */
const deletionsMax = 500;

/**
 * Frees the room of marked blobs, as the owner of what belongs to no database. A mark waits for the jobs that were there
 * when it was first seen: one that has begun later knows the mark, and takes out what it counts on. When they have ended
 * their manifests tell what is needed.
 */
export class BlobSweep {
  readonly #parts: BlobSweepParts;
  /** Whom a mark, by its key, still waits for. */
  readonly #waits = new Map<string, Set<JobId>>();
  /** Marks whose deletion has begun here, under the present lease. */
  readonly #begun = new Set<string>();
  /** When a deletion was found that another node, or an earlier process, has begun. */
  readonly #foundAt = new Map<string, number>();

  constructor(parts: BlobSweepParts) {
    this.#parts = parts;
  }

  /** The lease is lost: what is known of marks is the next owner's to find out. */
  forget(): void {
    this.#waits.clear();
    this.#begun.clear();
    this.#foundAt.clear();
  }

  /**
   * One look at the marks of a repository. True when none of them has to be looked at again unless a job ends. Throws
   * MetastoreError, StorageError, and SnapshotError for a manifest that cannot be read: what is not known to be garbage
   * stays.
   */
  async sweep(place: OpenRepository, signal: AbortSignal): Promise<boolean> {
    let isDone = true;
    for (const mark of this.#parts.marks.of(place.name)) {
      if (mark.state === 'marked') await this.#sweepMarked(mark, place, signal);
      else if (!(await this.#goOn(mark, place, signal))) isDone = false;
    }
    return isDone;
  }

  async #sweepMarked(mark: BlobMark, place: OpenRepository, signal: AbortSignal): Promise<void> {
    if ((await this.#waitsFor(mark)).size > 0) return;
    const garbage = await withoutReferenced(place, mark.hashes, signal);
    const begun = await this.#parts.marks.begin(mark, garbage, sweepOperator);
    this.#waits.delete(mark.key);
    if (begun === undefined) return;
    this.#begun.add(mark.key);
    await this.#delete(begun, begun.hashes, place, signal);
  }

  /** Those of the jobs that were there when the mark was first seen which have not ended yet. */
  async #waitsFor({ key, repository }: BlobMark): Promise<ReadonlySet<JobId>> {
    const { catchUp, busyWith } = this.#parts;
    const known = this.#waits.get(key);
    // Not before the mark was there: a job that is not known here by now has read the mark.
    if (known === undefined) await catchUp();
    const busy = new Set(busyWith(repository));
    const left = known?.intersection(busy) ?? busy;
    this.#waits.set(key, left);
    return left;
  }

  /**
   * A deletion that was begun before. False while requests of the node that began it may be under way: a blob that was
   * stored anew meanwhile would be their victim.
   */
  async #goOn(mark: BlobMark, place: OpenRepository, signal: AbortSignal): Promise<boolean> {
    const { clock, strayRequestMsMax } = this.#parts;
    if (this.#begun.has(mark.key)) {
      await this.#delete(mark, mark.hashes, place, signal);
      return true;
    }
    const foundAt = this.#foundAt.get(mark.key) ?? clock.elapsed();
    this.#foundAt.set(mark.key, foundAt);
    if (clock.elapsed() - foundAt < strayRequestMsMax) return false;
    await this.#delete(mark, await withoutReferenced(place, mark.hashes, signal), place, signal);
    return true;
  }

  async #delete(
    mark: BlobMark,
    hashes: ReadonlySet<string>,
    place: OpenRepository,
    signal: AbortSignal,
  ): Promise<void> {
    const all = [...hashes];
    for (let at = 0; at < all.length; at += deletionsMax) {
      // A process may stand still for any time between two steps.
      this.#parts.ownership.epochOf(globalProject);
      await deleteBlobs(place, all.slice(at, at + deletionsMax), signal);
    }
    await this.#parts.marks.end(mark, sweepOperator);
    this.#begun.delete(mark.key);
    this.#foundAt.delete(mark.key);
  }
}
