import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { isMarkKey } from '../../src/job/blob-marks.ts';
import { Scheduler } from '../../src/job/scheduler.ts';
import type { OpenRepository } from '../../src/job/open-repository.ts';
import { defaultJobSettings } from '../../src/job/tools.ts';
import { globalProject, projectOf } from '../../src/metastore/key.ts';
import { MemorySharedStore, sharedDisk, type SharedDisk } from '../../src/metastore/memory-shared-store.ts';
import { joinNodes, type Node } from '../../src/metastore/node.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { readTransferLimits } from '../../src/repository/transfer-limits.ts';
import { layoutOf, snapshotOfKey } from '../../src/snapshot/layout.ts';
import { decodeManifest } from '../../src/snapshot/manifest-codec.ts';
import { FakeShelf } from '../support/fake-shelf.ts';
import { FakeSource } from '../support/fake-source.ts';
import { type JobWorld, jobWorld, stagingPath } from '../support/job-world.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { plainSecrets } from '../support/plain-secrets.ts';
import { Chance } from './chance.ts';
import { Cluster } from './cluster.ts';
import { faultyFiles, faultySource, faultyStore } from './faults.ts';
import { Gates, type Life } from './gates.ts';
import { databases, homeOf, NodesUsers, type Running } from './nodes-users.ts';
import { type World, worldOf } from './worlds.ts';
import { Invariants } from './invariants.ts';
import type { Machine } from './machine.ts';
import { faultyShared, type Way } from './shared-faults.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const [heartbeatMs, timeoutMs, strayRequestMsMax] = [1_000, 3_000, 2_000];
/** Nodes look for news after `pollMs`; deaf ones so much later that they know what they have asked for, and little else. */
const [pollMs, deafPollMs] = [200, 8_000];
/** More than any run has needed to come to rest: beyond it something is stuck. */
const restStepsMax = 60_000;

/** One seeded run of jobs on two nodes that share a metastore, over a troubled world. */
export class NodesSimulation {
  readonly #seed: number;
  readonly #sort: World;
  readonly #chance: Chance;
  readonly #gates = new Gates(startMs);
  readonly #world: JobWorld;
  readonly #disk: SharedDisk;
  readonly #invariants: Invariants;
  readonly #counts = { moved: 0, stalled: 0 };
  readonly #users: NodesUsers;
  readonly #cluster: Cluster<Running>;
  #isFaulty = true;

  constructor(seed: number) {
    this.#seed = seed;
    this.#sort = worldOf(seed);
    this.#chance = new Chance(seed);
    this.#disk = sharedDisk(() => this.#gates.now);
    this.#world = { ...jobWorld(this.#gates.clock({ isAlive: true })), disk: this.#disk };
    this.#invariants = new Invariants(this.#world);
    this.#cluster = new Cluster({
      gates: this.#gates,
      chance: this.#chance,
      names: nodeNames,
      machine: {
        open: (machine, life) => this.#open(machine, life),
        isSent: (request) => /^(?:put (?!answer)|delete$)/.test(request),
        isLateAwake: () => this.#sort.isLate && this.#chance.oneIn(2),
      },
      heartbeatMs,
      timeoutMs,
      oneIn: this.#sort.oneIn,
      userActs: () => {
        if (!this.#users.act()) this.#cluster.openOne();
      },
      ...(this.#sort.isUnequal && { turn: () => this.#users.turn() }),
      check: () => this.#check(),
      isAtRest: () => this.#isAtRest(),
    });
    this.#users = new NodesUsers({
      world: this.#sort,
      chance: this.#chance,
      invariants: this.#invariants,
      server: this.#world.server,
      repository: this.#place(this.#world.store),
      machines: () => this.#cluster.machines,
      failed: (error) => this.#cluster.failed(error),
    });
  }

  /** Throws what is not true; else how the jobs ended, and what was dropped and moved. */
  async run(steps: number): Promise<readonly string[]> {
    await this.#cluster.run(this.#sort.isLate ? 2 * steps : steps);
    await this.#comeToRest();
    await this.#atRest();
    const { moved, stalled } = this.#counts;
    const repeated = (what: string, times: number): string[] => Array.from({ length: times }, () => what);
    return [
      ...this.#invariants.outcomes(),
      ...repeated('dropped', this.#users.dropped),
      ...repeated('moved', moved),
      ...repeated('stalled', stalled),
    ];
  }

  async #open(machine: Machine<Running>, life: Life): Promise<Running> {
    const [gates, chance, isFaulty] = [this.#gates, this.#chance, () => this.#isFaulty];
    const isLate = (): boolean => this.#sort.isLate && !this.#sort.isUnequal && this.#isFaulty;
    const isCut = (): boolean => machine.isCut;
    const way: Way = {
      gates,
      chance,
      life,
      isFaulty,
      unanswered: new Set(),
      isCut,
      isLate,
      untilReceived: () => this.#untilReceived(),
    };
    const inner = gates.clock(life);
    const clock = { ...inner, now: () => inner.now() + machine.skewMs };
    const isDeaf = (): boolean => this.#sort.isDeaf && this.#isFaulty;
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
      httpPort: 0,
      role: 'all',
      group: this.#sort.isUnequal ? machine.name : '',
      groupOf: (project) => (this.#sort.isUnequal ? (groups.get(project) ?? '') : ''),
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
      if (point === 'is_committed' && isDeaf() && !this.#sort.isUnequal && chance.oneIn(2)) this.#stall(life);
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

  #untilReceived(): Promise<void> {
    if (!this.#sort.isUnequal || !this.#isFaulty) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#gates.clock({ isAlive: true }).schedule(this.#chance.below(strayRequestMsMax), resolve);
    return promise;
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
    if ([...this.#disk.resources.keys()].some(isMarkKey)) return false;
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
}

const nodeNames = ['a', 'b'];
const groups = new Map(nodeNames.map((node) => [projectOf('default_catalog', homeOf(node)), node]));
const none = new AbortController().signal;
const layout = layoutOf('repo');
const settings = {
  jobsPerDatabaseMax: 1000,
  uploadWorkerCount: 2,
  downloadWorkerCount: 2,
  stagingBytesMax: 600,
};
