import { present } from '../base/assert.ts';
import { SqlError } from '../base/sql-error.ts';
import { pause, untilAborted } from '../base/waiting.ts';
import { type Metastore, MetastoreError } from '../metastore/metastore.ts';
import { type Ownership, type OwnershipChange, soleOwnership } from '../metastore/ownership.ts';
import { Disposal } from './disposal.ts';
import type { ExplainedObject } from './explain-restore.ts';
import { expiredJobs } from './history.ts';
import { Intake } from './intake.ts';
import { type JobId, nameOf } from './job-id.ts';
import { jobKey, jobProject } from './job-record.ts';
import { type JobView, viewOf } from './job-view.ts';
import { Journal } from './journal.ts';
import { KnownJobs } from './known-jobs.ts';
import { LiveJob } from './live-job.ts';
import { backOffMs, hasWorkLeft, isCleaning, isSettled, type Job } from './machine.ts';
import { type OtherJob, OtherJobs } from './other-jobs.ts';
import { ProjectTurns } from './project-turns.ts';
import type { BackupRequest, RestoreRequest, Submitted } from './requests.ts';
import { Reservations } from './reservations.ts';
import { waitShortly } from './short-wait.ts';
import { SourceSweeper } from './source-sweeper.ts';
import { abandonSpool, sweepStaging } from './staging.ts';
import { TaskBoard } from './task-board.ts';
import type { JobTools } from './tools.ts';

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
  readonly #known: KnownJobs;
  readonly #reservations: Reservations;
  readonly #intake: Intake;
  readonly #listeners = new Set<(view: JobView) => void>();
  readonly #stopped = new AbortController();
  readonly #ownership: Ownership;
  readonly #isShared: boolean;
  readonly #others: OtherJobs | undefined;
  readonly #turns = new ProjectTurns();
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
    this.disposal = new Disposal({
      ...tools,
      metastore,
      ownership,
      catchUp,
      busyWith: (repository) => this.#known.busyWith(repository),
      strayRequestMsMax,
      ...(newMarkId !== undefined && { newMarkId }),
    });
    this.#tools = {
      ...tools,
      disposal: this.disposal,
      requireLease: (job) => void ownership.epochOf(jobProject(job)),
    };
    this.#journal = new Journal(metastore, tools.log);
    if (isShared) {
      const isHere = (id: JobId): boolean => this.#known.findOwn(id) !== undefined;
      this.#others = new OtherJobs({ metastore, journal: this.#journal, isHere });
    }
    this.#known = new KnownJobs(this.#others);
    this.#sweeper = new SourceSweeper(this.#tools, this.#stopped.signal);
    this.#reservations = new Reservations(() => this.#known.all().map(({ job }) => job));
    this.#intake = new Intake({
      tools: this.#tools,
      known: this.#known,
      reservations: this.#reservations,
      catchUp,
      require: (place) => this.#require(place),
      begin: (make, operator) => this.#begin(make, operator),
    });
  }

  /** Takes up the jobs of an earlier process and removes what its dead ones left here and in the sources. */
  async recover(signal: AbortSignal): Promise<void> {
    // Before the records are read: what changes hands from now on is not missed.
    if (this.#isShared) this.#ownership.onChange((change) => this.#changed(change));
    const all = this.#journal.load();
    const { own = [], others = [] } = Object.groupBy(all, ({ job }) =>
      this.#ownership.holds(jobProject(job)) ? 'own' : 'others',
    );
    for (const record of others) this.#others?.add(record);
    const lives = own.map(({ job, taskErrors }) => this.#add(job, new TaskBoard(taskErrors)));
    const unfinished = lives.filter(({ job }) => hasWorkLeft(job));
    const jobs = { unfinished: unfinished.map(({ job }) => job), known: all.map(({ job }) => job) };
    await sweepStaging(this.#tools, jobs, this.#stopped.signal);
    signal.throwIfAborted();
    this.#sweeper.begin(
      // Where others restore to the same servers, only records tell what is dead: each job's own cleanup sees to it.
      this.#isShared ? [] : own.map(({ job }) => job.catalog),
      jobs.unfinished,
    );
    await Promise.all(unfinished.map((live) => live.resume()));
    this.disposal.start();
  }

  /** Journals a job and starts it. The job survives a crash from the moment this resolves. Throws SqlError. */
  async submit(request: BackupRequest | RestoreRequest, signal: AbortSignal): Promise<Submitted> {
    if (this.#stopped.signal.aborted) throw new SqlError('server_shutdown', 'Server shutdown in progress');
    return await this.#intake.submit(request, signal);
  }

  /** What a restore would do if it were submitted now. Throws SqlError as `submit` does, SourceError for a source out of reach. */
  async explain(request: RestoreRequest, signal: AbortSignal): Promise<readonly ExplainedObject[]> {
    return await this.#intake.explain(request, signal);
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
    const live = present(this.#known.findOwn(id), `job ${id}`);
    await live.dispatch({ kind: 'cancel_requested' }, operator);
    await untilAborted(live.settled, live.stopped);
    if (live.job.state !== 'CANCELLED') throw cannotCancel(live.job);
    return this.#viewOf(live);
  }

  /** Jobs of one database, of one catalog or of all, oldest first. Cheap: nothing is read. */
  list(of: Readonly<{ catalog?: string; database?: string }> = {}): readonly JobView[] {
    return this.#known
      .all()
      .filter(({ job }) => of.catalog === undefined || job.catalog === of.catalog)
      .filter(({ job }) => of.database === undefined || job.database === of.database)
      .map((known) => this.#viewOf(known));
  }

  find(id: JobId): JobView | undefined {
    const known = this.#known.find(id);
    return known && this.#viewOf(known);
  }

  /**
   * `job` while one works with the repository, or is about to; `removal` while only files of cancelled backups and dropped
   * snapshots are being taken away from it.
   */
  useOfRepository(name: string): 'job' | 'removal' | undefined {
    if (this.#reservations.usesRepository(name)) return 'job';
    return this.#known.isLeaving(name) || this.disposal.isFreeing(name) ? 'removal' : undefined;
  }

  /** What `useOfRepository` says once files that are being taken away are gone: waits for them, ten seconds at most. */
  async useAfterRemoval(name: string, signal: AbortSignal): Promise<'job' | 'removal' | undefined> {
    await waitShortly(this.#tools.clock, () => this.useOfRepository(name) !== 'removal', signal);
    return this.useOfRepository(name);
  }

  /** What keeps a snapshot from being dropped now. */
  snapshotUser(repository: string, label: string): 'backup' | 'restore' | undefined {
    return this.#reservations.userOf(repository, label);
  }

  /** What `snapshotUser` says when a job that is about to end has: waits for it, ten seconds at most. */
  async snapshotUserAfterEnd(
    repository: string,
    label: string,
    signal: AbortSignal,
  ): Promise<'backup' | 'restore' | undefined> {
    const isOver = (): boolean => !this.#reservations.isAboutToBeUnused(repository, label);
    await waitShortly(this.#tools.clock, isOver, signal);
    return this.snapshotUser(repository, label);
  }

  /** Waits, ten seconds at most, until what settled restores have left behind in a catalog is gone. */
  async afterCleaningOf(catalog: string, signal: AbortSignal): Promise<void> {
    await waitShortly(this.#tools.clock, () => !this.#known.isCleaningIn(catalog), signal);
  }

  /** Called once for each job that comes to its end. */
  onSettled(listener: (view: JobView) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Resolves when a job has come to its end; `cleaned` when nothing of it is left behind either. */
  async settled(id: JobId): Promise<void> {
    await this.#known.findOwn(id)?.settled;
  }

  async cleaned(id: JobId): Promise<void> {
    await this.#known.findOwn(id)?.cleaned;
    await this.disposal.idle();
  }

  /** Starts nothing more, interrupts what runs and resolves when it has ended, after ten seconds at most. Jobs can be resumed. */
  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the server stops'));
    const { promise: late, resolve } = Promise.withResolvers<void>();
    using _timer = this.#tools.clock.schedule(stopMsMax, resolve);
    this.#others?.[Symbol.dispose]();
    const ends = this.#known.own().map((live) => live.end());
    const disposed = this.disposal[Symbol.asyncDispose]();
    const works = [...ends, this.#turns.end(), this.#sweeper.end(), this.#background, disposed];
    await Promise.race([Promise.all(works), late]);
  }

  async #begin(make: (submitted: Submitted) => Job, operator: string): Promise<Submitted> {
    const createdAt = this.#tools.clock.now();
    const id = await this.#journal.nextId(operator);
    const job = make({ id, createdAt });
    const project = jobProject(job);
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

  #add(job: Job, board: TaskBoard): LiveJob {
    const project = jobProject(job);
    const live = new LiveJob(job, {
      tools: this.#tools,
      journal: this.#journal,
      board,
      epoch: this.#ownership.epochOf(project),
      stopped: AbortSignal.any([this.#stopped.signal, this.#turns.lease(project)]),
      ready: () => this.#sweeper.swept(job),
      onEnd: (ended) => this.#ended(ended),
    });
    this.#known.add(live);
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
    const jobs = this.#known.own().map((live) => live.job);
    const expired = expiredJobs(jobs, this.#tools.settings(), this.#tools.clock.now());
    if (expired.length === 0) return;
    try {
      await this.#journal.remove(expired, historyOperator);
      for (const { id } of expired) this.#known.delete(id);
    } catch (error) {
      if (!(error instanceof MetastoreError)) throw error;
      // They are forgotten after the next job.
      this.#tools.log.warn('job_history_not_trimmed', { error: error.message });
    }
  }

  /** The running job of a database. Throws SqlError in StarRocks' words when there is none of this kind. */
  #cancellable(of: Readonly<{ catalog: string; database: string; kind: 'backup' | 'restore' }>): Job {
    const newest = this.#known.newestOf(of);
    if (newest?.kind !== of.kind) {
      const what = of.kind === 'backup' ? 'backup job' : 'restore';
      throw new SqlError('backup', `No ${what} is currently running`, {
        hint: `SHOW ${of.kind === 'backup' ? 'BACKUP' : 'RESTORE'} tells how the last ones ended.`,
      });
    }
    if (isSettled(newest)) throw cannotCancel(newest);
    return newest;
  }

  /**
   * Throws NotOwnerError when another node runs the jobs of this database, MetastoreError `stale_epoch` when it has just taken
   * them.
   */
  async #require(of: Pick<Job, 'catalog' | 'database'>): Promise<void> {
    const project = jobProject(of);
    await this.#ownership.require(project);
    // Its jobs have been taken up: what they keep from others counts.
    await this.#turns.idle(project);
    this.#ownership.epochOf(project);
  }

  /** One change of a project after another; what runs under a lost lease is told at once. */
  #changed({ project, isHeld }: OwnershipChange): void {
    if (!isHeld) this.#turns.lose(project);
    const lease = this.#turns.lease(project);
    this.#turns.take(project, () => (isHeld ? this.#takeUp(project, lease) : this.#leave(project)));
  }

  /**
   * Goes on with the jobs that the last owner left. What came before may have taken so long that this lease is lost, and
   * there is another one: then that one's turn takes them up.
   */
  async #takeUp(project: string, lease: AbortSignal): Promise<void> {
    if (!this.#ownership.holds(project) || lease.aborted || this.#stopped.signal.aborted) return;
    const taken = this.#others?.take(project) ?? [];
    const lives = taken.map(({ job, board }) => this.#add(job, board));
    const unfinished = lives.filter(({ job }) => hasWorkLeft(job));
    await Promise.all(unfinished.map((live) => live.resume()));
  }

  /** Ends what runs here of a project under a lease that is lost, if it is not this node's again by now. */
  async #leave(project: string): Promise<void> {
    const left = this.#known
      .own()
      .filter(({ job, stopped }) => jobProject(job) === project && stopped.aborted);
    await Promise.all(left.map((live) => live.end()));
    const unfinished = left.filter(({ job }) => hasWorkLeft(job));
    for (const { job } of left) {
      this.#known.delete(job.id);
      this.disposal.forget(job.id);
    }
    this.#others?.refresh(left.map(({ job }) => jobKey(job)));
    try {
      for (const { job } of unfinished) await abandonSpool(this.#tools, job, this.#stopped.signal);
    } catch (error) {
      // The next start sees to it.
      if (!this.#stopped.signal.aborted) throw error;
    }
  }

  #viewOf({ job, board }: OtherJob): JobView {
    return viewOf(job, board, this.#tools.nodeName);
  }
}

/** Nobody else writes: everything is known. */
async function alone(): Promise<void> {}

function cannotCancel(job: Job): SqlError {
  const message = `Failed to cancel job: Job with label ${job.label} can not be cancelled. state: ${job.state}`;
  return new SqlError('backup', message);
}
