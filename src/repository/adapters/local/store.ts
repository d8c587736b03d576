import { constants } from 'node:fs';
import { type FileHandle, open, readdir, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { mapBounded } from '../../../base/bounded.ts';
import type { Clock } from '../../../base/clock.ts';
import type {
  BlobBody,
  BlobKey,
  BlobStat,
  BlobStore,
  ByteRange,
  Capabilities,
  PutOptions,
} from '../../blob-store.ts';
import { pieceBytes } from '../../body.ts';
import { checkCancelled } from '../../cancel.ts';
import { isReserved, temporaryFolder, walkSegments } from '../../folder-tree.ts';
import { checkSegmentPrefix } from '../../key.ts';
import { clipRange } from '../../range.ts';
import { StorageError } from '../../storage-error.ts';
import { attempt, codeOf } from './errors.ts';
import { Folders, syncFolder } from './folders.ts';
import { FolderThreads } from './folder-threads.ts';
import { type LocalOptions, checkRoot } from './options.ts';
import { upload } from './upload.ts';
import { folderReader, isAbsent, statBlob, walk } from './walk.ts';

/** ext4's and XFS' smallest common limit of a file. */
const bodyBytesMax = 16 * 1024 ** 4;
/** Some milliseconds of walking, when a thread takes a hundred to start. */
const listedHereMax = 500;
/** Files removed at once: keeps the threads that node uses for files busy, without starving other calls. */
const deletesAtOnce = 4;
const deleteBatch = 1000;

/** Opens the store below `options.root`; fails with `invalid_argument` for a root that is not fit. */
export async function openLocalStore(options: LocalOptions): Promise<BlobStore> {
  const isRootThere = await checkRoot(options.root);
  return new LocalStore(options, isRootThere);
}

/** Blobs as files of one folder. A blob and a folder of one name cannot both be: such a put is refused. */
class LocalStore implements BlobStore {
  readonly capabilities: Capabilities = {
    conditionalPut: 'native',
    checksum: 'sha256',
    bodyBytesMax,
    deleteBatch,
    listIsConsistent: true,
  };
  readonly #root: string;
  readonly #temporary: string;
  readonly #folders: Folders;
  readonly #clock: Clock;
  readonly #threads: FolderThreads;
  readonly #listedHereMax: number;

  constructor(options: LocalOptions, isRootThere: boolean) {
    this.#root = options.root;
    this.#temporary = path.join(options.root, temporaryFolder);
    this.#folders = new Folders(options.root, isRootThere);
    this.#clock = options.clock;
    this.#threads = new FolderThreads(options.root, options.clock);
    this.#listedHereMax = options.listedHereMax ?? listedHereMax;
  }

  async put(key: BlobKey, body: BlobBody, options: PutOptions, signal: AbortSignal): Promise<void> {
    checkCancelled(signal, `writing '${key}'`);
    const target = this.#pathOf(key);
    // A file takes its place only where none is; bytes are not written for nothing.
    if (options.ifAbsent && body.kind !== 'file' && (await statBlob(this.#root, key)) !== undefined) {
      throw new StorageError('already_exists', `cannot write '${target}': it already exists`);
    }
    await upload({ target, temporaryFolder: this.#temporary, folders: this.#folders, body, options }, signal);
  }

  async *get(
    key: BlobKey,
    range: ByteRange | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    checkCancelled(signal, `reading '${key}'`);
    const file = this.#pathOf(key);
    const whole = range === undefined && this.#threads.areRunning ? await this.#readSmall(file) : undefined;
    if (whole !== undefined) {
      checkCancelled(signal, `reading '${key}'`);
      if (whole.length > 0) yield whole;
      return;
    }
    await using handle = await attempt(`read '${file}'`, () => openBlob(file));
    const { start, end } = clipRange(key, range, await sizeOf(handle, file));
    for (let at = start; at < end;) {
      checkCancelled(signal, `reading '${key}'`);
      const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
      const { bytesRead } = await attempt(`read '${file}'`, () => handle.read(buffer, 0, buffer.length, at));
      if (bytesRead === 0)
        throw new StorageError('corrupt', `'${file}' was cut off at ${at} while it was read`);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  }

  async stat(key: BlobKey, signal: AbortSignal): Promise<BlobStat | undefined> {
    checkCancelled(signal, `looking at '${key}'`);
    return isReserved(key) ? undefined : statBlob(this.#root, key);
  }

  async *list(prefix: string, signal: AbortSignal): AsyncGenerator<BlobStat, void, undefined> {
    let listed = 0;
    for await (const stat of walk(this.#root, prefix, signal)) {
      yield stat;
      listed += 1;
      if (listed >= this.#listedHereMax) return yield* this.#threads.list(prefix, stat.key, signal);
    }
  }

  async *listSegments(prefix: string, signal: AbortSignal): AsyncGenerator<string, void, undefined> {
    checkSegmentPrefix(prefix);
    yield* walkSegments(folderReader(this.#root), prefix, signal);
  }

  async deleteMany(keys: readonly BlobKey[], signal: AbortSignal): Promise<void> {
    const failures: unknown[] = [];
    const remove = async (key: BlobKey): Promise<void> => {
      if (signal.aborted) return;
      try {
        await removeBlob(this.#pathOf(key));
      } catch (error) {
        failures.push(error);
      }
    };
    await mapBounded(keys, deletesAtOnce, remove, new AbortController().signal);
    checkCancelled(signal, 'removing blobs');
    const folders = new Set(keys.map((key) => path.dirname(this.#pathOf(key))));
    for (const folder of folders) await this.#settleFolder(folder);
    if (failures.length > 0) throw summary(failures, keys.length);
  }

  async sweepUploads(olderThanMs: number, signal: AbortSignal): Promise<number> {
    const oldest = this.#clock.now() - olderThanMs;
    let swept = 0;
    for (const name of await this.#temporaryNames()) {
      checkCancelled(signal, 'sweeping unfinished puts');
      if (await removeOlder(path.join(this.#temporary, name), oldest)) swept += 1;
    }
    return swept;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads[Symbol.asyncDispose]();
  }

  /** Nothing for a file that is not small. */
  async #readSmall(file: string): Promise<Uint8Array | undefined> {
    return attempt(`read '${file}'`, () => whenThere(file, this.#threads.read(file)));
  }

  #pathOf(key: BlobKey): string {
    if (isReserved(key)) {
      throw new StorageError('invalid_argument', `key '${key}' lies in the folder for unfinished puts`);
    }
    return path.join(this.#root, key);
  }

  async #settleFolder(folder: string): Promise<void> {
    try {
      await syncFolder(folder);
    } catch (error) {
      if (error instanceof StorageError && error.kind === 'not_found') return;
      throw error;
    }
    await this.#folders.prune(folder);
  }

  async #temporaryNames(): Promise<readonly string[]> {
    return attempt(`list '${this.#temporary}'`, async () => {
      try {
        return await readdir(this.#temporary);
      } catch (error) {
        if (isAbsent(error)) return [];
        throw error;
      }
    });
  }
}

async function openBlob(file: string): Promise<FileHandle> {
  // A pipe that stands in a file's place would be waited for without O_NONBLOCK.
  return whenThere(file, open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
}

/** A path through a file (`a/b` where `a` is a blob) is a missing blob, as in a store without folders. */
async function whenThere<T>(file: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') throw missing(file, error);
    throw error;
  }
}

async function sizeOf(handle: FileHandle, file: string): Promise<number> {
  const found = await attempt(`read '${file}'`, () => handle.stat());
  if (!found.isFile()) throw missing(file, undefined);
  return found.size;
}

function missing(file: string, cause: unknown): StorageError {
  return new StorageError('not_found', `cannot read '${file}': no such file or folder`, { cause });
}

async function removeBlob(file: string): Promise<void> {
  await attempt(`remove '${file}'`, async () => {
    try {
      await unlink(file);
    } catch (error) {
      const isFolder = codeOf(error) === 'EISDIR' || codeOf(error) === 'EPERM';
      if (isAbsent(error) || (isFolder && (await stat(file)).isDirectory())) return;
      throw error;
    }
  });
}

async function removeOlder(file: string, oldest: number): Promise<boolean> {
  return attempt(`remove '${file}'`, async () => {
    try {
      if ((await stat(file)).ctimeMs > oldest) return false;
      await unlink(file);
      return true;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  });
}

function summary(failures: readonly unknown[], keys: number): unknown {
  const [first] = failures;
  if (!(first instanceof StorageError) || keys === 1) return first;
  const text = `${failures.length} of ${keys} blobs could not be removed, first: ${first.message}`;
  return new StorageError(first.kind, text, { cause: first });
}
