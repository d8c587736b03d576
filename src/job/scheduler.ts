import path from 'node:path';
import { present } from '../base/assert.ts';
import { SqlError } from '../base/sql-error.ts';
import { type Metastore, MetastoreError, type Resource } from '../metastore/metastore.ts';
import { type Ownership, type OwnershipChange, soleOwnership } from '../metastore/ownership.ts';
import type { Manifest } from '../snapshot/manifest.ts';
import { type ExplainedObject, explainCatalogs, explainRestore } from './explain-restore.ts';
import { Disposal } from './disposal.ts';
import { expiredJobs } from './history.ts';
import { noDatabase } from './backup-job.ts';
import { type JobId, nameOf } from './job-id.ts';
import { jobKey, jobProject, type JobRecord } from './job-record.ts';
import { type JobView, viewOf } from './job-view.ts';
import { Journal } from './journal.ts';
import { LiveJob } from './live-job.ts';
import { type OtherJob, OtherJobs } from './other-jobs.ts';
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
import type { Spool } from './spool.ts';
import { type JobTools, spoolOf } from './tools.ts';

export type SchedulerParts = Omit<JobTools, 'disposal' | 'requireLease'> &
  Readonly<{
    metastore: Metastore;
    /** Which databases' jobs are this node's. */
    ownership?: Ownership;
    /** True when other nodes run jobs of the same metastore. */
    isShared?: boolean;
    /** Resolves when everything is known here that other nodes had written when it was called. */
    catchUp?: () => Promise<void>;
    /** How long requests of a node that has lost its lease may be under way. */
    strayRequestMsMax?: number;
    newMarkId?: () => string;
  }>;

/** How long `stop` waits for work that does not end when it is told to. */
const stopMsMax = 10_000;
/** How long a submission waits for a cancelled job to leave: StarRocks waits as long for its own lock. */
const leavingMsMax = 10_000;
/** No request to a store is under way for longer when the node that sent it has lost its lease: a call's usual timeout. */
const strayRequestMsDefault = 60_000;
/** Who forgets old jobs, in the audit log. */
const historyOperator = 'job history';

/**
 * Runs the jobs of the databases that this node owns, and knows those of the others. Call `recover` once before anything
 * else; from then on a job that was submitted ends, whatever happens to the process in between. A database that becomes
 * this node's brings its jobs with it; those of one that it loses are stopped, to go on elsewhere.
 */
export class Scheduler {
  /** Takes away the blobs that no snapshot needs. */
  readonly disposal: Disposal;
  readonly #tools: JobTools;
  readonly #journal: Journal;
  readonly #sweeper: SourceSweeper;
  readonly #jobs = new Map<JobId, LiveJob>();
  readonly #reservations: Reservations;
  readonly #listeners = new Set<(view: JobView) => void>();
  readonly #stopped = new AbortController();
  readonly #ownership: Ownership;
  readonly #isShared: boolean;
  readonly #catchUp: () => Promise<void>;
  readonly #others: OtherJobs | undefined;
  /** Aborts when the lease of a project is lost. */
  readonly #leases = new Map<string, AbortController>();
  readonly #changes = new Map<string, Promise<void>>();
  #background: Promise<void> = Promise.resolve();

