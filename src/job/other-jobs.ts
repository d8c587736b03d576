import { type JobId, jobId } from './job-id.ts';
import { isJobKey, jobProject, type JobRecord } from './job-record.ts';
import type { Journal } from './journal.ts';
import type { Job } from './machine.ts';
import { parseKey } from '../metastore/key.ts';
import type { Metastore } from '../metastore/metastore.ts';
import { TaskBoard } from './task-board.ts';

export type OtherJob = Readonly<{ job: Job; board: TaskBoard }>;

export type OtherJobsParts = Readonly<{
  metastore: Metastore;
  journal: Journal;
  /** True for a job that this node runs or has run: what it knows is newer than any record. */
  isHere: (id: JobId) => boolean;
}>;

/** The jobs of databases that other nodes own, as their records say. */
export class OtherJobs implements Disposable {
  readonly #parts: OtherJobsParts;
  readonly #jobs = new Map<JobId, OtherJob>();
  readonly #subscription: Disposable;

  constructor(parts: OtherJobsParts) {
    this.#parts = parts;
    this.#subscription = parts.metastore.onCommit((keys) => this.refresh(keys));
  }

  values(): Iterable<OtherJob> {
    return this.#jobs.values();
  }

  find(id: JobId): OtherJob | undefined {
    return this.#jobs.get(id);
  }

  add({ job, taskErrors }: JobRecord): void {
    this.#jobs.set(job.id, { job, board: new TaskBoard(taskErrors) });
  }

  /** The job runs here. */
  forget(id: JobId): void {
    this.#jobs.delete(id);
  }

  /** The jobs of a project that is this node's now. They are here no more. */
  take(project: string): readonly OtherJob[] {
    const taken = [...this.#jobs.values()].filter(({ job }) => jobProject(job) === project);
    for (const { job } of taken) this.#jobs.delete(job.id);
    return taken.toSorted((left, right) => (left.job.id < right.job.id ? -1 : 1));
  }

  /** Takes what the metastore says of these keys. */
  refresh(keys: readonly string[]): void {
    const { journal, isHere } = this.#parts;
    for (const key of keys) {
      if (!isJobKey(key)) continue;
      const name = parseKey(key)?.name ?? '';
      if (!/^\d{1,19}$/.test(name) || isHere(jobId(BigInt(name)))) continue;
      const record = journal.read(key);
      if (record === undefined) this.#jobs.delete(jobId(BigInt(name)));
      else this.add(record);
    }
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}
