import { assert } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { MetadataStore, StoredChange } from './metadata-store.ts';
import { MetastoreError, type Sandbox, type UnitOfWork } from './metastore.ts';
import { ProjectLocks } from './project-locks.ts';
import { decodeResource } from './resource.ts';
import type { ResourceStore } from './resource-store.ts';
import { UnitSandbox } from './sandbox.ts';

/** Where a test may stop a commit: on either side of the moment from which it lasts. */
export type Failpoint = (point: 'before_commit' | 'after_commit', unit: UnitOfWork) => void | Promise<void>;

export type UnitParts = Readonly<{
  store: MetadataStore;
  resources: ResourceStore;
  clock: Clock;
  log: Log;
  /** This node, as `host:port`: goes into audit rows and epochs. */
  instance: string;
  newUnitId: () => string;
  /** The number of this node's lease. Throws MetastoreError `stale_epoch` when it has none. */
  epochOf: (project: string) => number;
  failpoint: Failpoint;
  /** Called after each commit, and after keys were read again because another writer was first. */
  changed: (keys: readonly string[]) => void;
}>;

/** A lost race is run again so often: Kylin's default is three tries. */
const retriesMax = 3;
/** The same for what all nodes write: each round somebody wins, so that with a few nodes few are needed. */
const unfencedRetriesMax = 20;
/** A unit that took longer, waiting included, is worth a line in the log. */
const slowMs = 3_000;

/** The unit whose `work` is on the stack: a write called inside joins it. */
type OpenUnit = Readonly<{
  project: string;
  sandbox: UnitSandbox;
  /** Resolves when the unit is committed. */
  settled: Promise<unknown>;
  joinedFailures: unknown[];
}>;

/** Runs units of work: sandbox, then one transaction of the store, then the in-memory state, then the listeners. */
export class UnitRunner {
  readonly #parts: UnitParts;
  readonly #locks = new ProjectLocks();
  #open: OpenUnit | undefined;
  #isClosed = false;

  constructor(parts: UnitParts) {
    this.#parts = parts;
  }

  run<T>(unit: UnitOfWork, work: (sandbox: Sandbox) => T): Promise<T> {
    if (this.#open !== undefined) return join(this.#open, unit, work);
    if (this.#isClosed) return Promise.reject(new MetastoreError('unavailable', 'the metastore is closed'));
    const settled = Promise.withResolvers<T>();
    const outcome = this.#timed(unit, () => this.#runInTurn(unit, work, settled.promise));
    outcome.then(settled.resolve, settled.reject);
    return settled.promise;
  }

  /** Runs `work` in the project's turn: while none of its units runs. */
  exclusive(project: string, work: () => Promise<void>): Promise<void> {
    return this.#locks.run(project, work);
  }

  /** Resolves when the units that run now have ended. */
  idle(): Promise<void> {
    return this.#locks.idle();
  }

  /** Refuses new units and waits for those that run. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#locks.idle();
  }

  async #timed<T>(unit: UnitOfWork, work: () => Promise<T>): Promise<T> {
    const { clock, log } = this.#parts;
    const startedAt = clock.elapsed();
    try {
      return await work();
    } finally {
      const durationMs = clock.elapsed() - startedAt;
      if (durationMs > slowMs) {
        log.warn('metastore_unit_slow', { project: unit.project, operator: unit.operator, durationMs });
      }
    }
  }

  #runInTurn<T>(unit: UnitOfWork, work: (sandbox: Sandbox) => T, settled: Promise<unknown>): Promise<T> {
    return this.#locks.run(unit.project, async () => {
      for (let retries = 0; ; retries++) {
        const { value, sandbox } = this.#attempt(unit, work, settled);
        const max = unit.isUnfenced === true ? unfencedRetriesMax : retriesMax;
        if (await this.#commit(unit, sandbox, retries < max)) return value;
      }
    });
  }

  #attempt<T>(
    unit: UnitOfWork,
    work: (sandbox: Sandbox) => T,
    settled: Promise<unknown>,
  ): Readonly<{ value: T; sandbox: UnitSandbox }> {
    const { resources, clock } = this.#parts;
    const sandbox = new UnitSandbox(resources, unit.project, clock.now());
    const open: OpenUnit = { project: unit.project, sandbox, settled, joinedFailures: [] };
    this.#open = open;
    let value: T;
    try {
      value = work(sandbox);
    } finally {
      this.#open = undefined;
    }
    assert(!(value instanceof Promise), 'the work of a unit must not be asynchronous');
    if (open.joinedFailures.length > 0) throw open.joinedFailures[0];
    return { value, sandbox };
  }

  /** False when another writer was first and the unit is to be tried again on what that one left. */
  async #commit(unit: UnitOfWork, sandbox: UnitSandbox, mayRetry: boolean): Promise<boolean> {
    const changes = sandbox.changes();
    if (changes.length === 0) return true;
    const { store, instance, newUnitId, failpoint, changed, epochOf } = this.#parts;
    const { project, operator } = unit;
    const epoch = unit.isUnfenced === true ? 0 : (unit.epoch ?? epochOf(project));
    const stored = { project, operator, epoch, instance, unitId: newUnitId(), at: sandbox.at, changes };
    await failpoint('before_commit', unit);
    try {
      await store.commit(stored);
    } catch (error) {
      if (!(error instanceof MetastoreError) || error.kind !== 'conflict') throw error;
      await this.#readAgain(changes);
      if (mayRetry) return false;
      throw error;
    }
    await failpoint('after_commit', unit);
    sandbox.publish();
    changed(changes.map((change) => change.key));
    return true;
  }

  /** Takes over what another writer made of the keys that this unit wanted to change. */
  async #readAgain(changes: readonly StoredChange[]): Promise<void> {
    const { store, resources, changed } = this.#parts;
    const keys = changes.map((change) => change.key);
    // Part of a commit: it ends with the unit, not with a caller that has gone.
    const found = await store.read(keys, new AbortController().signal);
    for (const key of keys) resources.delete(key);
    for (const resource of found) resources.put(decodeResource(resource));
    changed(keys);
  }
}

/** Runs `work` as a part of the unit around it, whose outcome is then its own. */
function join<T>(open: OpenUnit, unit: UnitOfWork, work: (sandbox: Sandbox) => T): Promise<T> {
  assert(
    unit.project === open.project,
    `a unit of project '${unit.project}' inside one of '${open.project}'`,
  );
  const outcome = joined(open, work);
  // The unit around it fails with the same error, so that nobody need listen here.
  outcome.catch(() => undefined);
  return outcome;
}

async function joined<T>(open: OpenUnit, work: (sandbox: Sandbox) => T): Promise<T> {
  let value: T;
  try {
    value = work(open.sandbox);
  } catch (error) {
    open.joinedFailures.push(error);
    throw error;
  }
  await open.settled;
  return value;
}
