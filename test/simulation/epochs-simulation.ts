import assert from 'node:assert/strict';
import { silentLog } from '../../src/base/log.ts';
import { globalProject, resourceKey } from '../../src/metastore/key.ts';
import { MemorySharedStore, sharedDisk, type SharedDisk } from '../../src/metastore/memory-shared-store.ts';
import type { ProjectEpoch, StoredUnit } from '../../src/metastore/metadata-store.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import { joinNodes, type Node } from '../../src/metastore/node.ts';
import { NotOwnerError } from '../../src/metastore/ownership.ts';
import type { SharedStore } from '../../src/metastore/shared-store.ts';
import type { StartState } from '../../src/metastore/stored-metastore.ts';
import { plainSecrets } from '../support/plain-secrets.ts';
import { Chance } from './chance.ts';
import { Cluster } from './cluster.ts';
import { Gates, type Life } from './gates.ts';
import { LateRows } from './late-rows.ts';
import type { Machine } from './machine.ts';
import { faultyShared, type Way } from './shared-faults.ts';
import { WriteHistory } from './write-history.ts';

const startMs = Date.UTC(2026, 0, 2, 3, 4, 5);
const projects = [globalProject, 'p', 'q'];
const names = ['one', 'two'];
const counterKey = resourceKey(globalProject, 'counter', 'all');
const [heartbeatMs, timeoutMs] = [1_000, 3_000];
/** So few that a node which was away for a while has to read everything anew. */
const auditRowsMax = 6;
/** More than any run has needed to come to rest: beyond it something is stuck. */
const restStepsMax = 20_000;

/** What one run has done: a run in which nothing happens proves nothing. */
export type Outcome = Readonly<{
  writes: number;
  claims: number;
  answers: number;
  refused: number;
  jobs: number;
  /** Starts from a backup of the metadata. */
  backups: number;
}>;

/** Which nodes may own a project: `p` those of the first group, `q` those of the second, what is global all of them. */
export type Groups = Readonly<{
  ofNode: Readonly<Record<string, string>>;
  ofProject: Readonly<Record<string, string>>;
}>;

const noGroups: Groups = { ofNode: { a: '', b: '' }, ofProject: {} };

/** Two nodes of one group and one of another. */
export const twoGroups: Groups = {
  ofNode: { a: 'one', b: 'one', c: 'two' },
  ofProject: { p: 'one', q: 'two' },
};

/** One seeded run of nodes and a query node that write, ask each other, and follow. */
export class EpochsSimulation {
  readonly #seed: number;
  readonly #groups: Groups;
  readonly #chance: Chance;
  readonly #gates = new Gates(startMs);
  readonly #disk: SharedDisk;
  readonly #late: LateRows;
  readonly #history: WriteHistory;
  /** Who runs a project's job: begun with the lease, ended when it is lost. */
  readonly #jobs = new Map<string, Set<Machine<Node>>>();
  readonly #counts = { writes: 0, claims: 0, answers: 0, refused: 0, jobs: 0, backups: 0 };
  /** The newest backup of the metadata, from which the query node starts. */
  #backup: StartState | undefined;
  readonly #numbers = new Set<number>();
  /** Statements that were run for another node: how often. */
  readonly #runs = new Map<string, number>();
  #ids = 0;
  readonly #cluster: Cluster<Node>;
  #isFaulty = true;

