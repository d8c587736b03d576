import path from 'node:path';
import { mapBounded } from '../../../base/bounded.ts';
import type {
  BlobBody,
  BlobKey,
  BlobStat,
  BlobStore,
  ByteRange,
  Capabilities,
  PutOptions,
} from '../../blob-store.ts';
import { checkCancelled } from '../../cancel.ts';
import { checkedStat } from '../../checked-stat.ts';
import { isReserved, type ReadFolder, temporaryFolder, walkFiles, walkSegments } from '../../folder-tree.ts';
import { checkSegmentPrefix } from '../../key.ts';
import { Cleanups } from '../../objects/cleanups.ts';
import type { ObjectTools } from '../../objects/tools.ts';
import { checkRange, clipRange } from '../../range.ts';
import { StorageError } from '../../storage-error.ts';
import type { HdfsOptions } from './options.ts';
import { type FileStatus, WebHdfs } from './request.ts';
import { upload } from './upload.ts';

/** A file may have this many blocks (dfs.namenode.fs-limits.max-blocks-per-file), of 128 MiB. */
const bodyBytesMax = 10_000 * 128 * 1024 ** 2;
/** One request each: they are short, and one NameNode answers all of them. */
const deletesAtOnce = 8;
const deleteBatch = 1000;
/** A removal of what a failed put left; the sweep finds what takes longer. */
const cleanupMsMax = 30_000;

export type HdfsPlace = Readonly<{
  /** Below the root of the file system, without a slash in front. */
  path: string;
  options: HdfsOptions;
  silenceMsMax: number;
  /** Milliseconds since the epoch, to tell the age of unfinished puts. */
  now: () => number;
  retried: ObjectTools['retried'];
}>;

/** Opens the store below a path of HDFS. Sends nothing yet. */
export function openHdfsStore(place: HdfsPlace): BlobStore {
  return new HdfsStore(place);
}

/** Blobs as files of one folder. A blob and a folder of one name cannot both be: such a put is refused. */
class HdfsStore implements BlobStore {
  readonly capabilities: Capabilities = {
    conditionalPut: 'native',
    checksum: 'none',
    bodyBytesMax,
    deleteBatch,
    listIsConsistent: true,
  };
  readonly #hdfs: WebHdfs;
  readonly #root: string;
  readonly #temporary: string;
  readonly #now: () => number;
  readonly #retried: ObjectTools['retried'];
  readonly #cleanups = new Cleanups();

  constructor({ path: below, options, silenceMsMax, now, retried }: HdfsPlace) {
    this.#hdfs = new WebHdfs(options, silenceMsMax);
    this.#root = `/${below}`;
    this.#temporary = path.posix.join(this.#root, temporaryFolder);
    this.#now = now;
    this.#retried = retried;
  }

