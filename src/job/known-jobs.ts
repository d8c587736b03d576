import type { BackupJob } from './backup-job.ts';
import type { JobId } from './job-id.ts';
import type { LiveJob } from './live-job.ts';
import { hasWorkLeft, isCleaning, type Job } from './machine.ts';
import type { OtherJob, OtherJobs } from './other-jobs.ts';

/**
 * The jobs of this node, which are live, and those of the other nodes, as their records say. What is asked of a database,
 * a label or a repository is answered from both. Nothing is read: every answer is cheap.
 */
export class KnownJobs {
  readonly #own = new Map<JobId, LiveJob>();
  readonly #others: OtherJobs | undefined;

  /** `others` is absent where no other node runs jobs of the same metastore. */
  constructor(others?: OtherJobs) {
    this.#others = others;
  }

  /** The job is this node's from now on. */
  add(live: LiveJob): void {
    this.#own.set(live.job.id, live);
    this.#others?.forget(live.job.id);
  }

  /** The job is forgotten here. */
  delete(id: JobId): void {
    this.#own.delete(id);
  }

  /** All jobs, oldest first. */
  all(): readonly OtherJob[] {
    if (this.#others === undefined) return [...this.#own.values()];
    return [...this.#own.values(), ...this.#others.values()].toSorted((left, right) =>
      left.job.id < right.job.id ? -1 : 1,
    );
  }

  own(): readonly LiveJob[] {
    return [...this.#own.values()];
  }

  find(id: JobId): OtherJob | undefined {
    return this.#own.get(id) ?? this.#others?.find(id);
  }

  findOwn(id: JobId): LiveJob | undefined {
    return this.#own.get(id);
  }

  /** The job that a database was given last. */
  newestOf({ catalog, database }: Readonly<{ catalog: string; database: string }>): Job | undefined {
    return this.all().findLast(({ job }) => job.catalog === catalog && job.database === database)?.job;
  }

  /**
   * The backup of a snapshot that is none yet, or none any more: until it has finished it may be cancelled, and then takes its
   * manifest back. Undefined for a snapshot that stays, and for one whose backup is forgotten or was run elsewhere.
   */
  writerOf(of: Readonly<{ repository: string; label: string; timestamp: string }>): BackupJob | undefined {
    const backups = this.all()
      .map(({ job }) => job)
      .filter((job) => job.kind === 'backup')
      .filter(
        ({ repository, label, timestamp }) =>
          repository === of.repository && label === of.label && timestamp === of.timestamp,
      );
    return backups.some(({ state }) => state === 'FINISHED') ? undefined : backups[0];
  }

  /** Jobs of this node that are taking a snapshot of this label away: cancelled backups, and those that failed. */
  ownLeaving(of: Readonly<{ repository: string; label: string }>): readonly LiveJob[] {
    return this.own().filter(
      ({ job }) =>
        job.kind === 'backup' &&
        job.repository === of.repository &&
        job.label === of.label &&
        isCleaning(job),
    );
  }

  /** True while what a cancelled backup has put into the repository is being taken away. */
  isLeaving(repository: string): boolean {
    return this.all().some(
      ({ job }) =>
        job.kind === 'backup' &&
        job.repository === repository &&
        job.state === 'CANCELLED' &&
        isCleaning(job),
    );
  }

  /** True while what settled restores have left behind in a catalog is being taken away. */
  isCleaningIn(catalog: string): boolean {
    return this.all().some(({ job }) => job.kind === 'restore' && job.catalog === catalog && isCleaning(job));
  }

  *busyWith(repository: string): Generator<JobId> {
    for (const { job } of this.all()) {
      if (job.repository === repository && hasWorkLeft(job)) yield job.id;
    }
  }
}
