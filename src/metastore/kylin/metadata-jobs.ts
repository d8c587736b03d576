import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import { untilAborted } from '../../base/waiting.ts';
import { globalProject, resourceKey, typePrefix } from '../key.ts';
import type { Metastore, Sandbox } from '../metastore.ts';
import { MetadataError } from './metadata-error.ts';

/** What a job is asked to do, for its history. */
export type MetadataJobRequest = Readonly<{
  kind: 'BACKUP' | 'RESTORE' | 'ROLLBACK';
  /** Undefined for Holdfast's own metastore. */
  store?: string;
  level: 'SYSTEM' | 'PROJECT' | 'CUBE';
  /** The project, or `project.model`. */
  target: string;
  user: string;
}>;

/** What a job that has finished did. */
export type MetadataJobOutcome = Readonly<{
  path: string;
  generation: string;
  resources: number;
  bytes: number;
  offset?: number;
  changes?: string;
  /** The backup of the state before a restore. */
  before?: string;
}>;

export type MetadataJob = MetadataJobRequest &
  Partial<MetadataJobOutcome> &
  Readonly<{
    id: number;
    node: string;
    state: 'RUNNING' | 'FINISHED' | 'FAILED' | 'CANCELLED';
    error?: string;
    startedAt: number;
    finishedAt?: number;
    /** Who asked another node to end it; the node that runs it sees that. */
    cancelledBy?: string;
  }>;

/** Whether a node is there. */
export type NodeCheck = (node: string, signal: AbortSignal) => Promise<boolean>;

type Parts = Readonly<{ metastore: Metastore; clock: Clock; log: Log; node: string }>;

const type = 'metadata_job';
const restoredOrNot =
  'the server ended before the job did: a DRY RUN shows whether anything is left to restore';
const endedWithServer = {
  BACKUP: 'the server ended before the job did',
  RESTORE: restoredOrNot,
  ROLLBACK: restoredOrNot,
} as const;
/** Older ones are forgotten; their folders stay. */
const historyMax = 200;
/** Between two looks whether the node is there that is to end a job. */
const nodeCheckMs = 1_000;

