import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { failpoint } from '../base/failpoint.ts';
import type { Log } from '../base/log.ts';
import { auditPageRowsMax, decodeAuditRow } from './audit.ts';
import { Follower } from './follower.ts';
import type { MetadataStore } from './metadata-store.ts';
import type { AuditPosition, AuditRow, Metastore, Resource, Sandbox, UnitOfWork } from './metastore.ts';
import { decodeResource } from './resource.ts';
import { OwnUnits } from './own-units.ts';
import { ResourceStore } from './resource-store.ts';
import type { SharedStore } from './shared-store.ts';
import { UnitRunner, type Failpoint } from './unit-of-work.ts';

export type MetastoreOptions = Readonly<{
  /** This node, as `host:port`. */
  instance: string;
  clock: Clock;
  log: Log;
  /** For tests: may throw, which leaves the metastore as a crash at that point would. Open it again then. */
  failpoint?: Failpoint;
  /** Names units in the audit log; random by default. */
  newUnitId?: () => string;
  /** The number of this node's lease of a project. By default this node is the only owner of all. */
  epochOf?: (project: string) => number;
}>;

/** What is known when a node starts, and the row of the audit log after which it follows. */
export type StartState = Readonly<{ resources: readonly Resource[]; offset: number }>;

/** One node is the only owner of all projects: its lease has this number. */
const soleEpoch = 1;

/** The metastore over an open store, which it closes when it is closed itself. */
export async function startMetastore(store: MetadataStore, options: MetastoreOptions): Promise<Metastore> {
  const { resources: stored } = await store.load(new AbortController().signal);
  const resources = new ResourceStore();
  resources.load(stored.map(decodeResource));
  return new StoredMetastore(store, resources, options);
}

export type FollowedMetastore = Readonly<{ metastore: Metastore; follower: Follower }>;

/** The state of a store that other nodes write, too. */
export async function loadShared(store: SharedStore): Promise<StartState> {
  const { resources, auditId } = await store.load(new AbortController().signal);
  // A transaction that was open while everything was loaded may own an id before the newest one.
  return { resources: resources.map(decodeResource), offset: Math.max(0, auditId - auditPageRowsMax) };
}

/** The same over a store that other nodes write, too: the follower brings in what they have written since `start`. */
export function startFollowedMetastore(
  store: SharedStore,
  start: StartState,
  options: MetastoreOptions,
): FollowedMetastore {
  const resources = new ResourceStore();
  resources.load(start.resources);
  const own = new OwnUnits(options.newUnitId ?? randomUUID);
  const seenUpTo = async (): Promise<number> => {
    await follower.catchUp();
    return follower.seenUpTo;
  };
  const given = { ...options, newUnitId: () => own.next(), seenUpTo };
  const metastore = new StoredMetastore(store, resources, given);
  const { clock, log } = options;
  const follower = new Follower({
    store,
    resources,
    clock,
    log,
    offset: start.offset,
    exclusive: (project, work) => metastore.exclusive(project, work),
    idle: () => metastore.idle(),
    isOwn: (unitId) => own.has(unitId),
    changed: (keys) => metastore.tell(keys),
  });
  return { metastore, follower };
}

class StoredMetastore implements Metastore {
  readonly #store: MetadataStore;
  readonly #resources: ResourceStore;
  readonly #log: Log;
  readonly #units: UnitRunner;
  readonly #seenUpTo: (signal: AbortSignal) => Promise<number>;
  readonly #listeners = new Set<(keys: readonly string[]) => void>();

  /** `seenUpTo`: what was committed before the call is known here, or is a unit of this process. */
  constructor(
    store: MetadataStore,
    resources: ResourceStore,
    options: MetastoreOptions & Readonly<{ seenUpTo?: () => Promise<number> }>,
  ) {
    const { instance, clock, log } = options;
    const { failpoint = processFailpoint, newUnitId = randomUUID, epochOf = () => soleEpoch } = options;
    this.#store = store;
    this.#resources = resources;
    this.#log = log;
    const newest = async (signal: AbortSignal): Promise<number> => (await store.auditRange(signal)).newest;
    this.#seenUpTo = options.seenUpTo ?? newest;
    const changed = (keys: readonly string[]): void => this.#tell(keys);
    const parts = { store, resources, clock, log, instance, newUnitId, epochOf, failpoint, changed };
    this.#units = new UnitRunner(parts);
  }

  get(key: string): Resource | undefined {
    return this.#resources.get(key);
  }

  list(prefix: string): readonly Resource[] {
    return this.#resources.list(prefix);
  }

  write<T>(unit: UnitOfWork, work: (sandbox: Sandbox) => T): Promise<T> {
    return this.#units.run(unit, work);
  }

  async audit(after: number, limit: number, signal: AbortSignal): Promise<readonly AuditRow[]> {
    const rows = await this.#store.audit(after, Math.min(limit, auditPageRowsMax), signal);
    return rows.map(decodeAuditRow);
  }

  async position(signal: AbortSignal): Promise<AuditPosition> {
    const auditId = await this.#seenUpTo(signal);
    // A unit that is committed may not be in memory yet.
    await this.#units.idle();
    const [row] = auditId === 0 ? [] : await this.#store.audit(auditId - 1, 1, signal);
    return { auditId, unitId: row?.id === auditId ? row.unitId : undefined };
  }

  onCommit(listener: (keys: readonly string[]) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#units.close();
    await this.#store[Symbol.asyncDispose]();
  }

  /** Runs `work` while no unit of the project runs. */
  exclusive(project: string, work: () => Promise<void>): Promise<void> {
    return this.#units.exclusive(project, work);
  }

  idle(): Promise<void> {
    return this.#units.idle();
  }

  /** Tells the listeners of what a follower has brought in. */
  tell(keys: readonly string[]): void {
    this.#tell(keys);
  }

  /** The commit stands whatever a listener does: its failure is the operator's to see, not the writer's. */
  #tell(keys: readonly string[]): void {
    for (const listener of this.#listeners) {
      try {
        listener(keys);
      } catch (error) {
        this.#log.error('metastore_listener_failed', { key: keys[0], error: String(error) });
      }
    }
  }
}

function processFailpoint(point: Parameters<Failpoint>[0]): void {
  failpoint(`metastore.${point}`);
}
