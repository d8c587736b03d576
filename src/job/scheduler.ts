import path from 'node:path';
import { SqlError } from '../base/sql-error.ts';
import { type Metastore, MetastoreError } from '../metastore/metastore.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { BlobClaims } from '../snapshot/references.ts';
import { reclaimBlobs } from './backup-run.ts';
import { expiredJobs } from './history.ts';
import { noDatabase } from './backup-job.ts';
import type { JobId } from './job-id.ts';
import { type JobView, viewOf } from './job-view.ts';
import { Journal } from './journal.ts';
import { LiveJob } from './live-job.ts';
import { knownDatabase } from '../source/known-name.ts';
import { backOffMs, isCleaning, isSettled, type Job } from './machine.ts';
import {
  type BackupRequest,
  newBackup,
  newRestore,
  type RestoreRequest,
  type Submitted,
  targetDatabase,
} from './requests.ts';
import { catalogTargets } from './restore-catalogs.ts';
import { Reservations } from './reservations.ts';
import { pause, untilAborted } from './retries.ts';
import { SourceSweeper } from './source-sweeper.ts';
import { checkLabel, manifestToRestore, notFinished } from './submission.ts';
import { TaskBoard } from './task-board.ts';
import { type JobTools, nameOf } from './tools.ts';

export type SchedulerParts = Omit<JobTools, 'claimsOf'> & Readonly<{ metastore: Metastore }>;

/** How long `stop` waits for work that does not end when it is told to. */
const stopMsMax = 10_000;
/** How long a submission waits for a cancelled job to leave: StarRocks waits as long for its own lock. */
const leavingMsMax = 10_000;
/** Who forgets old jobs, in the audit log. */
const historyOperator = 'job history';

/**
 * Runs the jobs of this server. Call `recover` once before anything else; from then on a job that was submitted ends,
 * whatever happens to the process in between.
 */
export class Scheduler {
  readonly #tools: JobTools;
  readonly #journal: Journal;
  readonly #sweeper: SourceSweeper;
  readonly #jobs = new Map<JobId, LiveJob>();
  readonly #claims = new Map<string, BlobClaims>();
  readonly #reservations: Reservations;
  readonly #listeners = new Set<(view: JobView) => void>();
  readonly #stopped = new AbortController();
  #background: Promise<void> = Promise.resolve();

  constructor(parts: SchedulerParts) {
    const { metastore, ...tools } = parts;
    this.#tools = { ...tools, claimsOf: (repository) => this.#claimsOf(repository) };
    this.#journal = new Journal(metastore);
    this.#sweeper = new SourceSweeper(this.#tools, this.#stopped.signal);
    this.#reservations = new Reservations(() => [...this.#jobs.values()].map((live) => live.job));
  }

