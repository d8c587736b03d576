import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { SqlError } from '../base/sql-error.ts';
import { pause } from '../base/waiting.ts';
import { globalProject } from '../metastore/key.ts';
import { type Metastore, MetastoreError } from '../metastore/metastore.ts';
import type { Ownership } from '../metastore/ownership.ts';
import { ProjectLocks } from '../metastore/project-locks.ts';
import type { SnapshotName } from '../snapshot/layout.ts';
import { oldBlobs, withoutReferenced } from '../snapshot/references.ts';
import { deleteManifests } from '../snapshot/writer.ts';
import { BlobMarks, isMarkKey } from './blob-marks.ts';
import { BlobSweep, sweepOperator } from './blob-sweep.ts';
import { type JobId, nameOf } from './job-id.ts';
import { isJobKey } from './job-record.ts';
import { backOffMs, type Job } from './machine.ts';
import type { OpenRepository } from './open-repository.ts';

export type DisposalParts = Readonly<{
  metastore: Metastore;
  ownership: Ownership;
  clock: Clock;
  log: Log;
  catchUp: () => Promise<void>;
  busyWith: (repository: string) => Iterable<JobId>;
  openRepository: (name: string, signal: AbortSignal) => Promise<OpenRepository>;
  strayRequestMsMax: number;
  /** Names marks; random by default. */
  newMarkId?: () => string;
}>;

/** A blob that a job is about to count on. */
export type Counted = Readonly<{ repository: string; sha256: string; job: Pick<Job, 'id'> }>;

/** A deletion that could not be done is tried again within an hour. */
const retryMsMax = 3_600_000;

/**
 * Takes blobs away that nobody needs, so that no backup, of this node or another, ever loses one that it counts on. What
 * may not be needed is marked in the metastore, where it outlives every process; the owner of what belongs to no
 * database frees it as soon as no job is left that may have looked before the mark was there.
 */
export class Disposal implements AsyncDisposable {
  readonly #parts: DisposalParts;
  readonly #marks: BlobMarks;
  readonly #sweep: BlobSweep;
  /** One at a time for each repository looks at its marks, or makes some with the manifests that it takes away. */
  readonly #turns = new ProjectLocks();
  /** Jobs that know all marks which were made before they began. */
  readonly #informed = new Map<JobId, Promise<void>>();
  readonly #failures = new Map<string, number>();
  readonly #retries = new Map<string, Disposable>();
  readonly #stopped = new AbortController();
  readonly #subscriptions: readonly Disposable[];
  #lease = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #isStarted = false;
  #isQueued = false;

