import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DiskThread, type FileContent, linkRefused } from './disk-thread.ts';
import { diskError } from './failures.ts';
import { fileOf, imageKey, keyOfFile } from './keys.ts';
import { decodeImage } from './image.ts';
import type { Generation, MetadataResource, ResourceSource } from './resource.ts';

/** Files asked for at once: what a read may hold in memory, twice. */
const filesPerBatch = 256;
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
  const imageFile = keyed.find(({ key }) => key === image)?.file;
  await using opening = new AsyncDisposableStack();
  const thread = opening.use(new DiskThread());
  const offset = imageFile === undefined ? undefined : await readOffset(path.join(folder, imageFile), thread);
  const found = keyed.flatMap(({ key }) => (key === undefined || key === image ? [] : [key])).sort();
  const held = opening.move();
  return {
    generation,
    place: folder,
    offset,
    strangers: keyed
      .filter(({ file, key }) => key === undefined && file !== kylinProperties)
      .map(({ file }) => file),
    keys: async () => found,
    read: (keys, inner) => readFiles({ folder, generation, thread }, keys, inner),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

async function readOffset(file: string, thread: DiskThread): Promise<number | undefined> {
  const [content] = await thread.read([file]);
  return content === undefined ? undefined : decodeImage(content.bytes);
}

/** Relative paths of all files, parted by `/`. */
export async function filesBelow(folder: string, signal: AbortSignal): Promise<string[]> {
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

type Opened = Readonly<{ folder: string; generation: Generation; thread: DiskThread }>;

/** While one batch is looked at the thread reads the next. */
export async function* readFiles(
  { folder, generation, thread }: Opened,
  keys: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<MetadataResource, void, undefined> {
  const ask = (from: number): Promise<readonly (FileContent | undefined)[]> => {
    const paths = keys
      .slice(from, from + filesPerBatch)
      .map((key) => path.join(folder, fileOf(generation, key)));
    const asked = thread.read(paths);
    // Whoever awaits it sees its failure; a reader that stops early does not.
    asked.catch(() => undefined);
    return asked;
  };
  let next = keys.length > 0 ? ask(0) : undefined;
  for (let from = 0; next !== undefined;) {
    const contents = await next;
    signal.throwIfAborted();
    const end = from + contents.length;
    next = end < keys.length ? ask(end) : undefined;
    for (const [index, content] of contents.entries()) {
      const key = keys[from + index] ?? '';
      if (content !== undefined) yield { key, mvcc: 0, ...content };
    }
    from = end;
  }
}
