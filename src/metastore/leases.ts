import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { MetastoreError } from './metastore.ts';
import { NotOwnerError, type Ownership, type OwnershipChange } from './ownership.ts';
import type { HeldLease, Lease, LeaseStore } from './shared-store.ts';

export type LeaseParts = Readonly<{
  store: LeaseStore;
  node: string;
  /** Id of this node's data folder. */
  folder: string;
  /** False for a node that never owns anything. */
  isCandidate: boolean;
  /** False for a project that is assigned to another group of nodes. It may change at any time. */
  isInGroup: (project: string) => boolean;
  /** Between two renewals, and two looks at leases of others. */
  heartbeatMs: number;
  /** How long a lease lasts without renewal. */
  timeoutMs: number;
  clock: Clock;
  /** Milliseconds that have passed since some moment, on a clock that nobody sets. */
  elapsedMs: () => number;
  /** From 0 to 1: so that nodes that start together each get some projects. */
  random: () => number;
  log: Log;
  /** True when what a project is about lies in this node's data folder. */
  isHome: (project: string) => boolean;
  /** Resolves when everything is known that was committed before. Called after a claim, before anybody hears of it. */
  catchUp: () => Promise<void>;
  /** Called at each beat: the node says that it is alive. */
  announce: () => Promise<void>;
}>;

type Held = Readonly<{ epoch: number; until: Deadline }>;
/** On both clocks, since one of them stands still while the machine sleeps, and the other may be set. */
type Deadline = Readonly<{ elapsedMs: number; now: number }>;

/** After this part of its time a lease counts as lost here: the rest is for stopping its jobs (Kylin's rate, too). */
const usableShare = 0.8;
/** A beat that failed is tried again after this part of the heartbeat. */
const retryShare = 0.2;

/**
 * The leases of this node. They are renewed at each heartbeat; a lease that could not be renewed in time is given up
 * here before it ends in the store, so that its work has stopped when another node begins with it.
 */