/** Metadata backups and restores with their history, one at a time for each store. */
export class MetadataJobs implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #busy = new Set<string>();
  /** Jobs that run here, by their ids. */
  readonly #running = new Map<number, Readonly<{ ended: Promise<unknown>; cancelled: AbortController }>>();
  readonly #stop = new AbortController();
  readonly #listening: Disposable;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#listening = parts.metastore.onCommit((keys) => this.#look(keys));
  }

  /** Newest first. */
  list(): readonly MetadataJob[] {
    const found = this.#parts.metastore.list(typePrefix(globalProject, type));
    return found.map(({ content }) => decode(content)).toSorted((one, other) => other.id - one.id);
  }

  get(id: number): MetadataJob | undefined {
    const found = this.#parts.metastore.get(keyOf(id));
    return found && decode(found.content);
  }

  /**
   * Jobs of this node that an earlier process left behind have failed: what they had not renamed or committed is gone. What
   * they had is complete, though they could not say so any more.
   */
  async recover(): Promise<void> {
    for (const job of this.list()) {
      if (job.state !== 'RUNNING' || job.node !== this.#parts.node) continue;
      await this.#settle(job, { state: 'FAILED', error: endedWithServer[job.kind] });
    }
  }

  /**
   * Runs `work` as a job and gives its record when it has ended, or at once when `isAsynchronous`. Throws MetadataError
   * `busy` when another job works on the store, and what `work` throws when the caller waits for it.
   */
  async run(
    request: MetadataJobRequest,
    work: (signal: AbortSignal) => Promise<MetadataJobOutcome>,
    isAsynchronous: boolean,
    signal: AbortSignal,
  ): Promise<MetadataJob> {
    const target = request.store ?? '';
    if (this.#busy.has(target)) throw busy(request.store);
    this.#busy.add(target);
    let job: MetadataJob;
    try {
      job = await this.#begin(request);
    } catch (error) {
      this.#busy.delete(target);
      throw error;
    }
    const cancelled = new AbortController();
    const always = [cancelled.signal, this.#stop.signal];
    const ends = AbortSignal.any(isAsynchronous ? always : [...always, signal]);
    const running = this.#work(job, () => work(ends)).finally(() => this.#busy.delete(target));
    // Whoever waits sees the failure; of an asynchronous job it stands in the history.
    const ended = running.catch(() => undefined).finally(() => this.#running.delete(job.id));
    this.#running.set(job.id, { ended, cancelled });
    // Another node may have known of it before.
    this.#look([keyOf(job.id)]);
    return isAsynchronous ? job : running;
  }

  /**
   * Ends a job, of any node; resolves when nothing of it is left. Throws MetadataError `not_found` for a job that is not
   * there, and when it ended otherwise before it could be cancelled; `unavailable` when the node that runs it is not there.
   */
  async cancel(id: number, user: string, isThere: NodeCheck, signal: AbortSignal): Promise<void> {
    const job = this.get(id);
    if (job === undefined) throw notThere(id, 'is not known');
    if (job.state !== 'RUNNING') throw notThere(id, `is ${job.state} already`);
    const running = this.#running.get(id);
    if (running === undefined) await this.#cancelElsewhere(job, user, isThere, signal);
    else {
      running.cancelled.abort(cancelled(id, user));
      await running.ended;
    }
    const after = this.get(id)?.state;
    if (after !== 'CANCELLED') throw notThere(id, `was ${after} before it could be cancelled`);
  }

  /** Ends what runs, and waits for it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listening[Symbol.dispose]();
    this.#stop.abort(new MetadataError('unavailable', 'the server is shutting down'));
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  /** Asks by the job's record, which the other node follows, and waits for what becomes of it. */
  async #cancelElsewhere(
    { id, node }: MetadataJob,
    user: string,
    isThere: NodeCheck,
    signal: AbortSignal,
  ): Promise<void> {
    const ends = AbortSignal.any([signal, this.#stop.signal]);
    if (!(await isThere(node, ends))) throw nodeAway(id, node);
    await this.#write(user, (sandbox) => {
      const found = sandbox.get(keyOf(id));
      if (found === undefined) return;
      const job = decode(found.content);
      if (job.state === 'RUNNING') sandbox.put(keyOf(id), { ...job, cancelledBy: user }, found.mvcc);
    });
    while (this.get(id)?.state === 'RUNNING') {
      await this.#nextCommit(ends);
      if (this.get(id)?.state === 'RUNNING' && !(await isThere(node, ends))) throw nodeAway(id, node);
    }
  }

  /** Resolves with the next commit that is seen here, or after a second. */
  async #nextCommit(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { metastore, clock } = this.#parts;
    const { promise, resolve } = Promise.withResolvers<void>();
    using _listening = metastore.onCommit(() => resolve());
    using _timer = clock.schedule(nodeCheckMs, resolve);
    await untilAborted(promise, signal);
  }

  /** Ends what runs here and was cancelled through another node. */
  #look(keys: readonly string[]): void {
    if (this.#running.size === 0) return;
    for (const [id, running] of this.#running) {
      if (!keys.includes(keyOf(id))) continue;
      const by = this.get(id)?.cancelledBy;
      if (by !== undefined) running.cancelled.abort(cancelled(id, by));
    }
  }

  async #work(job: MetadataJob, work: () => Promise<MetadataJobOutcome>): Promise<MetadataJob> {
    try {
      return await this.#settle(job, { state: 'FINISHED', ...(await work()) });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#parts.log.warn('metadata_job_failed', { job: job.id, kind: job.kind, error: text });
      const isCancelled = error instanceof MetadataError && error.kind === 'cancelled';
      await this.#settle(job, { state: isCancelled ? 'CANCELLED' : 'FAILED', error: text });
      throw error;
    }
  }

  async #begin(request: MetadataJobRequest): Promise<MetadataJob> {
    const { clock, node } = this.#parts;
    return this.#write(request.user, (sandbox) => {
      const known = sandbox.list(typePrefix(globalProject, type)).map(({ content }) => decode(content).id);
      const id = Math.max(0, ...known) + 1;
      for (const old of known.filter((one) => one <= id - historyMax)) sandbox.delete(keyOf(old));
      const job: MetadataJob = { ...request, id, node, state: 'RUNNING', startedAt: clock.now() };
      sandbox.put(keyOf(id), job, -1);
      return job;
    });
  }

  async #settle(
    job: MetadataJob,
    end: Pick<MetadataJob, 'state'> & Partial<MetadataJob>,
  ): Promise<MetadataJob> {
    const settled: MetadataJob = { ...job, ...end, finishedAt: this.#parts.clock.now() };
    return this.#write(job.user, (sandbox) => {
      sandbox.put(keyOf(job.id), settled);
      return settled;
    });
  }

  /** Every node keeps its own jobs: versions guard them, no lease is needed. */
  async #write<T>(operator: string, work: (sandbox: Sandbox) => T): Promise<T> {
    return this.#parts.metastore.write({ project: globalProject, operator, isUnfenced: true }, work);
  }
}

function keyOf(id: number): string {
  return resourceKey(globalProject, type, String(id));
}

/** Only this file writes these resources, in this form. */
function decode(content: unknown): MetadataJob {
  return content as MetadataJob;
}

function notThere(id: number, what: string): MetadataError {
  return new MetadataError('not_found', `metadata job ${id} ${what}`, {
    hint: 'SHOW METADATA BACKUPS shows them all.',
  });
}

function cancelled(id: number, user: string): MetadataError {
  return new MetadataError('cancelled', `metadata job ${id} was cancelled by '${user}'`);
}

function nodeAway(id: number, node: string): MetadataError {
  const text = `metadata job ${id} was started on node '${node}', which does not answer`;
  return new MetadataError('unavailable', text, { hint: 'It ends when that node starts again.' });
}

function busy(store: string | undefined): MetadataError {
  const which = store === undefined ? 'the metadata of this server' : `metadata store '${store}'`;
  return new MetadataError('busy', `a backup or restore of ${which} is running`, {
    hint: 'SHOW METADATA BACKUPS shows it.',
  });
}
