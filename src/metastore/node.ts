import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { Secret } from '../base/secret.ts';
import { globalProject, parseKey } from './key.ts';
import { Leases } from './leases.ts';
import { type Metastore, MetastoreError } from './metastore.ts';
import { NotOwnerError, type Ownership, soleOwnership } from './ownership.ts';
import { type Answerer, Questions } from './questions.ts';
import { SecretsError, type Secrets } from './secrets.ts';
import type { Lease, NodeState, SharedStore } from './shared-store.ts';
import {
  type FollowedMetastore,
  loadShared,
  startFollowedMetastore,
  type StartState,
} from './stored-metastore.ts';

/** This node among those that share the metastore; with the embedded one it is the only one. */
export interface Node {
  readonly metastore: Metastore;
  readonly ownership: Ownership;
  /** Names the metastore, for good: what it has made is told from what others have made. */
  readonly metastoreId: string | undefined;
  /** All nodes; empty with the embedded metastore. Throws MetastoreError. */
  nodes(signal: AbortSignal): Promise<readonly NodeState[]>;
  leases(signal: AbortSignal): Promise<readonly Lease[]>;
  /** The group of nodes that a project is assigned to; empty for none. */
  groupOf(project: string): string;
  /** Has the owner of a project answer, and returns when this node has seen what that changed. See Questions. */
  ask(project: string, body: string, signal: AbortSignal): Promise<string>;
  /** Says who answers other nodes' questions. */
  answerWith(answerer: Answerer): void;
  /** Resolves when everything is known here that had been committed when it was called. */
  catchUp(): Promise<void>;
  /** Gives the leases back: to be called when nothing works under them any more. */
  leave(): Promise<void>;
}

/** A node whose key can be changed. */
export interface KeyedNode extends Node, AsyncDisposable {
  /** From now on only nodes that have the key which seals now may join. */
  requireKey(secrets: Secrets): Promise<void>;
}

export type SharedNodeOptions = Readonly<{
  node: string;
  folder: string;
  /** In the audit log. */
  instance: string;
  /** As other nodes show it; `host:port`. Asked each time, since the port may be known late. */
  address: () => string;
  /** Where it answers /metrics and /healthz; 0 for nowhere. */
  httpPort: number;
  role: 'all' | 'job' | 'query';
  /** The group of nodes that this one belongs to; empty for none. */
  group: string;
  /** The group whose nodes alone may own a project; empty when every node may. */
  groupOf: (project: string, metastore: Metastore) => string;
  version: string;
  heartbeatMs: number;
  timeoutMs: number;
  isHome: (project: string) => boolean;
  clock: Clock;
  log: Log;
  secrets: Secrets;
  random: () => number;
  elapsedMs: () => number;
  /** A state to start from that spares the store the reading of all; undefined when the store is to be read. */
  startFrom?: (store: SharedStore, metastoreId: string) => Promise<StartState | undefined>;
}>;

/** Between two looks for what other nodes have written or asked: two look-ups in indexes. */
const pollMs = 200;
/** After a failure. */
const pollAgainMs = 1_000;
/** A question waits for the takeover of a dead owner's lease, and a little more. */
const takeGraceMs = 5_000;

export type SoleNodeOptions = Pick<
  SharedNodeOptions,
  'node' | 'address' | 'httpPort' | 'role' | 'group' | 'groupOf' | 'version' | 'clock'
>;

/** A node alone with its metastore: it owns everything, and nobody asks. */
export function soleNode(metastore: Metastore, options: SoleNodeOptions): Node {
  const { node, httpPort, role, group, groupOf, version, clock } = options;
  const startedAt = clock.now();
  return {
    metastore,
    ownership: soleOwnership,
    metastoreId: undefined,
    nodes: async () => {
      const facts = { node, folder: '', address: options.address(), httpPort, role, group, version };
      const self = { ...facts, auditId: 0, startedAt };
      return [{ ...self, isAlive: true, seenAt: clock.now() }];
    },
    leases: async () => {
      const keys = metastore.list('/').flatMap(({ key }) => parseKey(key)?.project ?? []);
      const lease = { owner: node, epoch: 1, takenAt: 0, leftMs: Number.POSITIVE_INFINITY, home: '' };
      return [...new Set(keys)].map((project) => ({ project, ...lease }));
    },
    groupOf: (project) => groupOf(project, metastore),
    ask: async (project) => {
      throw new MetastoreError('unavailable', `there is no other node to ask for '${project}'`);
    },
    answerWith: () => {},
    catchUp: async () => {},
    leave: async () => {},
  };
}

/**
 * Joins the nodes that share a store: takes leases that are free unless it is a query node, and follows what the
 * others write. Closes the store when it is disposed, or when it fails. Throws MetastoreError; SecretsError `wrong_key`
 * when this node's key is not the others'.
 */
export async function joinNodes(store: SharedStore, options: SharedNodeOptions): Promise<KeyedNode> {
  await using joining = new AsyncDisposableStack();
  joining.use(store);
  const metastoreId = await store.fact('id', crypto.randomUUID());
  await checkKey(store, options.secrets, metastoreId);
  const node = await SharedNode.start(store, metastoreId, options);
  joining.move();
  return node;
}

class SharedNode implements KeyedNode {
  readonly metastoreId: string;
  readonly #store: SharedStore;
  readonly #options: SharedNodeOptions;
  readonly #startedAt: number;
  readonly #leases: Leases;
  readonly #questions: Questions;
  #followed: FollowedMetastore | undefined;
  #answerer: Answerer | undefined;
  #timer: Disposable | undefined;
  #polling: Promise<void> = Promise.resolve();
  #isAway = false;
  #isStopped = false;
  #hasLeft = false;