  constructor(parts: SchedulerParts) {
    const { metastore, ownership = soleOwnership, isShared = false, ...rest } = parts;
    const {
      catchUp = alone,
      strayRequestMsMax = isShared ? strayRequestMsDefault : 0,
      newMarkId,
      ...tools
    } = rest;
    this.#ownership = ownership;
    this.#isShared = isShared;
    this.#catchUp = catchUp;
    this.disposal = new Disposal({
      ...tools,
      metastore,
      ownership,
      catchUp,
      busyWith: (repository) => this.#busyWith(repository),
      strayRequestMsMax,
      ...(newMarkId !== undefined && { newMarkId }),
    });
    this.#tools = {
      ...tools,
      disposal: this.disposal,
      requireLease: (job) => void ownership.epochOf(projectOfJob(job)),
    };
    this.#journal = new Journal(metastore);
    if (isShared) this.#others = this.#watchOthers(metastore);
    this.#sweeper = new SourceSweeper(this.#tools, this.#stopped.signal);
    this.#reservations = new Reservations(() => this.#known().map(({ job }) => job));
  }

  /** Takes up the jobs of an earlier process and removes what its dead ones left here and in the sources. */
  async recover(signal: AbortSignal): Promise<void> {
    // Before the records are read: what changes hands from now on is not missed.
    if (this.#isShared) this.#ownership.onChange((change) => this.#changed(change));
    const all = this.#journal.load((resource, error) => this.#unreadable(resource, error));
    const isOwn = (record: JobRecord): boolean => this.#ownership.holds(projectOfJob(record.job));
    const { records = [], others = [] } = Object.groupBy(all, (record) =>
      isOwn(record) ? 'records' : 'others',
    );
    for (const record of others) this.#others?.add(record);
    const unfinished: LiveJob[] = [];
    for (const { job, taskErrors } of records) {
      const live = this.#add(job, new TaskBoard(taskErrors));
      if (!isSettled(job) || isCleaning(job)) unfinished.push(live);
    }
    await this.#sweepStaging(unfinished, all);
    signal.throwIfAborted();
    this.#sweeper.begin(
      // Where others restore to the same servers, only records tell what is dead: each job's own cleanup sees to it.
      this.#isShared ? [] : records.map(({ job }) => job.catalog),
      unfinished.map(({ job }) => job),
    );
    await Promise.all(unfinished.map((live) => live.resume()));
    this.disposal.start();
  }

  /** Journals a job and starts it. The job survives a crash from the moment this resolves. Throws SqlError. */
  async submit(request: BackupRequest | RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    if (this.#stopped.signal.aborted) throw new SqlError('server_shutdown', 'Server shutdown in progress');
    return request.kind === 'backup'
      ? await this.#submitBackup(request, signal)
      : await this.#submitRestore(request, signal);
  }

  /** What a restore would do if it were submitted now. Throws SqlError as `submit` does, SourceError for a source out of reach. */
  async explain(request: RestoreRequest, signal: AbortSignal): Promise<readonly ExplainedObject[]> {
    const manifest = await this.#manifestOf(request, signal);
    const catalogs = explainCatalogs(request, manifest, this.#tools.externalCatalogs);
    if (catalogs !== undefined) return catalogs;
    const source = this.#tools.sourceOf(request.catalog);
    const { database } = await this.#placeOf(request, manifest, signal);
    return await explainRestore(request, manifest, { source, database }, signal);
  }

  /**
   * Cancels the running job of a database. Resolves when that is durable; cleaning up goes on behind. A restore that
   * is being committed is waited for: it throws when the commit was first.
   */
  async cancel(
    of: Readonly<{ catalog: string; database: string; kind: 'backup' | 'restore' }>,
    operator: string,
  ): Promise<JobView> {
    this.#cancellable(of);
    await this.#require(of);
    // What was known before may be older than what the last owner wrote.
    const { id } = this.#cancellable(of);
    const live = present(this.#jobs.get(id), `job ${id}`);
    await live.dispatch({ kind: 'cancel_requested' }, operator);
    await untilAborted(live.settled, live.stopped);
    if (live.job.state !== 'CANCELLED') throw cannotCancel(live.job);
    return this.#viewOf(live);
  }

  /** Jobs of one database, of one catalog or of all, oldest first. Cheap: nothing is read. */
  list(of: Readonly<{ catalog?: string; database?: string }> = {}): readonly JobView[] {
    return this.#known()
      .filter(({ job }) => of.catalog === undefined || job.catalog === of.catalog)
      .filter(({ job }) => of.database === undefined || job.database === of.database)
      .map((known) => this.#viewOf(known));
  }

  find(id: JobId): JobView | undefined {
    const known = this.#jobs.get(id) ?? this.#others?.find(id);
    return known && this.#viewOf(known);
  }

  /**
   * `job` while one works with the repository, or is about to; `removal` while only files of cancelled backups and dropped
   * snapshots are being taken away from it.
   */
  useOfRepository(name: string): 'job' | 'removal' | undefined {
    if (this.#reservations.usesRepository(name)) return 'job';
    const isRemoving = this.#known().some(
      ({ job }) =>
        job.kind === 'backup' && job.repository === name && job.state === 'CANCELLED' && isCleaning(job),
    );
    return isRemoving || this.disposal.isFreeing(name) ? 'removal' : undefined;
  }

  /** What keeps a snapshot from being dropped now. */
  snapshotUser(repository: string, label: string): 'backup' | 'restore' | undefined {
    return this.#reservations.userOf(repository, label);
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
    await this.disposal.idle();
  }

  /** Starts nothing more, interrupts what runs and resolves when it has ended, after ten seconds at most. Jobs can be resumed. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _timer = this.#tools.clock.schedule(stopMsMax, resolve);
    this.#others?.[Symbol.dispose]();
    const ends = [...this.#jobs.values()].map((live) => live.end());
    const disposed = this.disposal[Symbol.asyncDispose]();
    const works = [...ends, ...this.#changes.values(), this.#sweeper.end(), this.#background, disposed];
    await Promise.race([Promise.all(works), late]);
  }

  async #submitBackup(request: BackupRequest, signal: AbortSignal): Promise<Submitted> {
    await this.#require(request);
    using _place = this.#reservations.take(request);
    const repository = await this.#tools.openRepository(request.repository, signal);
    await this.#leftBy(request);
    await checkLabel(repository, request.label, signal);
    return await this.#begin((submitted) => newBackup(request, submitted), request.operator);
  }

  async #submitRestore(request: RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    const manifest = await this.#manifestOf(request, signal);
    const place = await this.#placeOf(request, manifest, signal);
    await this.#require(place);
    using _place = this.#reservations.take({ ...request, ...place });
    return await this.#begin(
      (submitted) => newRestore(request, manifest, submitted, place),
      request.operator,
    );
  }

  async #manifestOf(request: RestoreRequest, signal: AbortSignal): Promise<Manifest> {
    const repository = await this.#tools.openRepository(request.repository, signal);
    const manifest = await manifestToRestore(repository, request, signal);
    // The backup that writes it, on whatever node, was known to the metastore before the manifest was there.
    await this.#catchUp();
    if (this.#isBeingWritten(request)) throw notFinished(request);
    return manifest;
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
    return this.#known().some(
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
    const project = projectOfJob(job);
    const epoch = this.#ownership.epochOf(project);
    try {
      await this.#journal.write(job, { event: 'submitted', taskErrors: [], operator, epoch });
    } catch (error) {
      this.#background = this.#background.then(() => this.#withdraw(job));
      throw error;
    }
    const { kind, label, repository, catalog, database } = job;
    this.#tools.log.info('job_submitted', { job: id, kind, label, repository, catalog, database, operator });
    if (this.#ownership.holds(project) && this.#ownership.epochOf(project) === epoch) {
      this.#add(job, new TaskBoard()).begin();
    } else {
      // The lease has changed hands while the job was written: whoever has it now takes the job up.
      this.#others?.refresh([jobKey(job)]);
      this.#changed({ project, isHeld: true });
    }
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
        // What is there is another node's.
        if (error.kind === 'stale_epoch') return;
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
      epoch: this.#ownership.epochOf(projectOfJob(job)),
      stopped: AbortSignal.any([this.#stopped.signal, this.#leaseOf(projectOfJob(job)).signal]),
      ready: () => this.#sweeper.swept(job),
      onEnd: (ended) => this.#ended(ended),
    });
    this.#jobs.set(job.id, live);
    this.#others?.forget(job.id);
    return live;
  }

  /** Tells listeners when a job has settled; forgets old ones when it has been cleaned up. */
  #ended(live: LiveJob): void {
    this.disposal.forget(live.job.id);
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

  /** Also what is left here of jobs that have gone on, or ended, elsewhere. */
  async #sweepStaging(unfinished: readonly LiveJob[], all: readonly JobRecord[]): Promise<void> {
    const { files, stagingPath } = this.#tools;
    const alive = new Set(unfinished.map(({ job }) => String(job.id)));
    for (const name of await files.list(stagingPath)) {
      if (!/^\d+$/.test(name) || alive.has(name)) continue;
      const job = all.find((record) => String(record.job.id) === name)?.job;
      if (job !== undefined) await this.#abandon(job, spoolOf(this.#tools, job.id));
      await files.remove(path.join(stagingPath, name));
    }
  }

  /** The job goes on elsewhere, where nobody knows what it has put from here: what no snapshot needs of it is to go. */
  async #abandon(job: Job, spool: Spool): Promise<void> {
    const intents = job.kind === 'backup' ? await spool.readIntents() : new Set<string>();
    while (intents.size > 0) {
      try {
        await this.disposal.discard(job.repository, intents, nameOf(job));
        break;
      } catch (error) {
        if (!(error instanceof MetastoreError)) throw error;
        this.#tools.log.warn('blobs_not_abandoned', { job: job.id, error: error.message });
      }
      await pause(this.#tools.clock, backOffMs(1), this.#stopped.signal);
    }
    await spool.remove();
  }

  /** The running job of a database. Throws SqlError in StarRocks' words when there is none of this kind. */
  #cancellable(of: Readonly<{ catalog: string; database: string; kind: 'backup' | 'restore' }>): Job {
    const newest = this.#known()
      .filter(({ job }) => job.catalog === of.catalog && job.database === of.database)
      .at(-1)?.job;
    if (newest?.kind !== of.kind) {
      const what = of.kind === 'backup' ? 'backup job' : 'restore';
      throw new SqlError('backup', `No ${what} is currently running`);
    }
    if (isSettled(newest)) throw cannotCancel(newest);
    return newest;
  }

  /** All jobs, of this node and of others, oldest first. */
  #known(): readonly OtherJob[] {
    if (this.#others === undefined) return [...this.#jobs.values()];
    return [...this.#jobs.values(), ...this.#others.values()].toSorted((left, right) =>
      left.job.id < right.job.id ? -1 : 1,
    );
  }

  /**
   * Throws NotOwnerError when another node runs the jobs of this database, MetastoreError `stale_epoch` when it has just taken
   * them.
   */
  async #require(of: Pick<Job, 'catalog' | 'database'>): Promise<void> {
    const project = projectOfJob(of);
    await this.#ownership.require(project);
    // Its jobs have been taken up: what they keep from others counts.
    let change: Promise<void> | undefined;
    while (change !== this.#changes.get(project)) {
      change = this.#changes.get(project);
      await change;
    }
    this.#ownership.epochOf(project);
  }

  #watchOthers(metastore: Metastore): OtherJobs {
    return new OtherJobs({
      metastore,
      journal: this.#journal,
      isHere: (id) => this.#jobs.has(id),
      onBroken: (resource, error) => this.#unreadable(resource, error),
    });
  }

  #unreadable(resource: Resource, error: unknown): void {
    this.#tools.log.error('job_record_unreadable', { key: resource.key, error: String(error) });
  }

  #leaseOf(project: string): AbortController {
    const lease = this.#leases.get(project) ?? new AbortController();
    this.#leases.set(project, lease);
    return lease;
  }

  /** One change of a project after another; what runs under a lost lease is told at once. */
  #changed({ project, isHeld }: OwnershipChange): void {
    if (!isHeld) {
      const text = `the lease of '${project}' was lost: another node goes on with its jobs`;
      this.#leases.get(project)?.abort(new MetastoreError('stale_epoch', text));
      this.#leases.delete(project);
    }
    const before = this.#changes.get(project) ?? Promise.resolve();
    const lease = this.#leaseOf(project).signal;
    const change = before.then(() => (isHeld ? this.#takeUp(project, lease) : this.#leave(project)));
    this.#changes.set(project, change);
  }

  /**
   * Goes on with the jobs that the last owner left. What came before may have taken so long that this lease is lost, and
   * there is another one: then that one's turn takes them up.
   */
  async #takeUp(project: string, lease: AbortSignal): Promise<void> {
    if (!this.#ownership.holds(project) || lease.aborted || this.#stopped.signal.aborted) return;
    const unfinished: LiveJob[] = [];
    for (const { job, board } of this.#others?.take(project) ?? []) {
      const live = this.#add(job, board);
      if (!isSettled(job) || isCleaning(job)) unfinished.push(live);
    }
    await Promise.all(unfinished.map((live) => live.resume()));
  }

  /** Ends what runs here of a project under a lease that is lost, if it is not this node's again by now. */
  async #leave(project: string): Promise<void> {
    const own = [...this.#jobs.values()].filter(
      ({ job, stopped }) => projectOfJob(job) === project && stopped.aborted,
    );
    await Promise.all(own.map((live) => live.end()));
    const unfinished = own.filter(({ job }) => !isSettled(job) || isCleaning(job));
    for (const { job } of own) {
      this.#jobs.delete(job.id);
      this.disposal.forget(job.id);
    }
    this.#others?.refresh(own.map(({ job }) => jobKey(job)));
    try {
      for (const { job, context } of unfinished) await this.#abandon(job, context.spool);
    } catch (error) {
      // The next start sees to it.
      if (!this.#stopped.signal.aborted) throw error;
    }
  }

  *#busyWith(repository: string): Generator<JobId> {
    for (const { job } of this.#known()) {
      if (job.repository === repository && (!isSettled(job) || isCleaning(job))) yield job.id;
    }
  }

  #viewOf({ job, board }: OtherJob): JobView {
    return viewOf(job, board, this.#tools.nodeName);
  }
}

function projectOfJob({ catalog, database }: Pick<Job, 'catalog' | 'database'>): string {
  return jobProject(catalog, database);
}

/** Nobody else writes: everything is known. */
async function alone(): Promise<void> {}

function cannotCancel(job: Job): SqlError {
  const message = `Failed to cancel job: Job with label ${job.label} can not be cancelled. state: ${job.state}`;
  return new SqlError('backup', message);
}
