import { failureText } from '../job/job-status.ts';
import type { JobId } from '../job/job-id.ts';
import { decodeRecord, isJobKey } from '../job/job-record.ts';
import type { Job } from '../job/machine.ts';
import type { AuditRow, Metastore } from '../metastore/metastore.ts';
import { SchemaError } from '../snapshot/schema.ts';

/** One step of a job, as the audit log tells it. `at`, ms. */
export type JobEventFacts = Readonly<{
  id: number;
  at: number;
  event: string;
  operator: string;
  /** What the job had become. */
  job: Job;
  /** Milliseconds since the job's event before; undefined for its first. */
  sinceMs: number | undefined;
  error: string | undefined;
}>;

/** Newest events that are kept in memory: some thousand jobs. */
const keptMax = 20_000;
const pageRows = 1_000;

/** The events of all jobs from the audit log, also of jobs that are forgotten. Each row of the log is read once. */
export class JobEvents {
  readonly #metastore: Pick<Metastore, 'audit'>;
  readonly #lastAt = new Map<JobId, number>();
  #events: JobEventFacts[] = [];
  #after = 0;
  #reading: Promise<void> = Promise.resolve();

  constructor(metastore: Pick<Metastore, 'audit'>) {
    this.#metastore = metastore;
  }

  /** All that is known, oldest first. Readers wait for one another. */
  async read(signal: AbortSignal): Promise<readonly JobEventFacts[]> {
    const before = this.#reading;
    const reading = before.then(() => this.#readOn(signal));
    this.#reading = reading.catch(() => undefined); // The next reader goes on where this one was stopped.
    await reading;
    return this.#events;
  }

  async #readOn(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const rows = await this.#metastore.audit(this.#after, pageRows, signal);
      for (const row of rows) this.#take(row);
      const last = rows.at(-1);
      if (last === undefined) return;
      this.#after = last.id;
    }
  }

  #take(row: AuditRow): void {
    if (!isJobKey(row.key)) return;
    const record = row.content === undefined ? undefined : recordIn(row.content);
    if (record === undefined) return;
    const { job, event } = record;
    const last = this.#lastAt.get(job.id);
    this.#lastAt.set(job.id, row.at);
    const { id, at, operator } = row;
    const error = job.state === 'CANCELLED' ? failureText(job.failure) : undefined;
    this.#events.push({
      id,
      at,
      event,
      operator,
      job,
      sinceMs: last === undefined ? undefined : at - last,
      error,
    });
    if (this.#events.length > keptMax) this.#forget();
  }

  /** The older half goes at once, so that this is rare. */
  #forget(): void {
    this.#events = this.#events.slice(-keptMax / 2);
    const live = new Set(this.#events.map(({ job }) => job.id));
    for (const id of this.#lastAt.keys()) if (!live.has(id)) this.#lastAt.delete(id);
  }
}

/** The record of an older or newer version that cannot be read is left out: the log outlives formats. */
function recordIn(content: unknown): ReturnType<typeof decodeRecord> | undefined {
  try {
    return decodeRecord(content);
  } catch (error) {
    if (error instanceof SchemaError) return undefined;
    throw error;
  }
}
