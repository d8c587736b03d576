import type { Log } from '../base/log.ts';
import { globalProject } from '../metastore/key.ts';
import type { Metastore, Resource } from '../metastore/metastore.ts';
import { count, record, type RecordSchema } from '../snapshot/schema.ts';
import { type JobId, jobId } from './job-id.ts';
import {
  decodeRecord,
  encodeRecord,
  isJobKey,
  jobCounterKey,
  jobKey,
  jobProject,
  type JobRecord,
  type TaskError,
} from './job-record.ts';
import type { Job } from './machine.ts';

/** StarRocks' ids begin here, too. */
const firstId = 10_001;

type Counter = Readonly<{ last: number }>;
const counterSchema: RecordSchema<Counter> = record<Counter>('Counter', { last: count });

export type JournalEntry = Readonly<{
  event: string;
  taskErrors: readonly TaskError[];
  operator: string;
  /** Number of the lease of the job's database. */
  epoch: number;
}>;

/** Jobs in the metastore. What `write` has returned from survives a crash; a record that cannot be read is logged and left out. */
export class Journal {
  readonly #metastore: Metastore;
  readonly #log: Log;

  constructor(metastore: Metastore, log: Log) {
    this.#metastore = metastore;
    this.#log = log;
  }

  /** A number that no job of any node has had. One that is not used after all is lost. */
  nextId(operator: string): Promise<JobId> {
    return this.#metastore.write({ project: globalProject, operator, isUnfenced: true }, (sandbox) => {
      const counter = sandbox.get(jobCounterKey);
      const last = counter === undefined ? firstId - 1 : counterSchema.decode(counter.content, '').last;
      sandbox.put(jobCounterKey, { last: last + 1 });
      return jobId(BigInt(last + 1));
    });
  }

  /**
   * Keeps what a job has become, and the event that made it so, under the lease with which it runs here: a write that
   * has waited while the lease went away and came back knows nothing of what others made of the job.
   */
  async write(job: Job, { event, taskErrors, operator, epoch }: JournalEntry): Promise<void> {
    const project = jobProject(job);
    await this.#metastore.write({ project, operator, epoch }, (sandbox) => {
      sandbox.put(jobKey(job), encodeRecord(event, job, taskErrors));
    });
  }

  async remove(jobs: readonly Job[], operator: string): Promise<void> {
    const byProject = Object.groupBy(jobs, (job) => jobProject(job));
    for (const [project, own = []] of Object.entries(byProject)) {
      await this.#metastore.write({ project, operator }, (sandbox) => {
        for (const job of own) sandbox.delete(jobKey(job));
      });
    }
  }

  /** Every job that is known, oldest first. */
  load(): readonly JobRecord[] {
    const records: JobRecord[] = [];
    for (const resource of this.#metastore.list('/')) {
      if (!isJobKey(resource.key)) continue;
      const record = this.#decode(resource);
      if (record !== undefined) records.push(record);
    }
    return records.sort((left, right) => (left.job.id < right.job.id ? -1 : 1));
  }

  /** What is kept of a job under a key of `isJobKey`; undefined when it is not there, or cannot be read. */
  read(key: string): JobRecord | undefined {
    const resource = this.#metastore.get(key);
    return resource && this.#decode(resource);
  }

  #decode(resource: Resource): JobRecord | undefined {
    try {
      return decodeRecord(resource.content);
    } catch (error) {
      this.#log.error('job_record_unreadable', { key: resource.key, error: String(error) });
      return undefined;
    }
  }
}
