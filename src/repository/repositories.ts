import { SqlError } from '../base/sql-error.ts';
import { globalProject, resourceKey, typePrefix } from '../metastore/key.ts';
import type { Metastore, Resource } from '../metastore/metastore.ts';
import type { BlobStore } from './blob-store.ts';
import { checkCancelled } from './cancel.ts';
import { withEmulatedIfAbsent } from './layers/emulate-if-absent.ts';
import type { Patience } from './open-store.ts';
import type { ProbeReport } from './probe.ts';
import { readTransferLimits, type TransferLimits } from './transfer-limits.ts';

/** For whoever names one that is not there. */
export const repositoriesHint = 'SHOW REPOSITORIES lists those that are there.';

/** A named place for snapshots, as kept in the metastore. Property values are sealed: they hold credentials. */
export type Repository = Readonly<{
  id: number;
  name: string;
  readOnly: boolean;
  location: string;
  /** Name after WITH BROKER; undefined for the built-in client. */
  broker?: string;
  properties: readonly (readonly [key: string, sealedValue: string])[];
  /** Milliseconds since the epoch; taken from an existing repository when one is attached. */
  createdAt: number;
  /** Found by the probe: the store keeps no condition of a write. Missing for one that does. */
  emulatesIfAbsent?: true;
}>;

export type RepositoryRequest = Readonly<{
  name: string;
  readOnly: boolean;
  location: string;
  broker?: string;
  properties: readonly (readonly [key: string, value: string])[];
}>;

/** What the registry needs of others; each is a function so that the format and the clouds stay behind it. */
export type RepositoryParts = Readonly<{
  metastore: Metastore;
  seal: (plain: string) => string;
  unseal: (sealed: string) => string;
  /** Opens the store of a location, all layers around it. */
  openStore: (
    location: string,
    properties: ReadonlyMap<string, string>,
    use: Use,
    signal: AbortSignal,
  ) => Promise<BlobStore>;
  /** Proves that the store keeps its promises; throws a StorageError that says which step failed. */
  probe: (store: BlobStore, location: string, signal: AbortSignal) => Promise<ProbeReport>;
  /** Writes `__repo_info`, or adopts the one that is there; gives its create time in ms. */
  attach: (store: BlobStore, request: RepositoryRequest, signal: AbortSignal) => Promise<number>;
}>;

/** `limits` are read again for each piece of work. */
type Use = Readonly<{ patience: Patience; limits: () => TransferLimits }>;

/** What a proven store is. */
type Attached = Readonly<{ createdAt: number; warnings: readonly string[]; emulatesIfAbsent?: true }>;

/** StarRocks' rule (FeNameFormat): a letter, or an underscore and something; 64 characters at most. */
const namePattern = /^(?:[a-zA-Z]\w{0,63}|_[a-zA-Z0-9]\w{0,62})$/;
/** Ids begin here, as StarRocks' do. */
const firstId = 10_001;

/** The repositories of this server: definitions in the metastore, stores opened when first used. */
export class Repositories implements AsyncDisposable {
  readonly #parts: RepositoryParts;
  readonly #stores = new Map<string, Promise<BlobStore>>();
  /** Of PROPERTIES that were read already: they are asked for with every piece of a body. */
  readonly #limits = new Map<string, TransferLimits>();
  /** Stores opened before an ALTER: jobs that run may hold them. */
  readonly #replaced = new Set<Promise<BlobStore>>();
  /** Names that a CREATE is proving at this moment: the second one fails at once. */
  readonly #inCreation = new Set<string>();
  readonly #closing = new AbortController();

  constructor(parts: RepositoryParts) {
    this.#parts = parts;
  }

  list(): readonly Repository[] {
    return this.#parts.metastore.list(typePrefix(globalProject, 'repository')).map(decode);
  }

  find(name: string): Repository | undefined {
    const resource = this.#parts.metastore.get(keyOf(name));
    return resource === undefined ? undefined : decode(resource);
  }

  /** The definition; throws StarRocks' error for an unknown name. */
  get(name: string): Repository {
    const repository = this.find(name);
    if (repository === undefined) throw doesNotExist(name);
    return repository;
  }

