import { randomUUID } from 'node:crypto';
import { present } from '../base/assert.ts';
import { untilAborted } from '../base/waiting.ts';
import { globalProject, resourceKey, typePrefix } from '../metastore/key.ts';
import type { Metastore, Resource, Sandbox } from '../metastore/metastore.ts';
import { matching, oneOf, record, type RecordSchema, text } from '../snapshot/schema.ts';

/**
 * Blobs of a repository that are to be deleted unless somebody needs them, as the metastore keeps them under
 * `/_global/blob_mark/<id>`. `marked`: whoever is about to count on one takes it out. `deleting`: requests are under
 * way, and whoever needs one waits until the mark is gone and stores it anew.
 */
export type BlobMark = Readonly<{
  key: string;
  repository: string;
  state: MarkState;
  hashes: ReadonlySet<string>;
}>;

const markStates = ['marked', 'deleting'] as const;
type MarkState = (typeof markStates)[number];

const resourceType = 'blob_mark';
const marksPrefix = typePrefix(globalProject, resourceType);
/** A mark is one row of the metastore, and one of the audit log for each of its states: 40,000 blobs are 1.7 MB. */
const hashesMax = 40_000;
const hashBytes = 32;

/** `hashes`: SHA-256, 32 bytes each, one after the other, in Base64. */
type Content = Readonly<{ repository: string; state: MarkState; hashes: string }>;
const contentSchema: RecordSchema<Content> = record<Content>('BlobMark', {
  repository: text,
  state: oneOf(markStates),
  hashes: matching('Base64', /^[A-Za-z0-9+/]*={0,2}$/),
});

export function isMarkKey(key: string): boolean {
  return key.startsWith(marksPrefix);
}

/** The marks of all repositories, of this node's and of others' making. */
export class BlobMarks implements Disposable {
  readonly #metastore: Metastore;
  readonly #newId: () => string;
  readonly #read = new WeakMap<Resource, BlobMark>();
  readonly #subscription: Disposable;
  #changed = Promise.withResolvers<void>();

  constructor(metastore: Metastore, newId: () => string = randomUUID) {
    this.#metastore = metastore;
    this.#newId = newId;
    this.#subscription = metastore.onCommit((keys) => {
      if (!keys.some(isMarkKey)) return;
      this.#changed.resolve();
      this.#changed = Promise.withResolvers();
    });
  }

  /** Names of the repositories that have marks. */
  repositories(): readonly string[] {
    return [...new Set(this.#all().map(({ repository }) => repository))];
  }

  of(repository: string): readonly BlobMark[] {
    return this.#all().filter((mark) => mark.repository === repository);
  }

  /** Keeps that these blobs may not be needed. Any node may say so. Throws MetastoreError. */
  async add(repository: string, hashes: Iterable<string>, operator: string): Promise<void> {
    const sorted = [...new Set(hashes)].toSorted();
    for (let at = 0; at < sorted.length; at += hashesMax) {
      const key = resourceKey(globalProject, resourceType, this.#newId());
      const mark = { repository, state: 'marked', hashes: sorted.slice(at, at + hashesMax) } as const;
      await this.#write(operator, (sandbox) => sandbox.put(key, contentOf(mark), -1));
    }
  }

  /**
   * Makes sure that nobody deletes this blob: takes it out of the marks, and waits while it is being deleted, so that a
   * look at the store afterwards is true. `beforeTaking` runs first when it is marked: whoever saves a blob has to see to
   * it when it is not needed after all. Throws MetastoreError, `signal`'s reason.
   */
  async takeOut(
    blob: Readonly<{ repository: string; sha256: string }>,
    operator: string,
    beforeTaking: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { repository, sha256 } = blob;
    for (;;) {
      const changed = this.#changed.promise;
      const holding = this.of(repository).filter(({ hashes }) => hashes.has(sha256));
      if (holding.length === 0) return;
      if (holding.some(({ state }) => state === 'deleting')) {
        await untilAborted(changed, signal);
        continue;
      }
      await beforeTaking();
      for (const { key } of holding) {
        await this.#write(operator, (sandbox) => this.#without(sandbox, key, sha256));
      }
    }
  }

  /**
   * The blobs of a mark that nobody has taken out since, and of these only `garbage`, are being deleted from now on.
   * Undefined when none is left, and the mark is gone. Only the owner of what belongs to no database may do it. Throws
   * MetastoreError.
   */
  async begin(
    { key }: BlobMark,
    garbage: ReadonlySet<string>,
    operator: string,
  ): Promise<BlobMark | undefined> {
    await this.#metastore.write({ project: globalProject, operator }, (sandbox) => {
      const resource = sandbox.get(key);
      if (resource === undefined) return;
      const { repository, hashes } = this.#markOf(resource);
      const left = hashes.intersection(garbage);
      if (left.size === 0) sandbox.delete(key);
      else sandbox.put(key, contentOf({ repository, state: 'deleting', hashes: left }));
    });
    const resource = this.#metastore.get(key);
    return resource && this.#markOf(resource);
  }

  /** The blobs are gone, or needed: nobody waits any more. Throws MetastoreError. */
  async end({ key }: BlobMark, operator: string): Promise<void> {
    await this.#metastore.write({ project: globalProject, operator }, (sandbox) => sandbox.delete(key));
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }

  /** Versions alone guard it: of two that change a mark at once, the second sees what the first made of it. */
  async #write(operator: string, work: (sandbox: Sandbox) => void): Promise<void> {
    await this.#metastore.write({ project: globalProject, operator, isUnfenced: true }, work);
  }

  #without(sandbox: Sandbox, key: string, sha256: string): void {
    const resource = sandbox.get(key);
    if (resource === undefined) return;
    const mark = this.#markOf(resource);
    if (mark.state === 'deleting' || !mark.hashes.has(sha256)) return;
    const hashes = mark.hashes.difference(new Set([sha256]));
    if (hashes.size === 0) sandbox.delete(key);
    else sandbox.put(key, contentOf({ ...mark, hashes }));
  }

  #all(): readonly BlobMark[] {
    return this.#metastore.list(marksPrefix).map((resource) => this.#markOf(resource));
  }

  #markOf(resource: Resource): BlobMark {
    const known = this.#read.get(resource);
    if (known !== undefined) return known;
    const { repository, state, hashes } = contentSchema.decode(resource.content, '');
    const mark = { key: resource.key, repository, state, hashes: new Set(decodeHashes(hashes)) };
    this.#read.set(resource, mark);
    return mark;
  }
}

function contentOf(
  mark: Readonly<{ repository: string; state: MarkState; hashes: Iterable<string> }>,
): Content {
  const { repository, state } = mark;
  return { repository, state, hashes: Buffer.from([...mark.hashes].join(''), 'hex').toString('base64') };
}

function* decodeHashes(base64: string): Generator<string> {
  const hex = Buffer.from(base64, 'base64').toString('hex');
  for (let at = 0; at < hex.length; at += hashBytes * 2) {
    const sha256 = hex.slice(at, at + hashBytes * 2);
    yield present(sha256.length === hashBytes * 2 ? sha256 : undefined, 'a whole hash');
  }
}