  constructor(seed: number, groups: Groups = noGroups) {
    this.#seed = seed;
    this.#groups = groups;
    this.#chance = new Chance(seed);
    this.#disk = sharedDisk(() => this.#gates.now);
    this.#late = new LateRows(this.#disk);
    this.#history = new WriteHistory(this.#disk);
    this.#cluster = new Cluster({
      gates: this.#gates,
      chance: this.#chance,
      names: [...Object.keys(groups.ofNode), 'query'],
      machine: {
        open: (machine, life) => this.#open(machine, life),
        isSent: (request) => request.startsWith('store ') && !request.startsWith('store answer'),
      },
      heartbeatMs,
      timeoutMs,
      oneIn: { user: 4, trouble: 25, short: 8, long: 60 },
      userActs: () => this.#userActs(),
      check: async () => this.#check(),
      isAtRest: () => this.#isAtRest(),
    });
  }

  /** Throws what is not true. */
  async run(steps: number): Promise<Outcome> {
    await this.#cluster.run(steps);
    await this.#comeToRest();
    return this.#counts;
  }

  #userActs(): void {
    const ready = this.#cluster.machines.filter(({ isReady }) => isReady);
    if (ready.length === 0) return this.#cluster.openOne();
    const project = this.#chance.pick(projects);
    const owner = ready.find(({ running }) => running?.ownership.holds(project));
    const machine = owner !== undefined && !this.#chance.oneIn(3) ? owner : this.#chance.pick(ready);
    if (this.#chance.oneIn(8)) this.#watch(this.#backUp(machine));
    else if (this.#chance.oneIn(5)) this.#watch(this.#count(machine));
    else if (this.#chance.oneIn(4)) this.#watch(this.#ask(machine, project));
    else this.#watch(this.#write(machine, project));
  }

  /** Two resources of a project in one unit, or one of them is deleted. */
  async #write(machine: Machine<Node>, project: string): Promise<void> {
    const { life, running } = machine;
    assert.ok(running);
    await running.ownership.require(project);
    const id = ++this.#ids;
    const isDeletion = this.#chance.oneIn(6);
    await running.metastore.write({ project, operator: `write ${id}` }, (sandbox) => {
      const [first, second] = names.map((name) => resourceKey(project, 't', name));
      assert.ok(first !== undefined && second !== undefined);
      const before = [first, second].map((key) => sandbox.get(key)?.content);
      assert.deepEqual(before[0], before[1], 'a unit of work sees half of another one');
      for (const key of [first, second]) {
        if (isDeletion) sandbox.delete(key);
        else sandbox.put(key, { id });
      }
    });
    if (!life.isAlive) return;
    this.#counts.writes += 1;
    if (!isDeletion) this.#history.acknowledged(id);
  }

  async #backUp({ life, running }: Machine<Node>): Promise<void> {
    assert.ok(running);
    const { auditId } = await running.metastore.position(none);
    if (life.isAlive) this.#backup = { resources: running.metastore.list('/'), offset: auditId };
  }

  /** As `startFromBackup` does it: the log must still have what came after the backup. */
  #newestBackup(): StartState | undefined {
    const backup = this.#backup;
    if (backup === undefined || (this.#disk.audit[0]?.id ?? 0) > Math.max(backup.offset, 1)) return undefined;
    this.#counts.backups += 1;
    return backup;
  }

  /** A number that no other node may have got. */
  async #count({ life, running }: Machine<Node>): Promise<void> {
    assert.ok(running);
    const unit = { project: globalProject, operator: 'count', isUnfenced: true };
    const number = await running.metastore.write(unit, (sandbox) => {
      const last = numberOf(sandbox.get(counterKey)?.content);
      sandbox.put(counterKey, { id: last + 1 });
      return last + 1;
    });
    if (!life.isAlive) return;
    assert.ok(!this.#numbers.has(number), `seed ${this.#seed}: number ${number} was given twice`);
    this.#numbers.add(number);
  }

  /** Has the owner run something, and knows afterwards whether it did. */
  async #ask({ life, running }: Machine<Node>, project: string): Promise<void> {
    assert.ok(running);
    const id = `${++this.#ids}`;
    try {
      const answer = await running.ask(project, id, none);
      if (!life.isAlive) return;
      assert.equal(answer, `done ${id}`);
      assert.equal(this.#runs.get(id), 1, `seed ${this.#seed}: statement ${id} was answered, not run`);
      this.#counts.answers += 1;
    } catch (error) {
      if (life.isAlive && error instanceof MetastoreError && error.message.includes('nothing was done')) {
        assert.equal(this.#runs.get(id), undefined, `seed ${this.#seed}: statement ${id} was run after all`);
      }
      throw error;
    }
  }

  /** A refusal is an answer, and so is a failure of the world; anything else is a mistake of ours. */
  #watch(call: Promise<void>): void {
    call.catch((error: unknown) => {
      if (error instanceof MetastoreError || error instanceof NotOwnerError) this.#counts.refused += 1;
      else this.#cluster.failed(error);
    });
  }

  async #open(machine: Machine<Node>, life: Life): Promise<Node> {
    for (const running of this.#jobs.values()) running.delete(machine);
    const [gates, chance, isFaulty] = [this.#gates, this.#chance, () => this.#isFaulty];
    const way: Way = { gates, chance, life, isFaulty, unanswered: new Set(), isCut: () => machine.isCut };
    const inner = gates.clock(life);
    const store = this.#watched(new MemorySharedStore(this.#disk, auditRowsMax), machine);
    const node = await joinNodes(faultyShared(store, way), {
      node: machine.name,
      folder: `folder of ${machine.name}`,
      instance: machine.name,
      address: () => `${machine.name}:1`,
      httpPort: 0,
      role: machine.name === 'query' ? 'query' : 'all',
      group: this.#groups.ofNode[machine.name] ?? '',
      groupOf: (project) => this.#groups.ofProject[project] ?? '',
      version: '0.0-test',
      heartbeatMs,
      timeoutMs,
      isHome: () => false,
      clock: { ...inner, now: () => inner.now() + machine.skewMs },
      log: silentLog,
      secrets: plainSecrets,
      random: () => chance.next(),
      elapsedMs: () => gates.now,
      ...(machine.name === 'query' && { startFrom: async () => this.#newestBackup() }),
    });
    node.answerWith(async (id) => {
      this.#runs.set(id, (this.#runs.get(id) ?? 0) + 1);
      if (this.#runs.get(id) !== 1) this.#cluster.failed(new Error(`statement ${id} was run twice`));
      return `done ${id}`;
    });
    node.ownership.onChange(({ project, isHeld }) => this.#changed(machine, project, isHeld));
    for (const project of projects) if (node.ownership.holds(project)) this.#changed(machine, project, true);
    return node;
  }

  /** Sees what takes effect in the store, and that it may. */
  #watched(inner: MemorySharedStore, machine: Machine<Node>): SharedStore {
    const store = this.#late.over(inner);
    return {
      ...store,
      commit: async (unit) => {
        const epoch = this.#disk.epochs.get(unit.project);
        const committed = await store.commit(unit);
        if (unit.epoch !== 0) this.#isOwners(unit, epoch, machine);
        this.#history.committed(unit);
        if (this.#isFaulty && this.#chance.oneIn(3)) this.#late.hide(unit);
        return committed;
      },
      claim: async (wish) => {
        const epoch = await store.claim(wish);
        if (epoch !== undefined) this.#counts.claims += 1;
        return epoch;
      },
    };
  }

  /** What was committed was the owner's, under the number of its lease. */
  #isOwners(unit: StoredUnit, epoch: ProjectEpoch | undefined, machine: Machine<Node>): void {
    assert.equal(epoch?.epoch, unit.epoch, `seed ${this.#seed}: a write of an older epoch was kept`);
    assert.equal(
      epoch?.owner,
      machine.name,
      `seed ${this.#seed}: ${machine.name} writes under another's epoch`,
    );
  }

  #changed(machine: Machine<Node>, project: string, isHeld: boolean): void {
    const running = this.#jobs.get(project) ?? new Set();
    this.#jobs.set(project, running);
    if (isHeld) running.add(machine);
    else running.delete(machine);
    if (isHeld) this.#counts.jobs += 1;
  }

  #check(): void {
    if (this.#isFaulty && this.#chance.oneIn(6)) this.#late.show(this.#chance.pick(projects));
    this.#oneOwner();
    this.#history.check();
    for (const { name, running, starts } of this.#cluster.machines) {
      if (running !== undefined) this.#history.seen(`${name} ${starts}`, running.metastore.list('/'));
    }
  }

  /** At any time at most one node may write a project, and at most one runs its job. */
  #oneOwner(): void {
    for (const project of projects) {
      const owners = this.#cluster.machines.filter(({ running }) => running?.ownership.holds(project));
      const group = this.#groups.ofProject[project] ?? '';
      for (const { name } of owners)
        assert.ok(
          ['', this.#groups.ofNode[name]].includes(group),
          `seed ${this.#seed}: ${name} holds '${project}'`,
        );
      const text = owners.map(({ name }) => name).join(' and ');
      assert.ok(owners.length <= 1, `seed ${this.#seed}: '${project}' is held by ${text}`);
      const running = [...(this.#jobs.get(project) ?? [])].filter(
        ({ life }) => life.isAlive && !life.isPaused,
      );
      const runners = running.map(({ name }) => name).join(' and ');
      assert.ok(running.length <= 1, `seed ${this.#seed}: the job of '${project}' runs on ${runners}`);
    }
  }

  /** All troubles end: everybody must come to know the same, and somebody must own each project. */
  async #comeToRest(): Promise<void> {
    this.#isFaulty = false;
    for (const project of projects) this.#late.show(project);
    if (await this.#cluster.comeToRest(restStepsMax)) return;
    assert.fail(`seed ${this.#seed} never comes to rest: ${this.#differences().join('; ')}`);
  }

  #isAtRest(): boolean {
    return (
      this.#cluster.machines.every(({ running }) => running !== undefined) && this.#differences().length === 0
    );
  }

  /** What keeps the world from being in order. */
  #differences(): readonly string[] {
    const owned = projects.filter((project) =>
      this.#cluster.machines.some(({ running }) => running?.ownership.holds(project)),
    );
    const lost = projects
      .filter((project) => this.#disk.epochs.has(project) && !owned.includes(project))
      .map((project) => `nobody owns ${project}`);
    const behind = this.#cluster.machines
      .filter(({ running }) => running !== undefined && !this.#history.isNewest(running.metastore.list('/')))
      .map(({ name }) => `${name} does not know what the store knows`);
    return [...lost, ...behind];
  }
}

const none = new AbortController().signal;

function numberOf(content: unknown): number {
  return typeof content === 'object' && content !== null && 'id' in content ? Number(content.id) : 0;
}