  /**
   * Probes the store, attaches to it and remembers it; gives what the user is to know of the store. Nothing is kept
   * when any step fails.
   */
  async create(
    request: RepositoryRequest,
    operator: string,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { name } = request;
    if (!namePattern.test(name)) {
      throw new SqlError('repository_name', `Incorrect repository name '${name}'`, {
        hint: 'Use letters, digits and underscores, a letter first, 64 at most.',
      });
    }
    if (this.find(name) !== undefined || this.#inCreation.has(name)) throw alreadyExists(name);
    this.#inCreation.add(name);
    try {
      const attached = await this.#attach(request, signal);
      await this.#remember(request, attached, operator);
      return attached.warnings;
    } finally {
      this.#inCreation.delete(name);
    }
  }

  /**
   * Changes properties (new credentials, say) after proving that the store opens with them. Jobs that run go on with
   * the store they have. Throws when the repository was altered or dropped meanwhile, having kept nothing.
   */
  async alter(
    name: string,
    changes: RepositoryRequest['properties'],
    operator: string,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const repository = this.get(name);
    const seen = this.#parts.metastore.get(keyOf(name));
    const properties = new Map([...this.#reveal(repository), ...changes]);
    const { readOnly, location, broker } = repository;
    const request = { name, readOnly, location, ...(broker && { broker }), properties: [...properties] };
    const { warnings, emulatesIfAbsent } = await this.#attach(request, signal);
    const sealed = this.#sealAll(request.properties);
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) => {
      const now = sandbox.get(keyOf(name));
      if (now === undefined) throw doesNotExist(name);
      if (now.mvcc !== seen?.mvcc || now.modifiedAt !== seen.modifiedAt) throw changedMeanwhile(name);
      const { emulatesIfAbsent: _before, ...kept } = repository;
      sandbox.put(keyOf(name), {
        ...kept,
        properties: sealed,
        ...(emulatesIfAbsent && { emulatesIfAbsent }),
      });
    });
    this.#limits.set(name, readTransferLimits(properties));
    const store = this.#stores.get(name);
    if (store !== undefined) this.#replaced.add(store);
    this.#stores.delete(name);
    return warnings;
  }

  /** Forgets a repository. What it holds stays where it is. The caller has checked that no job uses it. */
  async drop(name: string, operator: string): Promise<void> {
    if (this.find(name) === undefined)
      throw new SqlError('backup', 'Repository does not exist', { hint: repositoriesHint });
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) => {
      sandbox.delete(keyOf(name));
    });
    const store = this.#stores.get(name);
    this.#stores.delete(name);
    this.#limits.delete(name);
    if (store !== undefined) await closeStore(store);
  }

  /**
   * The store of a repository; opened once and shared until the repository is altered or dropped. Whoever cancels
   * cancels for itself: the opening goes on for the others. One that failed is tried again by the next.
   */
  async open(name: string, signal: AbortSignal): Promise<BlobStore> {
    const repository = this.get(name);
    checkCancelled(signal, `opening repository '${name}'`);
    const known = this.#stores.get(name);
    if (known !== undefined) return known;
    const store = this.#openStore(repository, 'work', this.#closing.signal);
    this.#stores.set(name, store);
    store.catch(() => {
      if (this.#stores.get(name) === store) this.#stores.delete(name);
    });
    return store;
  }

  /**
   * A store of the caller's own, which gives up within seconds: for whoever looks whether the repository is there. The
   * caller disposes of it.
   */
  async openToLook(name: string, signal: AbortSignal): Promise<BlobStore> {
    return this.#openStore(this.get(name), 'prove', signal);
  }

  /** What PROPERTIES allow transfers now: an ALTER counts at once, for stores that jobs have open, too. */
  limits(name: string): TransferLimits {
    const known = this.#limits.get(name);
    if (known !== undefined) return known;
    const limits = readTransferLimits(this.#reveal(this.get(name)));
    this.#limits.set(name, limits);
    return limits;
  }

  /** Properties in clear text, in the order given: whoever shows them masks the secrets. */
  properties(name: string): RepositoryRequest['properties'] {
    return [...this.#reveal(this.get(name))];
  }

  /** Properties in clear text, for the store alone. */
  #reveal(repository: Repository): ReadonlyMap<string, string> {
    return new Map(repository.properties.map(([key, sealed]) => [key, this.#parts.unseal(sealed)]));
  }

  async #openStore(repository: Repository, patience: Patience, signal: AbortSignal): Promise<BlobStore> {
    const { name, location, emulatesIfAbsent } = repository;
    const use = { patience, limits: () => this.limits(name) };
    const store = await this.#parts.openStore(location, this.#reveal(repository), use, signal);
    return emulatesIfAbsent ? withEmulatedIfAbsent(store) : store;
  }

  async #attach(request: RepositoryRequest, signal: AbortSignal): Promise<Attached> {
    const properties = new Map(request.properties);
    const limits = readTransferLimits(properties);
    // A slow speed would be taken for a dead store, and the user waits for the answer.
    const unpaced = { ...limits, uploadKbps: 0, downloadKbps: 0 };
    const use = { patience: 'prove', limits: () => unpaced } as const;
    await using store = await this.#parts.openStore(request.location, properties, use, signal);
    if (request.readOnly)
      return { createdAt: await this.#parts.attach(store, request, signal), warnings: [] };
    const { steps, needsEmulation } = await this.#parts.probe(store, request.location, signal);
    const writable = needsEmulation ? withEmulatedIfAbsent(store) : store;
    const createdAt = await this.#parts.attach(writable, request, signal);
    const warnings = steps.flatMap((step) => (step.outcome === 'warned' ? [step.reason] : []));
    return { createdAt, warnings, ...(needsEmulation && { emulatesIfAbsent: true }) };
  }

  async #remember(
    request: RepositoryRequest,
    { createdAt, emulatesIfAbsent }: Attached,
    operator: string,
  ): Promise<void> {
    const { name, readOnly, location, broker } = request;
    const properties = this.#sealAll(request.properties);
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) => {
      if (sandbox.get(keyOf(name)) !== undefined) throw alreadyExists(name);
      const id = nextId(sandbox.list(typePrefix(globalProject, 'repository')));
      const found = { ...(broker && { broker }), ...(emulatesIfAbsent && { emulatesIfAbsent }) };
      const content = { id, name, readOnly, location, properties, createdAt, ...found };
      sandbox.put(keyOf(name), content, -1);
    });
  }

  #sealAll(properties: RepositoryRequest['properties']): Repository['properties'] {
    return properties.map(([key, value]) => [key, this.#parts.seal(value)] as const);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    const stores = [...this.#stores.values(), ...this.#replaced];
    this.#stores.clear();
    this.#replaced.clear();
    await Promise.all(stores.map(async (store) => closeStore(store)));
  }
}

/** One that could not be opened has nothing to close; its failure went to whoever opened it. */
async function closeStore(opening: Promise<BlobStore>): Promise<void> {
  const store = await opening.catch(() => undefined);
  await store?.[Symbol.asyncDispose]();
}

function keyOf(name: string): string {
  return resourceKey(globalProject, 'repository', name);
}

function nextId(repositories: readonly Resource[]): number {
  return Math.max(firstId - 1, ...repositories.map((resource) => decode(resource).id)) + 1;
}

function doesNotExist(name: string): SqlError {
  return new SqlError('backup', `Repository [${name}] does not exist`, { hint: repositoriesHint });
}

function changedMeanwhile(name: string): SqlError {
  return new SqlError('backup', `Repository [${name}] was changed by someone else at the same time`, {
    hint: 'Look at it and run the statement again.',
  });
}

function alreadyExists(name: string): SqlError {
  const text = `Failed to create repository: repository with same name already exist: ${name}`;
  return new SqlError('backup', text, {
    hint: 'Choose another name, or DROP REPOSITORY first, which leaves its snapshots where they are.',
  });
}

/** Only `#remember` and `alter` write these resources, in this form. */
function decode(resource: Resource): Repository {
  return resource.content as Repository;
}
