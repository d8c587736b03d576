import type {
  BlobBody,
  BlobKey,
  BlobStat,
  BlobStore,
  ByteRange,
  Capabilities,
  PutOptions,
} from '../../blob-store.ts';
import { readVerified } from '../../body.ts';
import { checkCancelled } from '../../cancel.ts';
import { checkSegmentPrefix } from '../../key.ts';
import { clipRange } from '../../range.ts';
import { StorageError } from '../../storage-error.ts';

/** Bodies are held whole: enough for any test, far below what a Buffer can hold. */
const bodyBytesMax = 1024 ** 3;
const deleteBatch = 1000;

type Blob = Readonly<{ bytes: Uint8Array; modifiedAt: number }>;

/** A store in this process' memory: for tests, and the plainest reading of the port's contract. */
export class MemoryStore implements BlobStore {
  readonly capabilities: Capabilities = {
    conditionalPut: 'native',
    checksum: 'sha256',
    bodyBytesMax,
    deleteBatch,
    listIsConsistent: true,
  };
  readonly #blobs = new Map<BlobKey, Blob>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  async put(key: BlobKey, body: BlobBody, options: PutOptions, signal: AbortSignal): Promise<void> {
    checkCancelled(signal, `writing '${key}'`);
    const bytes = Buffer.concat(await Array.fromAsync(readVerified(body, options.sha256, signal)));
    checkCancelled(signal, `writing '${key}'`);
    if (options.ifAbsent && this.#blobs.has(key)) {
      throw new StorageError('already_exists', `blob '${key}' already exists`);
    }
    this.#blobs.set(key, { bytes, modifiedAt: this.#now() });
  }

  async *get(
    key: BlobKey,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    checkCancelled(signal, `reading '${key}'`);
    const blob = this.#blobs.get(key);
    if (blob === undefined) throw new StorageError('not_found', `blob '${key}' does not exist`);
    const { start, end } = clipRange(key, range, blob.bytes.length);
    const pieceBytes = 64 * 1024;
    for (let at = start; at < end; at += pieceBytes) {
      checkCancelled(signal, `reading '${key}'`);
      yield blob.bytes.slice(at, Math.min(at + pieceBytes, end));
    }
  }

  async stat(key: BlobKey, signal: AbortSignal): Promise<BlobStat | undefined> {
    checkCancelled(signal, `looking at '${key}'`);
    return this.#statOf(key);
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<BlobStat, void, undefined> {
    for (const key of this.#keys(prefix)) {
      checkCancelled(signal, `listing '${prefix}'`);
      const stat = this.#statOf(key);
      if (stat !== undefined) yield stat;
    }
  }

  async *listSegments(prefix: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    checkSegmentPrefix(prefix);
    checkCancelled(signal, `listing '${prefix}'`);
    const segments = this.#keys(prefix).map((key) => key.slice(prefix.length).split('/', 1)[0] as string);
    for (const segment of [...new Set(segments)].sort()) {
      checkCancelled(signal, `listing '${prefix}'`);
      yield segment;
    }
  }

  async deleteMany(keys: readonly BlobKey[], signal: AbortSignal): Promise<void> {
    checkCancelled(signal, 'removing blobs');
    for (const key of keys) this.#blobs.delete(key);
  }

  async sweepUploads(_olderThanMs: number, signal: AbortSignal): Promise<number> {
    checkCancelled(signal, 'sweeping unfinished puts');
    return 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#blobs.clear();
  }

  #statOf(key: BlobKey): BlobStat | undefined {
    const blob = this.#blobs.get(key);
    return blob && { key, sizeBytes: blob.bytes.length, modifiedAt: blob.modifiedAt };
  }

  #keys(prefix: string): readonly BlobKey[] {
    // Keys are ASCII, so the order of UTF-16 units is that of bytes.
    return [...this.#blobs.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}
