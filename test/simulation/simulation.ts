import assert from 'node:assert/strict';
import { globalProject, typePrefix } from '../../src/metastore/key.ts';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SqlError } from '../../src/base/sql-error.ts';
import type { BackupRequest, RestoreRequest } from '../../src/job/requests.ts';
import type { Scheduler } from '../../src/job/scheduler.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import { type FakeDatabase, fakeRows } from '../support/fake-source.ts';
import {
  backupRequest,
  type JobWorld,
  jobWorld,
  restoreRequest,
  startJobs,
  type StartedJobs,
} from '../support/job-world.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { Chance } from './chance.ts';
import { faultyFiles, faultyMetastore, faultySource, faultyStore, type Trouble } from './faults.ts';
import { Gates, type Life } from './gates.ts';
import { Invariants } from './invariants.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const databases = ['shop', 'blog'];
const labels = ['nightly', 'weekly'];
/** More than any run has needed to come to rest: beyond it something is stuck. */
const restStepsMax = 30_000;

/** One seeded run of jobs over a troubled world. */
export class Simulation {
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #gates = new Gates(startMs);
  readonly #world: JobWorld;
  readonly #invariants: Invariants;
  #life: Life = { isAlive: true };
  #started: StartedJobs | undefined;
  #unanswered = new Set<string>();
  #isFaulty = true;
  #error: unknown;

  constructor(seed: number) {
    this.#seed = seed;
    this.#chance = new Chance(seed);
    this.#world = jobWorld(this.#gates.clock(this.#life));
    this.#invariants = new Invariants(this.#world);
    for (const database of databases) this.#world.server.databases.set(database, this.#newRows());
  }

  /** Throws what is not true; else how the jobs ended. */
  async run(steps: number): Promise<readonly string[]> {
    this.#start();
    for (let step = 0; step < steps; step++) {
      this.#act();
      await this.#settle();
    }
    await this.#comeToRest();
    await this.#invariants.atRest(this.#scheduler());
    return this.#invariants.outcomes();
  }

