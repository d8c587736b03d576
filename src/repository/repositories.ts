import type { Clock } from '../base/clock.ts';
import { SqlError } from '../base/sql-error.ts';
import { globalProject, resourceKey, typePrefix } from '../metastore/key.ts';
import type { Metastore, Resource } from '../metastore/metastore.ts';
import type { BlobStore } from './blob-store.ts';

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
    signal: AbortSignal,
  ) => Promise<BlobStore>;
  /** Proves that the store keeps its promises; throws a StorageError that says which step failed. */
  probe: (store: BlobStore, location: string, signal: AbortSignal) => Promise<void>;
  /** Writes `__repo_info`, or adopts the one that is there; gives its create time in ms. */
  attach: (store: BlobStore, request: RepositoryRequest, signal: AbortSignal) => Promise<number>;
  clock: Clock;
}>;

/** A repository that is being written by CREATE at this moment, or read by ALTER, is not created twice. */
const namePattern = /^(?:[a-zA-Z]\w{0,63}|_[a-zA-Z0-9]\w{0,62})$/;
/** Ids begin here, as StarRocks' do. */
const firstId = 10_001;

/** The repositories of this server: definitions in the metastore, stores opened when first used. */
export class Repositories implements AsyncDisposable {
  readonly #parts: RepositoryParts;
  readonly #stores = new Map<string, Promise<BlobStore>>();
  readonly #inCreation = new Set<string>();

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
    if (repository === undefined) throw new SqlError('backup', `Repository [${name}] does not exist`);
    return repository;
  }

  /** Probes the store, attaches to it and remembers it. Nothing is kept when any step fails. */
  async create(request: RepositoryRequest, operator: string, signal: AbortSignal): Promise<void> {
    const { name } = request;
    if (!namePattern.test(name)) throw new SqlError('repository_name', `Incorrect repository name '${name}'`);
    if (this.find(name) !== undefined || this.#inCreation.has(name)) throw alreadyExists(name);
    this.#inCreation.add(name);
    try {
      const createdAt = await this.#attach(request, signal);
      await this.#remember(request, createdAt, operator);
    } finally {
      this.#inCreation.delete(name);
    }
  }

  /** Changes properties (new credentials, say) after proving that the store opens with them. */
  async alter(
    name: string,
    changes: RepositoryRequest['properties'],
    operator: string,
    signal: AbortSignal,
  ): Promise<void> {
    const repository = this.get(name);
    const properties = new Map([...this.#reveal(repository), ...changes]);
    const { readOnly, location, broker } = repository;
    const request = { name, readOnly, location, ...(broker && { broker }), properties: [...properties] };
    await this.#attach(request, signal);
    const sealed = this.#sealAll(request.properties);
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) => {
      sandbox.put(keyOf(name), { ...repository, properties: sealed });
    });
    await this.#forgetStore(name);
  }

  /** Forgets a repository. What it holds stays where it is. The caller has checked that no job uses it. */
  async drop(name: string, operator: string): Promise<void> {
    if (this.find(name) === undefined) throw new SqlError('backup', 'Repository does not exist');
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) => {
      sandbox.delete(keyOf(name));
    });
    await this.#forgetStore(name);
  }

  /** The store of a repository; opened once and shared until the repository is dropped. */
  open(name: string, signal: AbortSignal): Promise<BlobStore> {
    const repository = this.get(name);
    const known = this.#stores.get(name);
    if (known !== undefined) return known;
    const store = this.#parts.openStore(repository.location, this.#reveal(repository), signal);
    this.#stores.set(name, store);
    store.catch(() => this.#stores.delete(name));
    return store;
  }

  /** Properties in clear text, in the order given: whoever shows them masks the secrets. */
  properties(name: string): RepositoryRequest['properties'] {
    return [...this.#reveal(this.get(name))];
  }

  /** Properties in clear text, for the store alone. */
  #reveal(repository: Repository): ReadonlyMap<string, string> {
    return new Map(repository.properties.map(([key, sealed]) => [key, this.#parts.unseal(sealed)]));
  }

  async #attach(request: RepositoryRequest, signal: AbortSignal): Promise<number> {
    await using store = await this.#parts.openStore(request.location, new Map(request.properties), signal);
    if (!request.readOnly) await this.#parts.probe(store, request.location, signal);
    return await this.#parts.attach(store, request, signal);
  }

  async #remember(request: RepositoryRequest, createdAt: number, operator: string): Promise<void> {
    const { name, readOnly, location, broker } = request;
    const properties = this.#sealAll(request.properties);
    await this.#parts.metastore.write({ project: globalProject, operator }, (sandbox) => {
      if (sandbox.get(keyOf(name)) !== undefined) throw alreadyExists(name);
      const id = nextId(sandbox.list(typePrefix(globalProject, 'repository')));
      const content = { id, name, readOnly, location, ...(broker && { broker }), properties, createdAt };
      sandbox.put(keyOf(name), content, -1);
    });
  }

  #sealAll(properties: RepositoryRequest['properties']): Repository['properties'] {
    return properties.map(([key, value]) => [key, this.#parts.seal(value)] as const);
  }

  async #forgetStore(name: string): Promise<void> {
    const store = this.#stores.get(name);
    this.#stores.delete(name);
    await (await store)?.[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#stores.keys()].map(async (name) => this.#forgetStore(name)));
  }
}

function keyOf(name: string): string {
  return resourceKey(globalProject, 'repository', name);
}

function nextId(repositories: readonly Resource[]): number {
  return Math.max(firstId - 1, ...repositories.map((resource) => decode(resource).id)) + 1;
}

function alreadyExists(name: string): SqlError {
  const text = `Failed to create repository: repository with same name already exist: ${name}`;
  return new SqlError('backup', text);
}

/** Only `#remember` and `alter` write these resources, in this form. */
function decode(resource: Resource): Repository {
  return resource.content as Repository;
}
