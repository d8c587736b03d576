import assert from 'node:assert/strict';
import { SqlError } from '../../src/base/sql-error.ts';
import type { OpenRepository } from '../../src/job/open-repository.ts';
import type { BackupRequest, RestoreRequest } from '../../src/job/requests.ts';
import type { Scheduler } from '../../src/job/scheduler.ts';
import { globalProject } from '../../src/metastore/key.ts';
import { MetastoreError } from '../../src/metastore/metastore.ts';
import type { Node } from '../../src/metastore/node.ts';
import { NotOwnerError } from '../../src/metastore/ownership.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import type { SnapshotName } from '../../src/snapshot/layout.ts';
import { blobsOf } from '../../src/snapshot/manifest.ts';
import { listSnapshots, readManifest } from '../../src/snapshot/reader.ts';
import { SnapshotError } from '../../src/snapshot/snapshot-error.ts';
import { type FakeDatabase, fakeRows, type FakeServer } from '../support/fake-source.ts';
import { backupRequest, restoreRequest } from '../support/job-world.ts';
import type { Chance } from './chance.ts';
import type { Turn } from './cluster.ts';
import type { Invariants } from './invariants.ts';
import type { Machine } from './machine.ts';
import type { World } from './worlds.ts';

/** A node's process. */
export type Running = Readonly<{ node: Node; scheduler: Scheduler }>;

export type UsersParts = Readonly<{
  world: World;
  chance: Chance;
  invariants: Invariants;
  server: FakeServer;
  /** As somebody sees it whom no trouble reaches. */
  repository: OpenRepository;
  machines: () => readonly Machine<Running>[];
  failed: (error: unknown) => void;
}>;

export const databases: readonly string[] = ['shop', 'blog'];
const labels = ['nightly', 'weekly'];
const lateLabels = [...labels, 'monthly', 'yearly'];

/** What a node is told in an unequal world, and for fewer than how many calls it goes on alone then. */
type Cue = Readonly<{
  /** Who owns what belongs to no database, and so deletes; or the other node. */
  who: 'deleter' | 'other';
  act: 'backup' | 'cancel' | 'drop' | 'restore' | 'go on';
  callsMax: number;
}>;

/** More than a job needs. */
const wholeJob = 300;
const partOfJob = 50;
const mostOfJob = 65;

/*
 * Scenes in which a deletion and a backup meet that count on the same blobs, and neither node has heard of the other. How far
 * each gets at a time is left to chance.
 */

/** The backup begins when the deletion has: it has to read the marks that are older than itself. */
const lateBackup: readonly Cue[] = [
  { who: 'deleter', act: 'backup', callsMax: wholeJob },
  { who: 'deleter', act: 'drop', callsMax: partOfJob },
  { who: 'other', act: 'backup', callsMax: partOfJob },
  { who: 'deleter', act: 'go on', callsMax: partOfJob },
  { who: 'other', act: 'go on', callsMax: wholeJob },
];
/** The backup has begun before the deletion: that one has to find out that it has to wait. */
const earlyBackup: readonly Cue[] = [
  { who: 'deleter', act: 'backup', callsMax: partOfJob },
  { who: 'other', act: 'backup', callsMax: partOfJob },
  { who: 'deleter', act: 'cancel', callsMax: partOfJob },
  { who: 'other', act: 'go on', callsMax: wholeJob },
];

/** Another node restores what is not finished, and cancelled then. */
const earlyRestore: readonly Cue[] = [
  { who: 'deleter', act: 'backup', callsMax: mostOfJob },
  { who: 'other', act: 'restore', callsMax: partOfJob },
  { who: 'deleter', act: 'cancel', callsMax: partOfJob },
  { who: 'other', act: 'go on', callsMax: wholeJob },
];

const between: readonly Cue[] = [
  { who: 'deleter', act: 'go on', callsMax: wholeJob },
  { who: 'other', act: 'go on', callsMax: wholeJob },
];

/** Who sends statements to the nodes, and what is known of the answers. */
export class NodesUsers {
  readonly #parts: UsersParts;
  #cues: readonly Cue[] = [];
  /** Backups of the same scene have rows in common, those of different ones have not. */
  #scenes = 0;
  dropped = 0;

  constructor(parts: UsersParts) {
    this.#parts = parts;
    for (const database of databases) this.#changeRows(database);
  }

  /** One statement to one of the nodes. False when none takes any. */
  act(): boolean {
    const { world, chance, invariants, machines } = this.#parts;
    const ready = machines().filter(({ isReady }) => isReady);
    if (ready.length === 0) return false;
    const machine = chance.pick(ready);
    const { scheduler } = runningOf(machine);
    const database = chance.pick(databases);
    // A deaf node may not know of a job that another runs: it would change rows that are just swapped in.
    const isIdle = world.isDeaf
      ? invariants.isIdle(database)
      : scheduler.list({ database }).every((job) => job.isSettled);
    if (isIdle && chance.oneIn(4)) this.#changeRows(database);
    else if (chance.oneIn(world.isLate ? 3 : 6)) this.#watch(this.#drop(machine));
    else if (chance.oneIn(8))
      this.#watch(this.#cancel(machine, database, chance.pick(['backup', 'restore'])));
    else if (isIdle) this.#watch(this.#submit(machine, this.#anyRequest(database)));
    else return false;
    return true;
  }

