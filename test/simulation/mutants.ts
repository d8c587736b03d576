/**
 * Mistakes that the simulations of several nodes must find: each takes one protection out of the product.
 * `MUTANT=name SIMULATION=… RUNS=1000 UNTIL_FAILED=1 node --import ./test/simulation/mutate.ts test/simulation/simulate.ts` tries one.
 */
export type Mutant = Readonly<{
  name: string;
  /** Below `src`. `from` is there once. */
  file: string;
  from: string;
  to: string;
  simulation: 'nodes-jobs' | 'epochs' | 'epochs-groups';
  /** The first seed, where it is not 1: of worlds of another sort. */
  seed?: number;
  /** Found within a few dozen seeds: the suite tries it. */
  isQuick: boolean;
}>;

export const mutants: readonly Mutant[] = [
  {
    name: 'a commit does not compare epochs',
    file: 'metastore/epoch.ts',
    from: 'if (current.epoch === unit.epoch || unit.epoch === 0) return false;',
    to: 'if (current.epoch > 0) return false;',
    simulation: 'epochs',
    isQuick: true,
  },
  {
    name: 'a commit does not compare epochs, as jobs see it',
    file: 'metastore/epoch.ts',
    from: 'if (current.epoch === unit.epoch || unit.epoch === 0) return false;',
    to: 'if (current.epoch > 0) return false;',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'a manifest is put without a look at the lease',
    file: 'job/backup-run.ts',
    from: 'this.#context.tools.requireLease(job);',
    to: '',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'a restore is swapped in without a look at the lease',
    file: 'job/restore-run.ts',
    from: 'const requireLease = (): void => tools.requireLease(job);',
    to: 'const requireLease = (): void => {};',
    simulation: 'nodes-jobs',
    seed: 2_000_000,
    isQuick: true,
  },
  {
    name: 'a backup does not read the log before it looks for marks',
    file: 'job/disposal.ts',
    from: 'const informed = this.#parts.catchUp();',
    to: 'const informed = Promise.resolve();',
    simulation: 'nodes-jobs',
    seed: 3_000_000,
    isQuick: true,
  },
  {
    name: 'a deletion does not read the log before it notes the jobs that it waits for',
    file: 'job/blob-sweep.ts',
    from: 'if (known === undefined) await catchUp();',
    to: 'void catchUp;',
    simulation: 'nodes-jobs',
    seed: 3_000_000,
    isQuick: true,
  },
  {
    name: 'a restore does not ask whether another node still writes its snapshot',
    file: 'job/intake.ts',
    from: 'await catchUp();',
    to: 'void catchUp;',
    simulation: 'nodes-jobs',
    seed: 3_000_000,
    isQuick: false,
  },
  {
    name: 'a lease is taken before it has expired',
    file: 'metastore/memory-shared-store.ts',
    from: 'expiresAt <= now();',
    to: 'expiresAt <= now() + 1_500;',
    simulation: 'epochs',
    isQuick: true,
  },
  {
    name: 'a node believes in its lease for longer than the store',
    file: 'metastore/leases.ts',
    from: 'const usableShare = 0.8;',
    to: 'const usableShare = 1.3;',
    simulation: 'epochs',
    isQuick: true,
  },
  {
    name: 'a node writes before it has read what the last owner wrote',
    file: 'metastore/leases.ts',
    from: '      await catchUp();\n',
    to: '',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'two nodes run one statement',
    file: 'metastore/questions.ts',
    from: 'if (!(await store.take(id, node, ownership.epochOf(project)))) return;',
    to: 'await store.take(id, node, ownership.epochOf(project));',
    simulation: 'epochs',
    isQuick: false,
  },
  {
    name: 'a statement that was taken is called not done',
    file: 'metastore/memory-shared-store.ts',
    from: "return this.#disk.questions.get(id)?.takenBy === '' && this.#disk.questions.delete(id);",
    to: 'return this.#disk.questions.delete(id);',
    simulation: 'epochs',
    isQuick: false,
  },
  {
    name: 'jobs go on after their lease is lost',
    file: 'job/project-turns.ts',
    from: "this.#leases.get(project)?.abort(new MetastoreError('stale_epoch', text));",
    to: 'void text;',
    simulation: 'nodes-jobs',
    isQuick: true,
  },
  {
    name: 'a deletion does not wait for running backups',
    file: 'job/blob-sweep.ts',
    from: 'if ((await this.#waitsFor(mark)).size > 0) return;',
    to: '',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'a deletion does not look at its lease',
    file: 'job/blob-sweep.ts',
    from: 'this.#parts.ownership.epochOf(globalProject);',
    to: '',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'a deletion of another node is taken up at once',
    file: 'job/blob-sweep.ts',
    from: 'if (clock.elapsed() - foundAt < strayRequestMsMax) return false;',
    to: 'if (strayRequestMsMax < 0) return false;',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'a backup leaves a blob that it counts on in its mark',
    file: 'job/disposal.ts',
    from: 'await this.#marks.takeOut(blob, nameOf(blob.job), note, signal);',
    to: '',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'a backup counts on a blob that is being deleted',
    file: 'job/blob-marks.ts',
    from: "if (holding.some(({ state }) => state === 'deleting')) {",
    to: "if (holding.every(({ state }) => state === 'deleting')) return;\n      if (holding.length < 0) {",
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'manifests are taken away before the blobs are marked',
    file: 'job/disposal.ts',
    from: 'await this.discard(place.name, removed.blobs, operator);\n      await deleteManifests(place, removed.names, signal);',
    to: 'await deleteManifests(place, removed.names, signal);\n      await this.discard(place.name, removed.blobs, operator);',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'what a node has put for a job that went on elsewhere is forgotten',
    file: 'job/staging.ts',
    from: 'await tools.disposal.discard(job.repository, intents, nameOf(job));',
    to: '',
    simulation: 'nodes-jobs',
    isQuick: true,
  },
  {
    name: 'rows of the audit log that come late are left out',
    file: 'metastore/follower.ts',
    from: 'if (!there.has(id)) this.#gaps.set(id, now);',
    to: 'there.has(id);',
    simulation: 'epochs',
    isQuick: true,
  },
  {
    name: 'a log that was rotated past a node is followed all the same',
    file: 'metastore/follower.ts',
    from: 'if (this.#isRotatedAway(oldest, newest)) await this.#reload(oldest);',
    to: '',
    simulation: 'epochs',
    isQuick: true,
  },
  {
    name: 'a lease that is lost again takes jobs up',
    file: 'job/scheduler.ts',
    from: 'if (!this.#ownership.holds(project) || lease.aborted || this.#stopped.signal.aborted) return;',
    to: 'if (!this.#ownership.holds(project) || this.#stopped.signal.aborted) return;',
    simulation: 'nodes-jobs',
    isQuick: false,
  },
  {
    name: 'a node takes what is assigned to another group',
    file: 'metastore/leases.ts',
    from: 'return this.#parts.isCandidate && this.#parts.isInGroup(project);',
    to: 'return this.#parts.isCandidate;',
    simulation: 'epochs-groups',
    isQuick: true,
  },
];
