import { type FileHandle, open, readdir } from 'node:fs/promises';
import { constants } from 'node:fs';
import path from 'node:path';
import { mapBounded } from '../../base/bounded.ts';
import { diskError } from './failures.ts';
import { fileOf, imageKey, keyOfFile } from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import { decodeImage } from './image.ts';
import type { Generation, MetadataResource, ResourceSource } from './resource.ts';

/** Files read at once; libuv has four threads, more wait there. */
const readsAtOnce = 16;
/** Files read before they are handed on: what a read may hold in memory. */
const filesPerBatch = 256;
/** A greater file is no metadata: Kylin's own limit of a cell is 64 MB. */
const fileBytesMax = 256 * 1024 * 1024;
/** Written by file managers, read by nobody. */
const ignoredNames: readonly string[] = ['.DS_Store'];
/** The server's configuration that C puts beside the resources. */
const kylinProperties = 'kylin.properties';

/** What a folder holds beside resources; the checker judges it. */
export type FolderSource = ResourceSource & Readonly<{ strangers: readonly string[] }>;

/** Opens a tree of files as one generation's backup. Symbolic links in it are refused. Throws MetadataError. */
export async function openFolder(
  folder: string,
  generation: Generation,
  signal: AbortSignal,
): Promise<FolderSource> {
  const files = await filesBelow(folder, signal);
  const keyed = files.map((file) => ({ file, key: keyOfFile(generation, file) }));
  const image = imageKey(generation);
  const offset = await readOffset(
    folder,
    keyed.find(({ key }) => key === image),
  );
  const found = keyed.flatMap(({ key }) => (key === undefined || key === image ? [] : [key])).sort();
  return {
    generation,
    place: folder,
    offset,
    strangers: keyed
      .filter(({ file, key }) => key === undefined && file !== kylinProperties)
      .map(({ file }) => file),
    keys: async () => found,
    read: (keys, inner) => readFiles(folder, generation, keys, inner),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function readOffset(
  folder: string,
  image: Readonly<{ file: string }> | undefined,
): Promise<number | undefined> {
  if (image === undefined) return undefined;
  return decodeImage((await readOne(path.join(folder, image.file))).bytes);
}

/** Relative paths of all files, parted by `/`. */
async function filesBelow(folder: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  const open = [''];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    signal.throwIfAborted();
    for (const entry of await entriesOf(path.join(folder, at))) {
      const relative = at === '' ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) open.push(relative);
      else if (!entry.isFile()) throw linkRefused(path.join(folder, relative));
      else if (!ignoredNames.includes(entry.name)) found.push(relative);
    }
  }
  return found;
}

async function entriesOf(folder: string): ReturnType<typeof readFolder> {
  try {
    return await readFolder(folder);
  } catch (error) {
    throw diskError(`read folder '${folder}'`, error);
  }
}

async function readFolder(
  folder: string,
): Promise<readonly { name: string; isDirectory(): boolean; isFile(): boolean }[]> {
  return readdir(folder, { withFileTypes: true });
}

async function* readFiles(
  folder: string,
  generation: Generation,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  for (let from = 0; from < keys.length; from += filesPerBatch) {
    const batch = keys.slice(from, from + filesPerBatch);
    const read = await mapBounded(
      batch,
      readsAtOnce,
      async (key) => readKey(folder, generation, key),
      signal,
    );
    for (const resource of read) if (resource !== undefined) yield resource;
  }
}

async function readKey(
  folder: string,
  generation: Generation,
  key: string,
): Promise<MetadataResource | undefined> {
  try {
    return { key, mvcc: 0, ...(await readOne(path.join(folder, fileOf(generation, key)))) };
  } catch (error) {
    if (error instanceof MetadataError && error.kind === 'not_found') return undefined;
    throw error;
  }
}

async function readOne(file: string): Promise<Pick<MetadataResource, 'bytes' | 'modifiedAt'>> {
  try {
    // A link that took the file's place since the folder was listed must not be followed.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
    const stat = await handle.stat();
    if (!stat.isFile()) throw linkRefused(file);
    if (stat.size > fileBytesMax) throw tooLarge(file, stat.size);
    return { bytes: await readWhole(handle, stat.size), modifiedAt: Math.round(stat.mtimeMs) };
  } catch (error) {
    throw diskError(`read '${file}'`, error);
  }
}

/** Fewer calls than `readFile` makes, each of which is a way to another thread and back: small files are all there is. */
async function readWhole(handle: FileHandle, size: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(size);
  let got = 0;
  while (got < size) {
    const { bytesRead } = await handle.read(bytes, got, size - got, got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return bytes.subarray(0, got);
}

function linkRefused(file: string): MetadataError {
  return new MetadataError('illegal', `'${file}' is neither file nor folder: links are not followed`);
}

function tooLarge(file: string, bytes: number): MetadataError {
  return new MetadataError('illegal', `'${file}' has ${bytes} bytes; a resource has at most ${fileBytesMax}`);
}