  /** Takes up the jobs of an earlier process and removes what its dead ones left here and in the sources. */
  async recover(signal: AbortSignal): Promise<void> {
    const records = this.#journal.load((resource, error) =>
      this.#tools.log.error('job_record_unreadable', { key: resource.key, error: String(error) }),
    );
    const unfinished: LiveJob[] = [];
    for (const { job, taskErrors } of records) {
      const live = this.#add(job, new TaskBoard(taskErrors));
      if (!isSettled(job) || isCleaning(job)) unfinished.push(live);
    }
    await this.#sweepStaging(unfinished);
    // Before any cleanup begins: it must not take what another job counts on.
    for (const { job, context } of unfinished) {
      if (job.kind === 'backup') await reclaimBlobs(job, context);
    }
    signal.throwIfAborted();
    this.#sweeper.begin(
      records.map(({ job }) => job.catalog),
      unfinished.map(({ job }) => job),
    );
    await Promise.all(unfinished.map((live) => live.resume()));
  }

  /** Journals a job and starts it. The job survives a crash from the moment this resolves. Throws SqlError. */
  async submit(request: BackupRequest | RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    if (this.#stopped.signal.aborted) throw new SqlError('server_shutdown', 'Server shutdown in progress');
    return request.kind === 'backup'
      ? await this.#submitBackup(request, signal)
      : await this.#submitRestore(request, signal);
  }

  /**
   * Cancels the running job of a database. Resolves when that is durable; cleaning up goes on behind. A restore that
   * is being committed is waited for: it throws when the commit was first.
   */
  async cancel(
    of: Readonly<{ catalog: string; database: string; kind: 'backup' | 'restore' }>,
    operator: string,
  ): Promise<JobView> {
    const live = this.#newest(of.catalog, of.database);
    if (live?.job.kind !== of.kind) {
      const what = of.kind === 'backup' ? 'backup job' : 'restore';
      throw new SqlError('backup', `No ${what} is currently running`);
    }
    if (isSettled(live.job)) throw cannotCancel(live.job);
    await live.dispatch({ kind: 'cancel_requested' }, operator);
    await untilAborted(live.settled, this.#stopped.signal);
    if (live.job.state !== 'CANCELLED') throw cannotCancel(live.job);
    return this.#viewOf(live);
  }

  /** Jobs of one database, of one catalog or of all, oldest first. Cheap: nothing is read. */
  list(of: Readonly<{ catalog?: string; database?: string }> = {}): readonly JobView[] {
    return [...this.#jobs.values()]
      .filter(({ job }) => of.catalog === undefined || job.catalog === of.catalog)
      .filter(({ job }) => of.database === undefined || job.database === of.database)
      .map((live) => this.#viewOf(live));
  }

  find(id: JobId): JobView | undefined {
    const live = this.#jobs.get(id);
    return live && this.#viewOf(live);
  }

  /** True while a job works with the repository, or is about to, or has something to take away from it. */
  usesRepository(name: string): boolean {
    if (this.#reservations.usesRepository(name)) return true;
    return [...this.#jobs.values()].some(
      ({ job }) =>
        job.kind === 'backup' && job.repository === name && job.state === 'CANCELLED' && isCleaning(job),
    );
  }

  /** What keeps a snapshot from being dropped now. */
  snapshotUser(repository: string, label: string): 'backup' | 'restore' | undefined {
    return this.#reservations.userOf(repository, label);
  }

  /** For whoever deletes snapshots: blobs that running jobs count on. */
  claimsOf(repository: string): BlobClaims {
    return this.#claimsOf(repository);
  }

  /** Called once for each job that comes to its end. */
  onSettled(listener: (view: JobView) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Resolves when a job has come to its end; `cleaned` when nothing of it is left behind either. */
  async settled(id: JobId): Promise<void> {
    await this.#jobs.get(id)?.settled;
  }

  async cleaned(id: JobId): Promise<void> {
    await this.#jobs.get(id)?.cleaned;
  }

  /** Starts nothing more, interrupts what runs and resolves when it has ended, after ten seconds at most. Jobs can be resumed. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _timer = this.#tools.clock.schedule(stopMsMax, resolve);
    const ends = [...this.#jobs.values()].map((live) => live.end());
    await Promise.race([Promise.all([...ends, this.#sweeper.end(), this.#background]), late]);
  }

  async #submitBackup(request: BackupRequest, signal: AbortSignal): Promise<Submitted> {
    using _place = this.#reservations.take(request);
    const repository = await this.#tools.openRepository(request.repository, signal);
    await this.#leftBy(request);
    await checkLabel(repository, request.label, signal);
    return await this.#begin((submitted) => newBackup(request, submitted), request.operator);
  }

  async #submitRestore(request: RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    const repository = await this.#tools.openRepository(request.repository, signal);
    const manifest = await manifestToRestore(repository, request, signal);
    if (this.#isBeingWritten(request)) throw notFinished(request);
    const place = await this.#placeOf(request, manifest, signal);
    using _place = this.#reservations.take({ ...request, ...place });
    return await this.#begin(
      (submitted) => newRestore(request, manifest, submitted, place),
      request.operator,
    );
  }

  /** Where a restore goes to. Throws SqlError for what the snapshot does not have. */
  async #placeOf(
    request: RestoreRequest,
    manifest: Manifest,
    signal: AbortSignal,
  ): Promise<Readonly<{ catalog: string; database: string }>> {
    if (catalogTargets(request, manifest) !== undefined) return noDatabase;
    const { catalog } = request;
    const source = this.#tools.sourceOf(catalog);
    return { catalog, database: await knownDatabase(source, targetDatabase(request, manifest), signal) };
  }

  /** Its manifest is there, but the backup may still be cancelled, and then takes it back. */
  #isBeingWritten({ repository, label, timestamp }: RestoreRequest): boolean {
    return [...this.#jobs.values()].some(
      ({ job }) =>
        job.kind === 'backup' &&
        job.repository === repository &&
        job.label === label &&
        job.timestamp === timestamp &&
        (!isSettled(job) || (job.state === 'CANCELLED' && isCleaning(job))),
    );
  }

  async #begin(make: (submitted: Submitted) => Job, operator: string): Promise<Submitted> {
    const createdAt = this.#tools.clock.now();
    const id = await this.#journal.nextId(operator);
    const job = make({ id, createdAt });
    try {
      await this.#journal.write(job, 'submitted', [], operator);
    } catch (error) {
      this.#background = this.#background.then(() => this.#withdraw(job));
      throw error;
    }
    this.#add(job, new TaskBoard()).begin();
    return { id, createdAt };
  }

  /** A write that failed may have been kept all the same: a job that was refused must not come back at a restart. */
  async #withdraw(job: Job): Promise<void> {
    for (let failures = 1; !this.#stopped.signal.aborted; failures++) {
      try {
        await this.#journal.remove([job], nameOf(job));
        return;
      } catch (error) {
        if (!(error instanceof MetastoreError)) throw error;
        this.#tools.log.warn('job_not_withdrawn', { job: job.id, error: error.message });
      }
      await pause(this.#tools.clock, backOffMs(failures), this.#stopped.signal).catch(() => undefined);
    }
  }

  /** A cancelled backup of the same label may still be taking its manifest back: the label is free in a moment. */
  async #leftBy({ repository, label }: BackupRequest): Promise<void> {
    const leaving = [...this.#jobs.values()].filter(
      ({ job }) =>
        job.kind === 'backup' && job.repository === repository && job.label === label && isCleaning(job),
    );
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _timer = this.#tools.clock.schedule(leavingMsMax, resolve);
    await Promise.race([Promise.all(leaving.map((live) => live.cleaned)), late]);
  }

  #add(job: Job, board: TaskBoard): LiveJob {
    const live = new LiveJob(job, {
      tools: this.#tools,
      journal: this.#journal,
      board,
      stopped: this.#stopped.signal,
      ready: () => this.#sweeper.swept(job),
      onEnd: (ended) => this.#ended(ended),
    });
    this.#jobs.set(job.id, live);
    return live;
  }

  /** Tells listeners when a job has settled; forgets old ones when it has been cleaned up. */
  #ended(live: LiveJob): void {
    if (isCleaning(live.job)) {
      for (const listener of this.#listeners) listener(this.#viewOf(live));
    } else {
      this.#background = this.#background.then(() => this.#forgetOld());
    }
  }

  async #forgetOld(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    const jobs = [...this.#jobs.values()].map((live) => live.job);
    const expired = expiredJobs(jobs, this.#tools.settings(), this.#tools.clock.now());
    if (expired.length === 0) return;
    try {
      await this.#journal.remove(expired, historyOperator);
      for (const job of expired) this.#jobs.delete(job.id);
    } catch (error) {
      if (!(error instanceof MetastoreError)) throw error;
      // They are forgotten after the next job.
      this.#tools.log.warn('job_history_not_trimmed', { error: error.message });
    }
  }

  async #sweepStaging(unfinished: readonly LiveJob[]): Promise<void> {
    const { files, stagingPath } = this.#tools;
    const alive = new Set(unfinished.map(({ job }) => String(job.id)));
    for (const name of await files.list(stagingPath)) {
      if (/^\d+$/.test(name) && !alive.has(name)) await files.remove(path.join(stagingPath, name));
    }
  }

  #newest(catalog: string, database: string): LiveJob | undefined {
    return [...this.#jobs.values()]
      .filter(({ job }) => job.catalog === catalog && job.database === database)
      .reduce<LiveJob | undefined>(
        (last, live) => (last && last.job.id > live.job.id ? last : live),
        undefined,
      );
  }

  #claimsOf(repository: string): BlobClaims {
    const claims = this.#claims.get(repository) ?? new BlobClaims();
    this.#claims.set(repository, claims);
    return claims;
  }

  #viewOf(live: LiveJob): JobView {
    return viewOf(live.job, live.board, this.#tools.nodeName);
  }
}

function cannotCancel(job: Job): SqlError {
  const message = `Failed to cancel job: Job with label ${job.label} can not be cancelled. state: ${job.state}`;
  return new SqlError('backup', message);
}
