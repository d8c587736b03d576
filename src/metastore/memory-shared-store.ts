import { type MemoryDisk, MemoryStore, memoryDisk } from './memory-store.ts';
import type {
  AuditRange,
  Committed,
  ProjectEpoch,
  StoredAuditRow,
  StoredResource,
  StoredState,
  StoredUnit,
} from './metadata-store.ts';
import { MetastoreError } from './metastore.ts';
import type {
  AskedQuestion,
  HeldLease,
  Lease,
  LeaseWish,
  NodeFacts,
  NodeState,
  Question,
  QuestionState,
  SharedStore,
} from './shared-store.ts';

/** What nodes share in one process: for tests and for the simulation. */
export type SharedDisk = MemoryDisk &
  Readonly<{
    /** The store's own clock. */
    now: () => number;
    leases: Map<string, Readonly<{ expiresAt: number; home: string }>>;
    nodes: Map<string, NodeFacts & Readonly<{ expiresAt: number; seenAt: number }>>;
    facts: Map<string, string>;
    questions: Map<number, AskedQuestion & QuestionState>;
    counter: { questions: number };
  }>;

export function sharedDisk(now: () => number): SharedDisk {
  const [leases, nodes, facts, questions] = [new Map(), new Map(), new Map(), new Map()];
  return { ...memoryDisk(), now, leases, nodes, facts, questions, counter: { questions: 0 } };
}

export class MemorySharedStore implements SharedStore {
  readonly #disk: SharedDisk;
  readonly #store: MemoryStore;

  constructor(disk: SharedDisk, auditRowsMax?: number) {
    this.#disk = disk;
    this.#store = new MemoryStore(disk, auditRowsMax);
  }

  load(signal: AbortSignal): Promise<StoredState> {
    return this.#store.load(signal);
  }

  read(keys: readonly string[], signal: AbortSignal): Promise<readonly StoredResource[]> {
    return this.#store.read(keys, signal);
  }

  commit(unit: StoredUnit): Promise<Committed> {
    return this.#store.commit(unit);
  }

  audit(after: number, limit: number, signal: AbortSignal): Promise<readonly StoredAuditRow[]> {
    return this.#store.audit(after, limit, signal);
  }

  epoch(project: string, signal: AbortSignal): Promise<ProjectEpoch | undefined> {
    return this.#store.epoch(project, signal);
  }

  takeEpoch(project: string, owner: string, seen: number, at: number): Promise<number> {
    return this.#store.takeEpoch(project, owner, seen, at);
  }

  auditRange(): Promise<AuditRange> {
    return this.#store.auditRange();
  }

  async readBelow(prefixes: readonly string[]): Promise<readonly StoredResource[]> {
    const { resources } = await this.#store.load(new AbortController().signal);
    return resources.filter(({ key }) => prefixes.some((prefix) => key.startsWith(prefix)));
  }

  async auditRowsOf(ids: readonly number[]): Promise<readonly StoredAuditRow[]> {
    return this.#disk.audit.filter(({ id }) => ids.includes(id));
  }

  async leases(): Promise<readonly Lease[]> {
    const { epochs, leases, now } = this.#disk;
    return [...epochs.values()]
      .map((epoch) => {
        const { expiresAt = 0, home = '' } = leases.get(epoch.project) ?? {};
        return { ...epoch, leftMs: expiresAt - now(), home };
      })
      .toSorted((left, right) => (left.project < right.project ? -1 : 1));
  }

  async claim({ project, node, folder, timeoutMs, isHome }: LeaseWish): Promise<number | undefined> {
    const { epochs, leases, now } = this.#disk;
    const current = epochs.get(project);
    const { expiresAt = 0, home = '' } = leases.get(project) ?? {};
    const isFree = (current?.owner ?? '') === '' || current?.owner === node || expiresAt <= now();
    if (!isFree || (home !== '' && home !== folder)) return undefined;
    const epoch = (current?.epoch ?? 0) + 1;
    epochs.set(project, { project, epoch, owner: node, takenAt: now() });
    leases.set(project, { expiresAt: now() + timeoutMs, home: isHome ? folder : home });
    return epoch;
  }

