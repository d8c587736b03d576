import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { SqlError } from '../../src/base/sql-error.ts';
import type { BackupRequest } from '../../src/job/requests.ts';
import { Scheduler } from '../../src/job/scheduler.ts';
import type { OpenRepository } from '../../src/job/open-repository.ts';
import { defaultJobSettings } from '../../src/job/tools.ts';
import { globalProject, projectOf } from '../../src/metastore/key.ts';
import { MemorySharedStore, sharedDisk, type SharedDisk } from '../../src/metastore/memory-shared-store.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import { joinNodes, type Node } from '../../src/metastore/node.ts';
import { NotOwnerError } from '../../src/metastore/ownership.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import { readTransferLimits } from '../../src/repository/transfer-limits.ts';
import { layoutOf, type SnapshotName, snapshotOfKey } from '../../src/snapshot/layout.ts';
import { blobsOf } from '../../src/snapshot/manifest.ts';
import { decodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { listSnapshots, readManifest } from '../../src/snapshot/reader.ts';
import { SnapshotError } from '../../src/snapshot/snapshot-error.ts';
import { FakeShelf } from '../support/fake-shelf.ts';
import { type FakeDatabase, fakeRows, FakeSource } from '../support/fake-source.ts';
import { backupRequest, type JobWorld, jobWorld, restoreRequest, stagingPath } from '../support/job-world.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { plainSecrets } from '../support/plain-secrets.ts';
import { Chance } from './chance.ts';
import { Cluster } from './cluster.ts';
import { faultyFiles, faultySource, faultyStore } from './faults.ts';
import { Gates, type Life } from './gates.ts';
import { Invariants } from './invariants.ts';
import type { Machine } from './machine.ts';
import { faultyShared, type Way } from './shared-faults.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const databases = ['shop', 'blog'];
const labels = ['nightly', 'weekly'];
const lateLabels = [...labels, 'monthly', 'yearly'];
const [heartbeatMs, timeoutMs, strayRequestMsMax] = [1_000, 3_000, 2_000];
const lateSeedsFrom = 1_000_000;
const deafSeedsFrom = 2_000_000;
/** Nodes look for news after `pollMs`; deaf ones so much later that they know what they have asked for, and little else. */
const [pollMs, deafPollMs] = [200, 8_000];
const troubled = { user: 5, trouble: 60, short: 10, long: 100 };
/** Few troubles, so that many jobs end well: what is looked for here happens between two that do. */
const calm = { user: 5, trouble: 200, short: 20, long: 1_000 };
/** More than any run has needed to come to rest: beyond it something is stuck. */
const restStepsMax = 60_000;

type Running = Readonly<{ node: Node; scheduler: Scheduler }>;

/** One seeded run of jobs on two nodes that share a metastore, over a troubled world. */
export class NodesSimulation {
  readonly #seed: number;
  readonly #isLate: boolean;
  readonly #isDeaf: boolean;
  readonly #chance: Chance;
  readonly #gates = new Gates(startMs);
  readonly #world: JobWorld;
  readonly #disk: SharedDisk;
  readonly #invariants: Invariants;
  readonly #counts = { dropped: 0, moved: 0, stalled: 0 };
  readonly #cluster: Cluster<Running>;
  #isFaulty = true;

  /**
   * Of seeds from `lateSeedsFrom` on nodes hear late of each other, and more snapshots are dropped. From `deafSeedsFrom` on they
   * hear hardly anything unless they ask, and stand still where a restore is about to be swapped in.
   */
  constructor(seed: number) {
    this.#seed = seed;
    this.#isLate = seed >= lateSeedsFrom;
    this.#isDeaf = seed >= deafSeedsFrom;
    this.#chance = new Chance(seed);
    this.#disk = sharedDisk(() => this.#gates.now);
    this.#world = { ...jobWorld(this.#gates.clock({ isAlive: true })), disk: this.#disk };
    this.#invariants = new Invariants(this.#world);
    this.#cluster = new Cluster({
      gates: this.#gates,
      chance: this.#chance,
      names: ['a', 'b'],
      machine: {
        open: (machine, life) => this.#open(machine, life),
        isSent: (request) => /^(?:put (?!answer)|delete$)/.test(request),
        isLateAwake: () => this.#isLate && this.#chance.oneIn(2),
      },
      heartbeatMs,
      timeoutMs,
      oneIn: this.#isDeaf ? calm : troubled,
      userActs: () => this.#userActs(),
      check: () => this.#check(),
      isAtRest: () => this.#isAtRest(),
    });
    for (const database of databases) this.#world.server.databases.set(database, this.#newRows());
  }

  /** Throws what is not true; else how the jobs ended, and what was dropped and moved. */
  async run(steps: number): Promise<readonly string[]> {
    await this.#cluster.run(this.#isLate ? 2 * steps : steps);
    await this.#comeToRest();
    await this.#atRest();
    const { dropped, moved, stalled } = this.#counts;
    const repeated = (what: string, times: number): string[] => Array.from({ length: times }, () => what);
    return [
      ...this.#invariants.outcomes(),
      ...repeated('dropped', dropped),
      ...repeated('moved', moved),
      ...repeated('stalled', stalled),
    ];
  }

  #userActs(): void {
    const ready = this.#cluster.machines.filter(({ isReady }) => isReady);
    if (ready.length === 0) return this.#cluster.openOne();
    const { running, life } = this.#chance.pick(ready);
    assert.ok(running);
    const database = this.#chance.pick(databases);
    // A deaf node may not know of a job that another runs: it would change rows that are just swapped in.
    const isIdle = this.#isDeaf
      ? this.#invariants.isIdle(database)
      : running.scheduler.list({ database }).every((job) => job.isSettled);
    if (isIdle && this.#chance.oneIn(4)) {
      this.#world.server.databases.set(database, this.#newRows());
    } else if (this.#chance.oneIn(this.#isLate ? 3 : 6)) {
      this.#watch(this.#drop(running));
    } else if (this.#chance.oneIn(8)) {
      this.#watch(this.#cancel(running, life, database));
    } else if (isIdle) {
      this.#watch(this.#submit(running, life, database));
    } else {
      this.#cluster.openOne();
    }
  }

  async #submit({ scheduler }: Running, life: Life, database: string): Promise<void> {
    const ofMinutes = this.#chance.oneIn(6) ? 600_000 : 86_400_000;
    const snapshot = this.#chance.oneIn(this.#isLate ? 2 : 3)
      ? this.#invariants.anySnapshot(this.#chance)
      : undefined;
    const request =
      snapshot === undefined
        ? backupRequest({
            database,
            label: this.#chance.pick(this.#isLate ? lateLabels : labels),
            timeoutMs: ofMinutes,
            objects: allObjects,
          })
        : restoreRequest(snapshot.timestamp, { label: snapshot.label, database, timeoutMs: ofMinutes });
    const { id } = await scheduler.submit(request, none);
    if (life.isAlive) this.#invariants.answered(id);
  }

  async #cancel({ scheduler }: Running, life: Life, database: string): Promise<void> {
    const kind = this.#chance.pick(['backup', 'restore'] as const);
    const { id } = await scheduler.cancel({ catalog: 'default_catalog', database, kind }, 'root');
    if (life.isAlive) this.#invariants.cancelled(id);
  }

  /** DROP SNAPSHOT, as its statement does it. */
  async #drop({ node, scheduler }: Running): Promise<void> {
    const label =
      (this.#isLate && this.#invariants.anySnapshot(this.#chance)?.label) || this.#chance.pick(labels);
    await node.ownership.require(globalProject);
    await node.catchUp();
    if (scheduler.snapshotUser('repo', label) !== undefined) return;
    const place = this.#place(this.#world.store);
    const names = (await Array.fromAsync(listSnapshots(place, none))).filter((name) => name.label === label);
    const blobs = new Set<string>();
    for (const name of names) for (const sha256 of await this.#blobsOf(name)) blobs.add(sha256);
    if (names.length === 0) return;
    for (const name of names) this.#invariants.dropped(name);
    this.#counts.dropped += names.length;
    await scheduler.disposal.removeSnapshots(place, { names, blobs }, 'root', none);
  }

  async #blobsOf(name: SnapshotName): Promise<ReadonlySet<string>> {
    return blobsOf((await readManifest(this.#place(this.#world.store), name, none)).manifest);
  }

  /** A refusal is an answer, and so is a failure of the world; anything else is a mistake of ours. */
  #watch(call: Promise<void>): void {
    call.catch((error: unknown) => {
      const known = [SqlError, MetastoreError, NotOwnerError, StorageError, SnapshotError];
      if (!known.some((kind) => error instanceof kind)) this.#cluster.failed(error);
    });
  }

  async #open(machine: Machine<Running>, life: Life): Promise<Running> {
    const [gates, chance, isFaulty] = [this.#gates, this.#chance, () => this.#isFaulty];
    const isLate = (): boolean => this.#isLate && this.#isFaulty;
    const isCut = (): boolean => machine.isCut;
    const way: Way = { gates, chance, life, isFaulty, unanswered: new Set(), isCut, isLate };
    const inner = gates.clock(life);
    const clock = { ...inner, now: () => inner.now() + machine.skewMs };
    const isDeaf = (): boolean => this.#isDeaf && this.#isFaulty;
    const nodeClock: typeof clock = {
      ...clock,
      schedule: (delayMs, wake) =>
        clock.schedule(isDeaf() && delayMs === pollMs ? deafPollMs : delayMs, wake),
    };
    const node = await joinNodes(faultyShared(new MemorySharedStore(this.#disk), way), {
      node: machine.name,
      folder: `folder of ${machine.name}`,
      instance: machine.name,
      address: () => `${machine.name}:1`,
      role: 'all',
      group: '',
      groupOf: () => '',
      version: '0.0-test',
      heartbeatMs,
      timeoutMs,
      isHome: () => false,
      clock: nodeClock,
      log: silentLog,
      secrets: plainSecrets,
      random: () => chance.next(),
      elapsedMs: () => gates.now,
    });
    let marks = 0;
    const files = faultyFiles(memoryFiles(machine.folder), machine.folder, way);
    const store = this.#fenced(faultyStore(this.#world.store, way), node);
    const sourceFaults = faultySource(way);
    const before = async (point: string, _: unknown, database?: string): Promise<void> => {
      if (database !== undefined) this.#mustRestore(node, database);
      await sourceFaults(point);
      if (point === 'is_committed' && isDeaf() && chance.oneIn(2)) this.#stall(life);
    };
    const source = new FakeSource(this.#world.server, { files, rowsPerChunk: 4, before });
    const scheduler = new Scheduler({
      metastore: node.metastore,
      ownership: node.ownership,
      isShared: true,
      catchUp: () => node.catchUp(),
      strayRequestMsMax,
      newMarkId: () => `${machine.name}-${machine.starts}-${++marks}`,
      files,
      clock,
      log: silentLog,
      settings: () => ({ ...defaultJobSettings, ...settings }),
      stagingPath,
      nodeName: machine.name,
      version: '0.0-test',
      sourceOf: () => source,
      externalCatalogs: new FakeShelf(),
      openRepository: async () => this.#place(store),
    });
    await scheduler.recover(none);
    node.ownership.onChange(({ isHeld }) => {
      if (isHeld) this.#counts.moved += 1;
    });
    return { node, scheduler };
  }

  /** A process stands still for longer than its leases, and goes on with what it was at before its timers tell it. */
  #stall(life: Life): void {
    this.#counts.stalled += 1;
    this.#gates.pause(life, () => false);
    this.#gates.advance(timeoutMs);
    this.#gates.resume(life, true);
  }

  /** Sees what a node is about to send: under a lease that it has lost it sends no manifest and deletes no blob. */
  #fenced(store: BlobStore, { ownership }: Node): BlobStore {
    const must = (project: string, what: string): void => {
      if (!ownership.holds(project)) this.#unfenced(`${what} without the lease of '${project}'`);
    };
    return {
      ...store,
      put: async (key, body, options, signal) => {
        if (body.kind === 'bytes' && snapshotOfKey(layout, key) !== undefined) {
          const { catalog, database } = decodeManifest(body.bytes, key).manifest;
          must(projectOf(catalog.name, database), `${key} is put`);
        }
        await store.put(key, body, options, signal);
      },
      deleteMany: async (keys, signal) => {
        if (keys.some((key) => key.startsWith(layout.blobsPrefix))) must(globalProject, 'blobs are deleted');
        await store.deleteMany(keys, signal);
      },
    };
  }

  #mustRestore({ ownership }: Node, database: string): void {
    if (ownership.holds(projectOf('default_catalog', database))) return;
    this.#unfenced(`a restore of '${database}' is swapped in without its lease`);
  }

  #unfenced(what: string): void {
    this.#cluster.failed(new assert.AssertionError({ message: `seed ${this.#seed}: ${what}` }));
  }

  #place(store: BlobStore): OpenRepository {
    const limits = (): ReturnType<typeof readTransferLimits> => readTransferLimits(new Map());
    return { name: 'repo', readOnly: false, limits, store, layout };
  }

  async #check(): Promise<void> {
    await this.#invariants.always(undefined, true);
    for (const project of [globalProject, ...databases.map((name) => projectOf('default_catalog', name))]) {
      const owners = this.#cluster.machines.filter(({ running }) => running?.node.ownership.holds(project));
      const names = owners.map(({ name }) => name).join(' and ');
      assert.ok(owners.length <= 1, `seed ${this.#seed}: '${project}' is held by ${names}`);
    }
  }

  async #comeToRest(): Promise<void> {
    this.#isFaulty = false;
    if (await this.#cluster.comeToRest(restStepsMax)) return;
    const states = this.#cluster.machines.map(({ name, life, running }) => {
      const jobs = running?.scheduler.list().filter((job) => !job.isSettled) ?? [];
      const shown = jobs.map((job) => `${job.id} ${job.state}`).join(', ');
      const state = life.isPaused ? 'paused' : life.isAlive ? 'alive' : 'dead';
      return `${name} is ${state}, ${running === undefined ? 'starts' : `runs ${shown}`}`;
    });
    assert.fail(`seed ${this.#seed} is stuck: ${states.join('; ')}`);
  }

  #isAtRest(): boolean {
    return this.#cluster.machines.every(({ running, folder }) => {
      if (running === undefined || folder.size > 0 || running.scheduler.disposal.isFreeing('repo'))
        return false;
      const jobs = running.scheduler.list();
      return jobs.every((job) => job.isSettled && !this.#invariants.isCleaning(job.id));
    });
  }

  /** Every node shows the same, and nothing is left of what has ended. */
  async #atRest(): Promise<void> {
    for (let beats = 0; beats < 10; beats++) {
      this.#gates.advance(heartbeatMs);
      for (let gates = 0; this.#gates.waiting > 0 && gates < restStepsMax; gates++) this.#cluster.openOne();
      await this.#cluster.settle();
    }
    for (const { name, running, folder } of this.#cluster.machines) {
      assert.ok(running);
      await this.#invariants.atRest(running.scheduler);
      assert.deepEqual([...folder.keys()], [], `the staging folder of ${name} is not empty`);
    }
  }

  #newRows(): FakeDatabase {
    // Few variants, so that both databases and many backups share blobs.
    const text = `v${this.#chance.below(2)}`;
    return new Map([['orders', { rows: fakeRows(this.#chance.pick([0, 5, 9]), text) }]]);
  }
}

const none = new AbortController().signal;
const layout = layoutOf('repo');
const allObjects: BackupRequest['objects'] = [{ kind: 'TABLE', name: 'orders' }];
const settings = {
  jobsPerDatabaseMax: 1000,
  uploadWorkerCount: 2,
  downloadWorkerCount: 2,
  stagingBytesMax: 600,
};