  /** One thing happens: most often a call that is under way gets its answer. */
  #act(): void {
    if (this.#chance.oneIn(3) && this.#started !== undefined) return this.#userActs(this.#started.scheduler);
    if (this.#chance.oneIn(60)) return this.#crash();
    if (this.#chance.oneIn(20)) return this.#gates.advance(this.#chance.below(90_000));
    if (this.#chance.oneIn(200)) return this.#gates.advance(700_000);
    if (this.#gates.waiting > 0) this.#gates.open(this.#chance.below(this.#gates.waiting));
    else this.#gates.advanceToNext();
  }

  #userActs(scheduler: Scheduler): void {
    const database = this.#chance.pick(databases);
    const isIdle = scheduler.list({ database }).every((job) => job.isSettled);
    if (isIdle && this.#chance.oneIn(3)) {
      this.#world.server.databases.set(database, this.#newRows());
    } else if (this.#chance.oneIn(8)) {
      this.#cancel(scheduler, database);
    } else if (isIdle) {
      this.#submit(scheduler, database);
    } else if (this.#gates.waiting > 0) {
      this.#gates.open(this.#chance.below(this.#gates.waiting));
    }
  }

  #submit(scheduler: Scheduler, database: string): void {
    const timeoutMs = this.#chance.oneIn(6) ? 600_000 : 86_400_000;
    const snapshot = this.#chance.oneIn(2) ? this.#invariants.anySnapshot(this.#chance) : undefined;
    const request: BackupRequest | RestoreRequest =
      snapshot === undefined
        ? backupRequest({ database, label: this.#chance.pick(labels), timeoutMs, objects: allObjects })
        : restoreRequest(snapshot.timestamp, { label: snapshot.label, database, timeoutMs });
    const life = this.#life;
    const submit = async (): Promise<void> => {
      const { id } = await scheduler.submit(request, new AbortController().signal);
      if (life.isAlive) this.#invariants.answered(id);
    };
    this.#watch(submit());
  }

  #cancel(scheduler: Scheduler, database: string): void {
    const kind = this.#chance.pick(['backup', 'restore'] as const);
    const life = this.#life;
    const of = { catalog: 'default_catalog', database, kind };
    const cancel = async (): Promise<void> => {
      const { id } = await scheduler.cancel(of, 'root');
      if (life.isAlive) this.#invariants.cancelled(id);
    };
    this.#watch(cancel());
  }

  /** A refusal is an answer; anything else is a mistake of ours. */
  #watch(call: Promise<void>): void {
    call.catch((error: unknown) => {
      if (!(error instanceof SqlError || error instanceof MetastoreError)) this.#error ??= error;
    });
  }

  #crash(): void {
    this.#gates.crash(this.#life, () => this.#chance.oneIn(2));
    this.#started = undefined;
    this.#life = { isAlive: true };
    this.#unanswered = new Set();
    this.#start();
  }

  #start(): void {
    const life = this.#life;
    const { gates, chance } = { gates: this.#gates, chance: this.#chance };
    const trouble: Trouble = {
      gates,
      chance,
      life,
      isFaulty: () => this.#isFaulty,
      unanswered: this.#unanswered,
    };
    const world = { ...this.#world, clock: gates.clock(life) };
    const starting = startJobs(world, {
      store: faultyStore(world.store, trouble),
      files: faultyFiles(memoryFiles(world.folder), world.folder, trouble),
      metastore: (inner) => faultyMetastore(inner, trouble),
      settings: {
        jobsPerDatabaseMax: 1000,
        uploadWorkerCount: 2,
        downloadWorkerCount: 2,
        stagingBytesMax: 600,
      },
      source: { rowsPerChunk: 4, before: faultySource(trouble) },
    });
    const publish = async (): Promise<void> => {
      const started = await starting;
      if (life.isAlive) this.#started = started;
    };
    publish().catch((error: unknown) => (this.#error ??= error));
  }

  /** Lets everything that can go on without an answer go on, then looks whether the world is in order. */
  async #settle(): Promise<void> {
    await nextTurn();
    if (this.#error !== undefined) throw this.#error;
    const isWriting = this.#gates.isWaitingAt(this.#life, 'metastore') || this.#unanswered.size > 0;
    await this.#invariants.always(this.#started?.scheduler, isWriting);
  }

  /** No more faults: every job must come to its end by itself. */
  async #comeToRest(): Promise<void> {
    this.#isFaulty = false;
    for (let step = 0; step < restStepsMax; step++) {
      if (this.#gates.waiting > 0) this.#gates.open(this.#chance.below(this.#gates.waiting));
      else if (this.#started !== undefined && this.#isAtRest(this.#started)) return;
      else if (!this.#gates.advanceToNext()) break;
      await this.#settle();
    }
    const jobs = this.#scheduler()
      .list()
      .filter((job) => !job.isSettled);
    assert.fail(`seed ${this.#seed} is stuck: ${jobs.map((job) => `${job.id} ${job.state}`).join(', ')}`);
  }

  /**
   * A deletion that has failed is tried again, and so is taking back the record of a job that was refused: not before has
   * everything come to its end.
   */
  #isAtRest({ scheduler, metastore }: StartedJobs): boolean {
    const isClean = scheduler.list().every((job) => job.isSettled && !this.#invariants.isCleaning(job.id));
    const isFreed = metastore.list(typePrefix(globalProject, 'blob_mark')).length === 0;
    const isWithdrawn = this.#invariants.jobIds().every((id) => scheduler.find(id) !== undefined);
    return isClean && isFreed && isWithdrawn && scheduler.useOfRepository('repo') === undefined;
  }

  #scheduler(): Scheduler {
    assert.ok(this.#started);
    return this.#started.scheduler;
  }

  #newRows(): FakeDatabase {
    // Few variants, so that both databases and many backups share blobs.
    const text = `v${this.#chance.below(2)}`;
    return new Map([
      ['orders', { rows: fakeRows(this.#chance.pick([0, 5, 9, 13]), text) }],
      ['items', { partitions: ['p1', 'p2'], rows: [...fakeRows(3, text, 'p1'), ...fakeRows(2, text, 'p2')] }],
      ['dear', { sql: `CREATE VIEW dear AS SELECT '${text}'`, dependsOn: ['orders'] }],
    ]);
  }
}

const allObjects: BackupRequest['objects'] = [
  { kind: 'TABLE', name: 'orders' },
  { kind: 'TABLE', name: 'items' },
  { kind: 'VIEW', name: 'dear' },
];