  private constructor(store: SharedStore, metastoreId: string, options: SharedNodeOptions) {
    this.#store = store;
    this.metastoreId = metastoreId;
    this.#options = options;
    const { node, folder, role, group, heartbeatMs, timeoutMs } = options;
    const { clock, log, random, elapsedMs, isHome } = options;
    this.#startedAt = clock.now();
    this.#leases = new Leases({
      store,
      node,
      folder,
      isCandidate: role !== 'query',
      isInGroup: (project) => ['', group].includes(this.groupOf(project)),
      heartbeatMs,
      timeoutMs,
      clock,
      log,
      random,
      elapsedMs,
      isHome,
      catchUp: () => this.catchUp(),
      announce: () => this.#announce(),
    });
    const takeMsMax = timeoutMs + heartbeatMs + takeGraceMs;
    this.#questions = new Questions({
      store,
      ownership: this.#leases,
      node,
      clock,
      log,
      catchUp: () => this.catchUp(),
      takeMsMax,
    });
  }

  static async start(
    store: SharedStore,
    metastoreId: string,
    options: SharedNodeOptions,
  ): Promise<SharedNode> {
    const node = new SharedNode(store, metastoreId, options);
    await node.#announce();
    const { clock, log, role } = options;
    const state = (await options.startFrom?.(store, metastoreId)) ?? (await loadShared(store));
    node.#followed = startFollowedMetastore(store, state, {
      instance: options.instance,
      clock,
      log,
      epochOf: (project) => node.#leases.epochOf(project),
    });
    await node.catchUp();
    await node.#leases.start();
    if (role !== 'query') await node.#leases.require(globalProject).catch(ignoreOtherOwner);
    node.#next(pollMs);
    return node;
  }

  get metastore(): Metastore {
    return this.#follow().metastore;
  }

  get ownership(): Ownership {
    return this.#leases;
  }

  async nodes(signal: AbortSignal): Promise<readonly NodeState[]> {
    return this.#store.nodes(signal);
  }

  async leases(signal: AbortSignal): Promise<readonly Lease[]> {
    return this.#store.leases(signal);
  }

  groupOf(project: string): string {
    return this.#options.groupOf(project, this.metastore);
  }

  async ask(project: string, body: string, signal: AbortSignal): Promise<string> {
    const { secrets } = this.#options;
    const answer = await this.#questions.ask(project, secrets.seal(new Secret(body)), signal);
    await this.catchUp();
    return secrets.open(answer).reveal();
  }

  answerWith(answerer: Answerer): void {
    const { secrets } = this.#options;
    // Sealed: statements hold passwords, and only who has the key may have something run here.
    this.#answerer = async (body) => secrets.seal(new Secret(await answerer(secrets.open(body).reveal())));
  }

  catchUp(): Promise<void> {
    return this.#follow().follower.catchUp();
  }

  async requireKey(secrets: Secrets): Promise<void> {
    await this.#store.replaceFact(keyProof, secrets.seal(new Secret(this.metastoreId)));
  }

  async leave(): Promise<void> {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    await this.#questions.stop();
    await this.#leases.stop();
    await this.#store.retire(this.#options.node).catch((error: unknown) => {
      // It is taken for dead after the timeout.
      this.#options.log.warn('node_not_retired', { error: String(error) });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.[Symbol.dispose]();
    await this.#polling;
    await this.leave();
    if (this.#followed === undefined) await this.#store[Symbol.asyncDispose]();
    else await this.#followed.metastore[Symbol.asyncDispose]();
  }

  #follow(): FollowedMetastore {
    if (this.#followed === undefined)
      throw new MetastoreError('unavailable', 'the metastore is not open yet');
    return this.#followed;
  }

  async #announce(): Promise<void> {
    const { node, folder, httpPort, role, group, version, timeoutMs } = this.#options;
    const auditId = this.#followed?.follower.offset ?? 0;
    const address = this.#options.address();
    const startedAt = this.#startedAt;
    const facts = { node, folder, address, httpPort, role, group, version, auditId, startedAt };
    await this.#store.announce(facts, timeoutMs);
  }

  #next(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.schedule(delayMs, () => {
      this.#polling = this.#poll();
    });
  }

  /** An outage is logged once, when it begins and when it ends. */
  async #poll(): Promise<void> {
    const { log } = this.#options;
    try {
      await this.#follow().follower.poll();
      if (this.#answerer !== undefined && !this.#hasLeft) await this.#questions.serve(this.#answerer);
      if (this.#isAway) log.info('metastore_reached');
      this.#isAway = false;
    } catch (error) {
      if (this.#isStopped) return;
      if (!this.#isAway) log.warn('metastore_not_followed', { error: String(error) });
      this.#isAway = true;
    }
    this.#next(this.#isAway ? pollAgainMs : pollMs);
  }
}

function ignoreOtherOwner(error: unknown): void {
  if (!(error instanceof NotOwnerError)) throw error;
}

/** The fact that holds the metastore's id, sealed. */
const keyProof = 'sealed_id';

/** All nodes open what the others have sealed: one with another key would find out too late. */
async function checkKey(store: SharedStore, secrets: Secrets, metastoreId: string): Promise<void> {
  const sealed = await store.fact(keyProof, secrets.seal(new Secret(metastoreId)));
  try {
    if (secrets.open(sealed).reveal() === metastoreId) return;
  } catch (error) {
    if (!(error instanceof SecretsError) || error.kind !== 'wrong_key') throw error;
    throw new SecretsError(
      'wrong_key',
      'this node has another key than the nodes that made the metastore: give all of them the same one, by ' +
        'HOLDFAST_SECRET_KEY or by copying secret.key into the data folder',
      error,
    );
  }
  throw new MetastoreError('corrupt', 'the metastore does not know its own id any more');
}
