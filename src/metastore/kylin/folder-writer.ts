import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { present } from '../../base/assert.ts';
import { DiskThread, folderMode } from './disk-thread.ts';
import { diskError } from './failures.ts';
import { fileOf, imageKey } from './keys.ts';
import { encodeImage } from './image.ts';
import type { Generation, MetadataResource } from './resource.ts';

/** Files given to the thread at once, and their bytes. */
const filesPerBatch = 256;
const bytesPerBatch = 1024 * 1024;
/** Batches that the threads have before them: while they write the next is read and gathered. */
const batchesAtOnce = 4;

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
  await using first = new DiskThread();
  await using second = new DiskThread();
  const writer = new FolderWriter(folder, generation, [first, second]);
  try {
    await mkdir(folder, { recursive: true, mode: folderMode });
    for await (const resource of resources) await writer.add(resource);
    if (offset !== undefined) await writer.add(imageOf(generation, offset));
    await writer.finish();
  } catch (error) {
    throw diskError(`write below '${folder}'`, error);
  }
  await syncTree(folder, writer.files);
}

/** Writes what lies beside the metadata into the root of a backup of C, in the same way. */
export async function writeBeside(root: string, resources: AsyncIterable<MetadataResource>): Promise<void> {
  return writeFolder(root, 'C', resources, undefined);
}

function imageOf(generation: Generation, offset: number): MetadataResource {
  return { key: imageKey(generation), bytes: encodeImage(offset), modifiedAt: Date.now(), mvcc: 0 };
}

class FolderWriter {
  readonly files: string[] = [];
  readonly #folder: string;
  readonly #generation: Generation;
  /** One writes while another waits for the disk, or for a core; each batch goes to the next. */
  readonly #threads: DiskThread[];
  #batch: (MetadataResource & Readonly<{ path: string }>)[] = [];
  #batchBytes = 0;
  readonly #sent: Promise<void>[] = [];

  constructor(folder: string, generation: Generation, threads: DiskThread[]) {
    this.#folder = folder;
    this.#generation = generation;
    this.#threads = threads;
  }

  async add(resource: MetadataResource): Promise<void> {
    const file = path.join(this.#folder, fileOf(this.#generation, resource.key));
    this.files.push(file);
    this.#batch.push({ ...resource, path: file });
    this.#batchBytes += resource.bytes.length;
    if (this.#batch.length >= filesPerBatch || this.#batchBytes >= bytesPerBatch) await this.#send();
  }

  /** Resolves when all files are written. */
  async finish(): Promise<void> {
    await this.#send();
    for (const sent of this.#sent) await sent;
  }

  async #send(): Promise<void> {
    if (this.#batch.length === 0) return;
    const thread = present(this.#threads.shift(), 'a thread for files');
    this.#threads.push(thread);
    const sending = thread.write(this.#batch);
    // Whoever awaits the batch sees its failure; until then nobody does.
    sending.catch(() => undefined);
    this.#sent.push(sending);
    this.#batch = [];
    this.#batchBytes = 0;
    if (this.#sent.length >= batchesAtOnce) await this.#sent.shift();
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
