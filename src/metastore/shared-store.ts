import type { MetadataStore, StoredAuditRow, StoredResource } from './metadata-store.ts';

/**
 * A metadata store that several nodes use at once. Besides the resources it keeps who may write each project (leases),
 * which nodes there are, and what one node asks of another: the store is the only thing that nodes share, so that they
 * need not reach each other. Times are the store's own, since the clocks of nodes differ. All of it is held by
 * `test/conformance/shared-store.ts`.
 */
export interface SharedStore extends MetadataStore, LeaseStore, QuestionStore {
  /** Audit rows by id, in order; those that are not there (yet) are left out. */
  auditRowsOf(ids: readonly number[], signal: AbortSignal): Promise<readonly StoredAuditRow[]>;
  /** The resources whose keys begin with one of these prefixes, each of which ends with a slash. */
  readBelow(prefixes: readonly string[], signal: AbortSignal): Promise<readonly StoredResource[]>;
  /**
   * Says that a node is alive, and clears away questions of which nobody has fetched the answer for a day. Throws MetastoreError `locked` when a node of the same name, in another data folder, is.
   */
  announce(node: NodeFacts, timeoutMs: number): Promise<void>;
  /** Every node that was ever announced, by name. */
  nodes(signal: AbortSignal): Promise<readonly NodeState[]>;
  /** The node has ended: nothing waits for it. */
  retire(node: string): Promise<void>;
  /** What was first kept under this name, now or earlier: `value` when nothing was. */
  fact(name: string, value: string): Promise<string>;
  /** Keeps another value under a name. */
  replaceFact(name: string, value: string): Promise<void>;
}

/** Who may write each project. */
export interface LeaseStore {
  /** All leases, by project. */
  leases(signal: AbortSignal): Promise<readonly Lease[]>;
  /**
   * Gives the lease of a project to a node and raises its epoch, unless another node's has not expired yet, or the
   * project's home is elsewhere. The new epoch; undefined when it was refused. From then on the units of older epochs
   * are refused.
   */
  claim(wish: LeaseWish): Promise<number | undefined>;
  /** Makes leases last for `timeoutMs` from now. The projects of those that are still the node's. */
  renew(node: string, held: readonly HeldLease[], timeoutMs: number): Promise<ReadonlySet<string>>;
  /** Gives leases back, so that another node can have them at once. */
  release(node: string, held: readonly HeldLease[]): Promise<void>;
}

/** What nodes ask of each other. */
export interface QuestionStore {
  /** Puts a question for whoever has, or may have, the lease of the project. Its id. */
  ask(question: Question): Promise<number>;
  /** Questions of the last `ageMsMax` that nobody has taken, oldest first, at most `limit`. */
  questions(ageMsMax: number, limit: number, signal: AbortSignal): Promise<readonly AskedQuestion[]>;
  /** True for the one node that may answer it. */
  take(id: number, node: string, epoch: number): Promise<boolean>;
  /** Leaves the answer for whoever has asked. */
  answer(id: number, answer: string): Promise<void>;
  /** What has become of a question. Undefined when it is gone. */
  question(id: number, signal: AbortSignal): Promise<QuestionState | undefined>;
  /** Takes a question back. False when somebody has taken it: then only the answer says what became of it. */
  withdraw(id: number): Promise<boolean>;
  /** Removes a question with its answer. */
  forget(id: number): Promise<void>;
}

export type HeldLease = Readonly<{ project: string; epoch: number }>;

export type Lease = HeldLease &
  Readonly<{
    /** Empty when it was given back, or nobody has had it. */
    owner: string;
    takenAt: number;
    /** Until it expires; 0 or less when it has. */
    leftMs: number;
    /** The data folder whose node alone may have it; empty for none. */
    home: string;
  }>;

export type LeaseWish = Readonly<{
  project: string;
  node: string;
  /** Id of the node's data folder. */
  folder: string;
  timeoutMs: number;
  /** True when what the project is about lies in the node's data folder: no other node may ever have it. */
  isHome: boolean;
}>;

export type NodeFacts = Readonly<{
  node: string;
  folder: string;
  /** `host:port` of its MySQL listener. */
  address: string;
  /** Where it answers /metrics and /healthz; 0 for nowhere. */
  httpPort: number;
  role: string;
  /** Of nodes that may own the projects of some catalogs; empty for none. */
  group: string;
  version: string;
  /** Up to where it has read the audit log. */
  auditId: number;
  startedAt: number;
}>;

export type NodeState = NodeFacts & Readonly<{ isAlive: boolean; seenAt: number }>;

/** `body` and answers are texts of the nodes' own. */
export type Question = Readonly<{ project: string; body: string; node: string }>;
export type AskedQuestion = Question & Readonly<{ id: number; askedAt: number }>;
export type QuestionState = Readonly<{ takenBy: string; epoch: number; answer: string | undefined }>;