  /** Whose turn it is in an unequal world: that machine has been given its statement. */
  turn(): Turn<Running> {
    const { chance, machines } = this.#parts;
    const [cue, ...later] = this.#cues.length > 0 ? this.#cues : this.#nextScene();
    assert.ok(cue);
    this.#cues = later;
    const isDeleter = ({ running }: Machine<Running>): boolean =>
      running?.node.ownership.holds(globalProject) === true;
    const machine = machines().find((each) => isDeleter(each) === (cue.who === 'deleter'));
    if (machine === undefined) return { machine: chance.pick(machines()), calls: 1 };
    if (machine.isReady) this.#follow(cue, machine);
    return { machine, calls: 1 + chance.below(cue.callsMax) };
  }

  /** A scene begins when the one before it has ended: what has become of it would be in the way. */
  #nextScene(): readonly Cue[] {
    const { chance, invariants, machines } = this.#parts;
    for (const machine of machines()) {
      machine.calm();
      if (!machine.life.isAlive) machine.start();
    }
    if (!databases.every((database) => invariants.isIdle(database))) return between;
    this.#scenes += 1;
    // The second takes more luck.
    return chance.oneIn(4) ? earlyRestore : chance.oneIn(3) ? lateBackup : earlyBackup;
  }

  #follow({ act }: Cue, machine: Machine<Running>): void {
    const { invariants } = this.#parts;
    const database = homeOf(machine.name);
    if (act === 'drop') this.#watch(this.#drop(machine));
    if (act === 'cancel') this.#watch(this.#cancel(machine, database, 'backup'));
    if (!invariants.isIdle(database)) return;
    const unfinished = databases.flatMap((one) => invariants.snapshotOf(this.#labelOf(one)) ?? [])[0];
    if (act === 'restore' && unfinished !== undefined)
      this.#watch(this.#submit(machine, restoreOf(unfinished, database)));
    if (act !== 'backup') return;
    this.#changeRows(database);
    this.#watch(this.#submit(machine, this.#anyRequest(database)));
  }

  #anyRequest(database: string): BackupRequest | RestoreRequest {
    const { world, chance, invariants } = this.#parts;
    const timeoutMs = chance.oneIn(6) ? 600_000 : 86_400_000;
    const snapshot = chance.oneIn(world.isUnequal ? 8 : world.isLate ? 2 : 3)
      ? invariants.anySnapshot(chance)
      : undefined;
    const label = world.isUnequal ? this.#labelOf(database) : chance.pick(world.isLate ? lateLabels : labels);
    return snapshot === undefined
      ? backupRequest({ database, label, timeoutMs, objects: allObjects })
      : restoreOf(snapshot, database, timeoutMs);
  }

  async #submit(machine: Machine<Running>, request: BackupRequest | RestoreRequest): Promise<void> {
    const { life } = machine;
    const { id } = await runningOf(machine).scheduler.submit(request, none);
    if (life.isAlive) this.#parts.invariants.answered(id);
  }

  async #cancel(machine: Machine<Running>, database: string, kind: 'backup' | 'restore'): Promise<void> {
    const { life } = machine;
    const of = { catalog: 'default_catalog', database, kind };
    const { id } = await runningOf(machine).scheduler.cancel(of, 'root');
    if (life.isAlive) this.#parts.invariants.cancelled(id);
  }

  /** DROP SNAPSHOT, as its statement does it. */
  async #drop(machine: Machine<Running>): Promise<void> {
    const { world, chance, invariants, repository } = this.#parts;
    const { node, scheduler } = runningOf(machine);
    const label = world.isUnequal
      ? this.#labelOf(homeOf(machine.name))
      : (world.isLate && invariants.anySnapshot(chance)?.label) || chance.pick(labels);
    await node.ownership.require(globalProject);
    await node.catchUp();
    if (scheduler.snapshotUser('repo', label) !== undefined) return;
    const all = await Array.fromAsync(listSnapshots(repository, none));
    const names = all.filter((name) => name.label === label);
    const blobs = new Set<string>();
    for (const name of names) for (const sha256 of await this.#blobsOf(name)) blobs.add(sha256);
    if (names.length === 0) return;
    for (const name of names) invariants.dropped(name);
    this.dropped += names.length;
    await scheduler.disposal.removeSnapshots(repository, { names, blobs }, 'root', none);
  }

  #labelOf(database: string): string {
    return `${database}_${this.#scenes}`;
  }

  async #blobsOf(name: SnapshotName): Promise<ReadonlySet<string>> {
    return blobsOf((await readManifest(this.#parts.repository, name, none)).manifest);
  }

  /** A refusal is an answer, and so is a failure of the world; anything else is a mistake of ours. */
  #watch(call: Promise<void>): void {
    call.catch((error: unknown) => {
      const known = [SqlError, MetastoreError, NotOwnerError, StorageError, SnapshotError];
      if (!known.some((kind) => error instanceof kind)) this.#parts.failed(error);
    });
  }

  #changeRows(database: string): void {
    const { world, chance, server } = this.#parts;
    // Few variants, so that both databases and many backups share blobs.
    const text = `v${world.isUnequal ? this.#scenes : chance.below(2)}`;
    const count = chance.pick(world.isUnequal ? [5, 9] : [0, 5, 9]);
    const rows: FakeDatabase = new Map([['orders', { rows: fakeRows(count, text) }]]);
    server.databases.set(database, rows);
  }
}

/** In an unequal world each node has a database of its own. */
export function homeOf(node: string): string {
  return node === 'a' ? 'shop' : 'blog';
}

function restoreOf(
  { label, timestamp }: SnapshotName,
  database: string,
  timeoutMs: number = 86_400_000,
): RestoreRequest {
  return restoreRequest(timestamp, { label, database, timeoutMs });
}

function runningOf({ running }: Machine<Running>): Running {
  assert.ok(running);
  return running;
}

const none = new AbortController().signal;
const allObjects: BackupRequest['objects'] = [{ kind: 'TABLE', name: 'orders' }];