  async renew(node: string, held: readonly HeldLease[], timeoutMs: number): Promise<ReadonlySet<string>> {
    const own = held.filter((lease) => this.#isOf(node, lease)).map(({ project }) => project);
    for (const project of own) this.#expire(project, this.#disk.now() + timeoutMs);
    return new Set(own);
  }

  async release(node: string, held: readonly HeldLease[]): Promise<void> {
    const { epochs } = this.#disk;
    for (const lease of held) {
      const current = epochs.get(lease.project);
      if (current === undefined || !this.#isOf(node, lease)) continue;
      epochs.set(lease.project, { ...current, owner: '' });
      this.#expire(lease.project, 0);
    }
  }

  async announce(facts: NodeFacts, timeoutMs: number): Promise<void> {
    const { nodes, now } = this.#disk;
    const other = nodes.get(facts.node);
    if (other !== undefined && other.folder !== facts.folder && other.expiresAt > now()) {
      throw new MetastoreError('locked', `node '${facts.node}' runs already, at ${other.address}`);
    }
    nodes.set(facts.node, { ...facts, seenAt: now(), expiresAt: now() + timeoutMs });
  }

  async nodes(): Promise<readonly NodeState[]> {
    return [...this.#disk.nodes.values()]
      .map(({ expiresAt, ...facts }) => ({ ...facts, isAlive: expiresAt > this.#disk.now() }))
      .toSorted((left, right) => (left.node < right.node ? -1 : 1));
  }

  async retire(node: string): Promise<void> {
    const facts = this.#disk.nodes.get(node);
    if (facts !== undefined) this.#disk.nodes.set(node, { ...facts, expiresAt: 0 });
  }

  async fact(name: string, value: string): Promise<string> {
    const kept = this.#disk.facts.get(name) ?? value;
    this.#disk.facts.set(name, kept);
    return kept;
  }

  async replaceFact(name: string, value: string): Promise<void> {
    this.#disk.facts.set(name, value);
  }

  async ask(question: Question): Promise<number> {
    const id = ++this.#disk.counter.questions;
    const state = { takenBy: '', epoch: 0, answer: undefined };
    this.#disk.questions.set(id, { ...question, id, askedAt: this.#disk.now(), ...state });
    return id;
  }

  async questions(ageMsMax: number, limit: number): Promise<readonly AskedQuestion[]> {
    const { questions, now } = this.#disk;
    return [...questions.values()]
      .filter(({ takenBy, askedAt }) => takenBy === '' && askedAt > now() - ageMsMax)
      .slice(0, limit);
  }

  async take(id: number, node: string, epoch: number): Promise<boolean> {
    const asked = this.#disk.questions.get(id);
    if (asked === undefined || asked.takenBy !== '') return false;
    this.#disk.questions.set(id, { ...asked, takenBy: node, epoch });
    return true;
  }

  async answer(id: number, answer: string): Promise<void> {
    const asked = this.#disk.questions.get(id);
    if (asked !== undefined) this.#disk.questions.set(id, { ...asked, answer });
  }

  async question(id: number): Promise<QuestionState | undefined> {
    const asked = this.#disk.questions.get(id);
    if (asked === undefined) return undefined;
    return { takenBy: asked.takenBy, epoch: asked.epoch, answer: asked.answer };
  }

  async withdraw(id: number): Promise<boolean> {
    return this.#disk.questions.get(id)?.takenBy === '' && this.#disk.questions.delete(id);
  }

  async forget(id: number): Promise<void> {
    this.#disk.questions.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
  }

  #isOf(node: string, { project, epoch }: HeldLease): boolean {
    const current = this.#disk.epochs.get(project);
    return current?.owner === node && current.epoch === epoch;
  }

  #expire(project: string, expiresAt: number): void {
    const { home = '' } = this.#disk.leases.get(project) ?? {};
    this.#disk.leases.set(project, { expiresAt, home });
  }
}
