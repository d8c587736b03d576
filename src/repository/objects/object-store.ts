import { checkCancelled } from '../cancel.ts';
import { checkedStat } from '../checked-stat.ts';
import type {
  BlobBody,
  BlobKey,
  BlobStat,
  BlobStore,
  ByteRange,
  Capabilities,
  PutOptions,
} from '../blob-store.ts';
import { checkSegmentPrefix, isBlobKey } from '../key.ts';
import { checkRange } from '../range.ts';
import { StorageError } from '../storage-error.ts';
import { pages } from './pages.ts';
import { putObject } from './put-object.ts';
import { readVerifiedObject } from './read-object.ts';
import type { DeleteFailure, ObjectRequests } from './requests.ts';
import type { ObjectTools } from './tools.ts';

/**
 * A `BlobStore` of any cloud's requests: keys below the location's path, multipart hidden in put, bodies verified in
 * both directions, lists across pages, nothing left behind.
 */
export class ObjectStore implements BlobStore {
  readonly #requests: ObjectRequests;
  readonly #tools: ObjectTools;
  /** The location's path with a slash at its end, or empty: no blob of `b/xy` is below `b/x/`. */
  readonly #root: string;

  constructor(requests: ObjectRequests, path: string, tools: ObjectTools) {
    this.#requests = requests;
    this.#tools = tools;
    this.#root = path === '' ? '' : `${path}/`;
  }

  get capabilities(): Capabilities {
    return this.#requests.capabilities;
  }

  async put(key: BlobKey, body: BlobBody, options: PutOptions, signal: AbortSignal): Promise<void> {
    await this.#cancellable(`writing '${key}'`, signal, () =>
      putObject(this.#requests, this.#tools, { name: this.#root + key, body, options }, signal),
    );
  }

  async *get(
    key: BlobKey,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const doing = `reading '${key}'`;
    checkCancelled(signal, doing);
    if (range !== undefined) checkRange(key, range);
    const stop = new AbortController();
    const inner = AbortSignal.any([signal, stop.signal]);
    try {
      yield* readVerifiedObject(this.#requests, this.#root + key, range, inner);
    } catch (error) {
      checkCancelled(signal, doing);
      throw error;
    } finally {
      // A reader that stops early lets go of the connection too.
      stop.abort();
    }
  }

  async stat(key: BlobKey, signal: AbortSignal): Promise<BlobStat | undefined> {
    const facts = await this.#cancellable(`looking at '${key}'`, signal, () =>
      this.#requests.head(this.#root + key, signal),
    );
    return facts && checkedStat({ key, sizeBytes: facts.sizeBytes, modifiedAt: facts.modifiedAt });
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<BlobStat, void, undefined> {
    for await (const page of this.#pages(prefix, false, signal)) {
      for (const { name, sizeBytes, modifiedAt } of page.objects) {
        const key = name.slice(this.#root.length);
        if (isBlobKey(key)) yield checkedStat({ key, sizeBytes, modifiedAt });
      }
    }
  }

  async *listSegments(prefix: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    checkSegmentPrefix(prefix);
    const segments = new Set<string>();
    for await (const page of this.#pages(prefix, true, signal)) {
      const names = [...page.folders, ...page.objects.map((object) => object.name)];
      for (const name of names)
        segments.add(name.slice(this.#root.length + prefix.length).split('/', 1)[0] as string);
    }
    // Stores sort `a-b` before `a/`; we sort `a` before `a-b`, which may stand on another page.
    for (const segment of [...segments].sort()) if (isBlobKey(segment)) yield segment;
  }

  async deleteMany(keys: readonly BlobKey[], signal: AbortSignal): Promise<void> {
    checkCancelled(signal, 'removing blobs');
    const names = [...new Set(keys)].map((key) => this.#root + key);
    const failures: StorageError[] = [];
    for (let at = 0; at < names.length; at += this.capabilities.deleteBatch) {
      const batch = names.slice(at, at + this.capabilities.deleteBatch);
      failures.push(
        ...(await this.#cancellable('removing blobs', signal, () => this.#delete(batch, signal))),
      );
    }
    if (failures.length > 0) throw summary(failures, keys.length);
  }

  /** Tries the names again that may yet be removed, those alone; gives the failures that remain. */
  async #delete(names: readonly string[], signal: AbortSignal): Promise<readonly StorageError[]> {
    const refused: StorageError[] = [];
    let left: readonly DeleteFailure[] = [];
    const request = async (): Promise<void> => {
      const again = left.length === 0 ? names : left.map(({ name }) => name);
      const failures = await this.#requests.delete(again, signal);
      refused.push(...failures.flatMap(({ error }) => (error.retryable ? [] : [error])));
      left = failures.filter(({ error }) => error.retryable);
      const [first] = left;
      if (first !== undefined) throw first.error;
    };
    try {
      await this.#tools.retried(signal, request);
      return refused;
    } catch (error) {
      checkCancelled(signal, 'removing blobs');
      if (!(error instanceof StorageError)) throw error;
      // One that is thrown by the tries is not tried again by anybody.
      return [error, ...left.slice(1).map((one) => one.error), ...refused];
    }
  }

  async sweepUploads(olderThanMs: number, signal: AbortSignal): Promise<number> {
    const doing = 'sweeping unfinished puts';
    const oldest = this.#tools.now() - olderThanMs;
    let swept = 0;
    let token: string | undefined;
    do {
      const page = await this.#cancellable(doing, signal, () =>
        this.#tools.retried(signal, () => this.#requests.listUploads(this.#root, token, signal)),
      );
      for (const upload of page.uploads.filter((one) => one.startedAt <= oldest)) {
        await this.#cancellable(doing, signal, () =>
          this.#tools.retried(signal, () => this.#requests.abortUpload(upload, signal)),
        );
        swept += 1;
      }
      token = page.next;
    } while (token !== undefined);
    return swept;
  }

  /** Waits for uploads that are being removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tools.cleanups.settled();
    await this.#requests[Symbol.asyncDispose]();
  }

  #pages(prefix: string, byFolder: boolean, signal: AbortSignal): ReturnType<typeof pages> {
    const doing = `listing '${prefix}'`;
    return pages(async (token) =>
      this.#cancellable(doing, signal, () =>
        this.#tools.retried(signal, () =>
          this.#requests.list(
            { prefix: this.#root + prefix, byFolder, ...(token !== undefined && { token }) },
            signal,
          ),
        ),
      ),
    );
  }

  /** Whatever a request ends with once `signal` has aborted is `cancelled`. */
  async #cancellable<T>(doing: string, signal: AbortSignal, request: () => Promise<T>): Promise<T> {
    checkCancelled(signal, doing);
    try {
      return await request();
    } catch (error) {
      checkCancelled(signal, doing);
      throw error;
    }
  }
}

function summary(failures: readonly StorageError[], keys: number): StorageError | undefined {
  const [first] = failures;
  if (first === undefined || keys === 1) return first;
  const text = `${failures.length} of ${keys} blobs could not be removed, first: ${first.message}`;
  return new StorageError(first.kind, text, {
    cause: first,
    isExhausted: !first.retryable,
    ...(first.hint !== undefined && { hint: first.hint }),
  });
}