export class Leases implements Ownership {
  readonly #parts: LeaseParts;
  readonly #held = new Map<string, Held>();
  readonly #claims = new Map<string, Promise<boolean>>();
  readonly #listeners = new Set<(change: OwnershipChange) => void>();
  #timer: Disposable | undefined;
  #watch: Disposable | undefined;
  #beating: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(parts: LeaseParts) {
    this.#parts = parts;
  }

  /** Takes what it can get, then goes on at each heartbeat. Throws MetastoreError when the store is away. */
  async start(): Promise<void> {
    await this.#beat();
    this.#next(this.#parts.heartbeatMs);
  }

  holds(project: string): boolean {
    const held = this.#held.get(project);
    if (held === undefined) return false;
    if (this.#isBefore(held.until)) return true;
    this.#lose(project, 'its time is over');
    return false;
  }

  epochOf(project: string): number {
    const held = this.holds(project) ? this.#held.get(project) : undefined;
    if (held !== undefined) return held.epoch;
    const text = `project '${project}' does not belong to node '${this.#parts.node}' now`;
    throw new MetastoreError('stale_epoch', text);
  }

  async require(project: string): Promise<void> {
    if (this.holds(project)) return;
    if (this.#mayOwn(project) && !this.#isStopped && (await this.#claim(project))) return;
    const leases = await this.#parts.store.leases(new AbortController().signal);
    const lease = leases.find((known) => known.project === project);
    const home = lease?.home ?? '';
    const owner = lease?.owner ?? '';
    throw new NotOwnerError({ project, owner, isBound: home !== '' && home !== this.#parts.folder });
  }

  onChange(listener: (change: OwnershipChange) => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Gives all leases back. Whoever works under them has stopped before. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.[Symbol.dispose]();
    this.#watch?.[Symbol.dispose]();
    await this.#beating;
    await Promise.allSettled(this.#claims.values());
    const held = this.#heldLeases();
    this.#held.clear();
    try {
      await this.#parts.store.release(this.#parts.node, held);
    } catch (error) {
      // They expire by themselves.
      if (!(error instanceof MetastoreError)) throw error;
      this.#parts.log.warn('leases_not_released', { error: error.message });
    }
  }

  /** One heartbeat, now: for tests. */
  async beat(): Promise<void> {
    await this.#beat();
  }

  #next(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#parts.clock.schedule(delayMs, () => {
      this.#beating = this.#beatOrRetry();
    });
  }

  async #beatOrRetry(): Promise<void> {
    const { heartbeatMs, log } = this.#parts;
    try {
      await this.#beat();
      this.#next(heartbeatMs);
    } catch (error) {
      if (!(error instanceof MetastoreError)) throw error;
      log.warn('leases_not_renewed', { error: error.message });
      this.#next(heartbeatMs * retryShare);
    }
  }

  async #beat(): Promise<void> {
    this.#giveUp();
    await this.#renew();
    await this.#parts.announce();
    if (this.#parts.isCandidate) await this.#takeFree();
  }

  /** Projects that other nodes are to have from now on. The store's lease runs out: until then their jobs end here. */
  #giveUp(): void {
    const others = [...this.#held.keys()].filter((project) => !this.#mayOwn(project));
    for (const project of others) this.#lose(project, 'it is assigned to another group of nodes');
  }

  #mayOwn(project: string): boolean {
    return this.#parts.isCandidate && this.#parts.isInGroup(project);
  }

  async #renew(): Promise<void> {
    const { store, node, timeoutMs } = this.#parts;
    const held = this.#heldLeases();
    if (held.length === 0) return;
    const until = this.#deadline();
    const renewed = await store.renew(node, held, timeoutMs);
    for (const { project, epoch } of held) {
      // Given up since the renewal was sent: it begins anew, with a number of its own.
      if (this.#held.get(project)?.epoch !== epoch) continue;
      if (renewed.has(project)) this.#held.set(project, { epoch, until });
      else this.#lose(project, 'another node has it');
    }
    this.#watchDeadlines();
  }

  async #takeFree(): Promise<void> {
    const { store, random, folder, node } = this.#parts;
    const leases = await store.leases(new AbortController().signal);
    const isFree = ({ project, owner, leftMs, home }: Lease): boolean =>
      !this.#held.has(project) &&
      this.#mayOwn(project) &&
      (owner === '' || owner === node || leftMs <= 0) &&
      (home === '' || home === folder);
    const free = leases.filter(isFree).map(({ project }) => ({ project, order: random() }));
    for (const { project } of free.toSorted((left, right) => left.order - right.order)) {
      if (this.#isStopped) return;
      await this.#claim(project);
    }
  }

  /** True when the lease is this node's now. Callers that ask at the same time share the answer. */
  #claim(project: string): Promise<boolean> {
    const running = this.#claims.get(project);
    if (running !== undefined) return running;
    const claim = this.#claimOnce(project).finally(() => this.#claims.delete(project));
    this.#claims.set(project, claim);
    return claim;
  }

  async #claimOnce(project: string): Promise<boolean> {
    const { store, node, folder, timeoutMs, isHome, catchUp, log } = this.#parts;
    if (this.holds(project)) return true;
    const until = this.#deadline();
    const wish = { project, node, folder, timeoutMs, isHome: isHome(project) };
    const epoch = await store.claim(wish);
    if (epoch === undefined) return false;
    try {
      await catchUp();
    } catch (error) {
      await store.release(node, [{ project, epoch }]);
      throw error;
    }
    if (!this.#isBefore(until) || this.#isStopped) {
      await store.release(node, [{ project, epoch }]);
      return false;
    }
    this.#held.set(project, { epoch, until });
    this.#watchDeadlines();
    log.info('lease_taken', { project, epoch });
    this.#tell({ project, isHeld: true });
    return true;
  }

  #lose(project: string, reason: string): void {
    const held = this.#held.get(project);
    if (held === undefined) return;
    this.#held.delete(project);
    this.#parts.log.warn('lease_lost', { project, epoch: held.epoch, reason });
    this.#tell({ project, isHeld: false });
  }

  #tell(change: OwnershipChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #heldLeases(): readonly HeldLease[] {
    return [...this.#held].map(([project, { epoch }]) => ({ project, epoch }));
  }

  /** Of a lease that is asked for now: the store counts from a later moment. */
  #deadline(): Deadline {
    const { clock, elapsedMs, timeoutMs } = this.#parts;
    const usableMs = timeoutMs * usableShare;
    return { elapsedMs: elapsedMs() + usableMs, now: clock.now() + usableMs };
  }

  #isBefore(deadline: Deadline): boolean {
    return this.#leftMs(deadline) > 0;
  }

  #leftMs(deadline: Deadline): number {
    const { clock, elapsedMs } = this.#parts;
    return Math.min(deadline.elapsedMs - elapsedMs(), deadline.now - clock.now());
  }

  /** Wakes when the first lease ends, so that its jobs stop though nobody asks. */
  #watchDeadlines(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
    if (this.#held.size === 0 || this.#isStopped) return;
    const left = [...this.#held.values()].map(({ until }) => this.#leftMs(until));
    this.#watch = this.#parts.clock.schedule(Math.max(0, Math.min(...left)) + 1, () => {
      for (const project of this.#held.keys()) this.holds(project);
      this.#watchDeadlines();
    });
  }
}