  async put(key: BlobKey, body: BlobBody, options: PutOptions, signal: AbortSignal): Promise<void> {
    checkCancelled(signal, `writing '${key}'`);
    const target = this.#pathOf(key);
    const removeLeft = (file: string): void => this.#cleanups.add(this.#removeLeft(file));
    const place = { hdfs: this.#hdfs, temporaryFolder: this.#temporary, removeLeft };
    await upload({ ...place, target, body, options }, signal);
  }

  async *get(
    key: BlobKey,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    checkCancelled(signal, `reading '${key}'`);
    const file = this.#pathOf(key);
    if (range !== undefined) checkRange(key, range);
    const { sizeBytes, pieces } = await this.#hdfs.open(file, range, signal);
    const length = sizeBytes ?? (await this.#sizeOf(file, key, range, signal));
    // At the start of an empty file HDFS gives nothing instead of an error.
    if (length === 0 && range !== undefined) clipRange(key, range, 0);
    const most = Math.min(length, range?.length ?? length);
    let seenBytes = 0;
    for await (const piece of pieces) {
      seenBytes += piece.length;
      if (seenBytes > most) throw new StorageError('corrupt', `'${file}' has more than ${most} bytes`);
      yield piece;
    }
    if (seenBytes === length) return;
    throw new StorageError('unavailable', `'${file}' ended after ${seenBytes} of ${length} bytes`);
  }

  async stat(key: BlobKey, signal: AbortSignal): Promise<BlobStat | undefined> {
    checkCancelled(signal, `looking at '${key}'`);
    if (isReserved(key)) return undefined;
    const found = await this.#hdfs.status(this.#pathOf(key), signal);
    return found?.kind === 'file' ? statOf(key, found) : undefined;
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<BlobStat, void, undefined> {
    for await (const { key, entry } of walkFiles(this.#readFolder, prefix, signal)) yield statOf(key, entry);
  }

  async *listSegments(prefix: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    checkSegmentPrefix(prefix);
    yield* walkSegments(this.#readFolder, prefix, signal);
  }

  async deleteMany(keys: readonly BlobKey[], signal: AbortSignal): Promise<void> {
    checkCancelled(signal, 'removing blobs');
    const failures: unknown[] = [];
    const folders = new Set<string>();
    const remove = async (key: BlobKey): Promise<void> => {
      try {
        const file = this.#pathOf(key);
        if (await this.#removeBlob(file, signal)) folders.add(path.posix.dirname(file));
      } catch (error) {
        checkCancelled(signal, 'removing blobs');
        failures.push(error);
      }
    };
    await mapBounded(keys, deletesAtOnce, remove, new AbortController().signal);
    for (const folder of folders) await this.#prune(folder, signal);
    if (failures.length > 0) throw summary(failures, keys.length);
  }

  async sweepUploads(olderThanMs: number, signal: AbortSignal): Promise<number> {
    await this.#cleanups.settled();
    const oldest = this.#now() - olderThanMs;
    let swept = 0;
    for (const { name, kind, modifiedAt } of (await this.#hdfs.list(this.#temporary, signal)) ?? []) {
      checkCancelled(signal, 'sweeping unfinished puts');
      if (kind !== 'file' || name === '' || modifiedAt > oldest) continue;
      if (await this.#hdfs.delete(path.posix.join(this.#temporary, name), signal)) swept += 1;
    }
    return swept;
  }

  /** Waits for unfinished puts that are being removed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#cleanups.settled();
    await this.#hdfs[Symbol.asyncDispose]();
  }

  #pathOf(key: BlobKey): string {
    if (isReserved(key)) {
      throw new StorageError('invalid_argument', `key '${key}' lies in the folder for unfinished puts`);
    }
    return path.posix.join(this.#root, key);
  }

  async #sizeOf(
    file: string,
    key: BlobKey,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): Promise<number> {
    const found = await this.#hdfs.status(file, signal);
    const { start, end } = clipRange(key, range, found?.sizeBytes ?? 0);
    return end - start;
  }

  readonly #readFolder: ReadFolder<FileStatus> = async (folder, signal) => {
    const statuses = await this.#hdfs.list(path.posix.join(this.#root, folder.replace(/\/$/, '')), signal);
    // A file in the place of the folder lists itself.
    return (statuses ?? []).filter((status) => status.name !== '');
  };

  async #removeLeft(file: string): Promise<void> {
    const signal = AbortSignal.timeout(cleanupMsMax);
    await this.#retried(signal, () => this.#hdfs.delete(file, signal));
  }

  /** True when there was something. A folder under the key is no blob: it stays, but for an empty one. */
  async #removeBlob(file: string, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#hdfs.delete(file, signal);
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'invalid_argument') return false;
      throw error;
    }
  }

  /**
   * Removes `folder` and its parents below the root as long as they are empty. Only for a folder that has just held a
   * blob: HDFS would remove a file as well.
   */
  async #prune(folder: string, signal: AbortSignal): Promise<void> {
    for (let at = folder; at !== this.#root && at !== '/'; at = path.posix.dirname(at)) {
      try {
        await this.#hdfs.delete(at, signal);
      } catch (error) {
        checkCancelled(signal, 'removing blobs');
        // Not empty, or not ours to remove: an empty folder is no blob, so it does no harm.
        if (error instanceof StorageError) return;
        throw error;
      }
    }
  }
}

function statOf(key: BlobKey, { sizeBytes, modifiedAt }: FileStatus): BlobStat {
  return checkedStat({ key, sizeBytes, modifiedAt });
}

function summary(failures: readonly unknown[], keys: number): unknown {
  const [first] = failures;
  if (!(first instanceof StorageError) || keys === 1) return first;
  const text = `${failures.length} of ${keys} blobs could not be removed, first: ${first.message}`;
  return new StorageError(first.kind, text, { cause: first, ...(first.hint && { hint: first.hint }) });
}
