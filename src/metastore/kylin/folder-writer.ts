import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { diskError } from './failures.ts';
import { fileOf, imageKey } from './keys.ts';
import { encodeImage } from './image.ts';
import type { Generation, MetadataResource } from './resource.ts';

/** Backups hold hashes of passwords and sealed credentials: for their owner alone. */
const folderMode = 0o700;
const fileMode = 0o600;
/** Files written at once. */
const writesAtOnce = 16;

/**
 * Writes resources as files below `folder` (C: the `core_meta` of the backup), each with its time as the file's.
 * `_image` is written when there is an offset. On disk when it resolves. Throws MetadataError.
 */
export async function writeFolder(
  folder: string,
  generation: Generation,
  resources: AsyncIterable<MetadataResource>,
  offset: number | undefined,
): Promise<void> {
  const writer = new FolderWriter(folder, generation);
  try {
    await writer.writeAll(resources);
    if (offset !== undefined) await writer.writeImage(offset);
  } catch (error) {
    throw diskError(`write below '${folder}'`, error);
  }
  await syncTree(folder, writer.files);
}

class FolderWriter {
  readonly files: string[] = [];
  readonly #folder: string;
  readonly #generation: Generation;
  readonly #made = new Map<string, Promise<unknown>>();

  constructor(folder: string, generation: Generation) {
    this.#folder = folder;
    this.#generation = generation;
  }

  /** Several at once, in no order; the first failure ends all. */
  async writeAll(resources: AsyncIterable<MetadataResource>): Promise<void> {
    await this.#ensure(this.#folder);
    const iterator = resources[Symbol.asyncIterator]();
    const worker = async (): Promise<void> => {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        await this.#write(next.value);
      }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: writesAtOnce }, worker));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async writeImage(offset: number): Promise<void> {
    const key = imageKey(this.#generation);
    await this.#write({ key, bytes: encodeImage(offset), modifiedAt: Date.now(), mvcc: 0 });
  }

  async #write({ key, bytes, modifiedAt }: MetadataResource): Promise<void> {
    const file = path.join(this.#folder, fileOf(this.#generation, key));
    await this.#ensure(path.dirname(file));
    await using handle = await open(file, 'wx', fileMode);
    await handle.writeFile(bytes);
    await handle.utimes(modifiedAt / 1_000, modifiedAt / 1_000);
    this.files.push(file);
  }

  async #ensure(folder: string): Promise<void> {
    let making = this.#made.get(folder);
    if (making === undefined) {
      making = mkdir(folder, { recursive: true, mode: folderMode });
      this.#made.set(folder, making);
    }
    await making;
  }
}

/**
 * The tree is on disk when this ends. `sync -f` flushes the file system in one call, a hundred times faster than one
 * call for each of 100,000 files; where there is no such program each file is synced.
 */
async function syncTree(folder: string, files: readonly string[]): Promise<void> {
  const child = spawn('sync', ['-f', folder], { stdio: 'ignore' });
  const isSynced = await once(child, 'exit').then(
    ([code]) => code === 0,
    () => false,
  );
  if (isSynced) return;
  const folders = new Set(files.map((file) => path.dirname(file)));
  for (const one of [...files, ...folders, folder]) await syncPath(one);
}

/** A file, or the names in a folder, are on disk when this ends. */
export async function syncPath(target: string): Promise<void> {
  await using handle = await open(target, 'r');
  await handle.sync();
}