  constructor(parts: DisposalParts) {
    const { metastore, ownership } = parts;
    this.#parts = parts;
    this.#marks = new BlobMarks(metastore, parts.newMarkId);
    this.#sweep = new BlobSweep({ ...parts, marks: this.#marks });
    this.#subscriptions = [
      this.#marks,
      metastore.onCommit((keys) => {
        if (keys.some((key) => isMarkKey(key) || isJobKey(key))) this.#look();
      }),
      ownership.onChange(({ project, isHeld }) => {
        if (project === globalProject) this.#changed(isHeld);
      }),
    ];
  }

  /** Begins to free what is marked. */
  start(): void {
    this.#isStarted = true;
    this.#look();
  }

  /**
   * From here until the job has ended nobody deletes the blob; to be called before the job looks whether it is there. `note` runs
   * before a blob is kept that would have been deleted: the job has to discard it when it is cancelled. Waits while the blob is
   * being deleted, or the metastore is away.
   */
  async claim(blob: Counted, note: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (let failures = 1; ; failures++) {
      try {
        await this.#inform(blob.job);
        await this.#marks.takeOut(blob, nameOf(blob.job), note, signal);
        return;
      } catch (error) {
        if (!(error instanceof MetastoreError)) throw error;
        const { job, repository } = blob;
        this.#parts.log.warn('blob_not_claimed', { job: job.id, repository, error: error.message });
      }
      await pause(this.#parts.clock, backOffMs(failures), signal);
    }
  }

  /** The job has ended, or goes on elsewhere. */
  forget(job: JobId): void {
    this.#informed.delete(job);
    this.#look();
  }

  /** Keeps that these blobs may not be needed: what nobody needs of them will be deleted. Throws MetastoreError. */
  async discard(repository: string, hashes: Iterable<string>, operator: string): Promise<void> {
    await this.#marks.add(repository, hashes, operator);
  }

  /**
   * Takes snapshots away and, as far as no job is in the way, what they alone needed; the rest goes when the jobs have ended.
   * Marked first: whatever happens in between, nothing is left that nobody looks at. Throws MetastoreError, StorageError.
   */
  async removeSnapshots(
    place: OpenRepository,
    removed: Readonly<{ names: readonly SnapshotName[]; blobs: Iterable<string> }>,
    operator: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#turns.run(place.name, async () => {
      await this.discard(place.name, removed.blobs, operator);
      await deleteManifests(place, removed.names, signal);
    });
    await this.#tryToFree(place.name);
  }

  /**
   * Marks every blob older than `beforeMs` (since 1970) that no snapshot needs, and frees what no job is in the way of.
   * Returns how many it has marked. Throws MetastoreError, StorageError, SnapshotError.
   */
  async clean(
    place: OpenRepository,
    beforeMs: number,
    operator: string,
    signal: AbortSignal,
  ): Promise<number> {
    let marked = 0;
    for await (const hashes of oldBlobs(place, beforeMs, signal)) {
      const garbage = await withoutReferenced(place, hashes, signal);
      await this.discard(place.name, garbage, operator);
      marked += garbage.size;
    }
    await this.#tryToFree(place.name);
    return marked;
  }

  /** True while blobs of the repository are about to be deleted, unless that has just failed. */
  isFreeing(repository: string): boolean {
    return !this.#failures.has(repository) && this.#marks.of(repository).length > 0;
  }

  /** Resolves when everything has been looked at that there was to look at. */
  async idle(): Promise<void> {
    while (this.#isQueued) await this.#running;
    await this.#running;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    for (const subscription of this.#subscriptions) subscription[Symbol.dispose]();
    for (const timer of this.#retries.values()) timer[Symbol.dispose]();
    await this.#running;
  }

  /** Marks that were made before the job's record was are known here from now on; those made later wait for the job. */
  #inform({ id }: Pick<Job, 'id'>): Promise<void> {
    const known = this.#informed.get(id);
    if (known !== undefined) return known;
    const informed = this.#parts.catchUp();
    this.#informed.set(id, informed);
    informed.catch(() => this.#informed.delete(id));
    return informed;
  }

  #changed(isHeld: boolean): void {
    this.#sweep.forget();
    this.#lease.abort(new Error('another node frees the blobs now'));
    this.#lease = new AbortController();
    if (isHeld) this.#look();
  }

  /** Looks at all marks, soon. */
  #look(): void {
    if (!this.#isStarted || this.#isQueued || this.#stopped.signal.aborted) return;
    if (this.#marks.repositories().length === 0) return;
    this.#isQueued = true;
    this.#running = this.#running.then(() => this.#freeAll());
  }

  async #freeAll(): Promise<void> {
    this.#isQueued = false;
    for (const name of this.#marks.repositories()) {
      if (!this.#retries.has(name)) await this.#tryToFree(name);
    }
  }

  /** Never fails: what cannot be deleted now is tried again later. */
  async #tryToFree(name: string): Promise<void> {
    const { ownership, log } = this.#parts;
    if (!this.#isStarted || this.#stopped.signal.aborted || !ownership.holds(globalProject)) return;
    const signal = AbortSignal.any([this.#stopped.signal, this.#lease.signal]);
    try {
      const isDone = await this.#turns.run(name, () => this.#free(name, signal));
      this.#failures.delete(name);
      if (!isDone) this.#retry(name, backOffMs(1));
    } catch (error) {
      if (signal.aborted) return;
      const failures = (this.#failures.get(name) ?? 0) + 1;
      this.#failures.set(name, failures);
      const message = error instanceof Error ? error.message : String(error);
      log.warn('blobs_not_freed', { repository: name, error: message });
      this.#retry(name, Math.min(backOffMs(1) * 2 ** (failures - 1), retryMsMax));
    }
  }

  #retry(name: string, delayMs: number): void {
    this.#retries.get(name)?.[Symbol.dispose]();
    const timer = this.#parts.clock.schedule(delayMs, () => {
      this.#retries.delete(name);
      this.#look();
    });
    this.#retries.set(name, timer);
  }

  async #free(name: string, signal: AbortSignal): Promise<boolean> {
    let place: OpenRepository;
    try {
      place = await this.#parts.openRepository(name, signal);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      // It was dropped: what lies in it is out of our hands.
      for (const mark of this.#marks.of(name)) await this.#marks.end(mark, sweepOperator);
      return true;
    }
    return await this.#sweep.sweep(place, signal);
  }
}
