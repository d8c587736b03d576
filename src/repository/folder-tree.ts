import type { BlobKey } from './blob-store.ts';
import { checkCancelled } from './cancel.ts';
import { isBlobKey } from './key.ts';

/** One name in a folder. What is neither a file nor a folder is passed over. */
export type TreeEntry = Readonly<{ name: string; kind: 'file' | 'folder' | 'other' }>;

/** Reads one folder of a store (`''` its root, else a key with a slash at its end); a missing one is empty. */
export type ReadFolder<Entry extends TreeEntry> = (
  folder: string,
  signal: AbortSignal,
) => Promise<readonly Entry[]>;

/** A name in a folder that is a blob's or that of a folder which may hold some. */
export type Found<Entry> = Readonly<{ key: BlobKey; entry: Entry }>;

/** Where stores with folders write what is not finished. No key can lie below it. */
export const temporaryFolder = '.tmp-holdfast';

/** True for the name of our own folder at the root of a store. */
export function isReserved(key: string): boolean {
  return key === temporaryFolder || key.startsWith(`${temporaryFolder}/`);
}

/**
 * All files whose key begins with `prefix`, in byte order of keys. A file is a blob when its path is a key; foreign
 * names are passed over.
 */
export async function* walkFiles<Entry extends TreeEntry>(
  read: ReadFolder<Entry>,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<Found<Entry>, void, undefined> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (folder !== '' && !isBlobKey(folder.slice(0, -1))) return;
  for (const found of await entriesOf(read, folder, prefix, signal)) {
    if (isFolder(found)) {
      const below = `${found.key}/`;
      yield* walkFiles(read, prefix.startsWith(below) ? prefix : below, signal);
    } else {
      yield found;
    }
  }
}

/** As `walkFiles`, by calls that wait: for a thread that has nothing else to do. Begins after the key `after`. */
export function* walkFilesWaiting<Entry extends TreeEntry>(
  read: (folder: string) => readonly Entry[],
  prefix: string,
  after: string,
): Generator<Found<Entry>, void, undefined> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (folder !== '' && !isBlobKey(folder.slice(0, -1))) return;
  for (const found of wantedOf(read(folder), folder, prefix)) {
    if (isFolder(found)) {
      const below = `${found.key}/`;
      if (below < after && !after.startsWith(below)) continue;
      yield* walkFilesWaiting(read, prefix.startsWith(below) ? prefix : below, after);
    } else if (found.key > after) {
      yield found;
    }
  }
}

/** Names below `prefix` (a folder's key with its slash, or empty) that are a blob or hold one, in byte order. */
export async function* walkSegments<Entry extends TreeEntry>(
  read: ReadFolder<Entry>,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  if (prefix !== '' && !isBlobKey(prefix.slice(0, -1))) return;
  const entries = await entriesOf(read, prefix, prefix, signal);
  const keys = entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  for (const found of keys) {
    const isThere = !isFolder(found) || (await holdsFile(read, `${found.key}/`, signal));
    if (isThere) yield found.key.slice(prefix.length);
  }
}

async function entriesOf<Entry extends TreeEntry>(
  read: ReadFolder<Entry>,
  folder: string,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly Found<Entry>[]> {
  checkCancelled(signal, `listing '${prefix}'`);
  return wantedOf(await read(folder, signal), folder, prefix);
}

function wantedOf<Entry extends TreeEntry>(
  names: readonly Entry[],
  folder: string,
  prefix: string,
): readonly Found<Entry>[] {
  const entries: Found<Entry>[] = [];
  for (const entry of names) {
    const key = folder + entry.name;
    if (entry.kind === 'other' || !isBlobKey(key) || isReserved(key)) continue;
    const isWanted = entry.kind === 'folder' ? overlaps(`${key}/`, prefix) : key.startsWith(prefix);
    if (isWanted) entries.push({ key, entry });
  }
  return entries.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** A folder sorts by its name and the slash that all keys below it have next: `a-b` comes before `a/b`. */
function sortKey(found: Found<TreeEntry>): string {
  return isFolder(found) ? `${found.key}/` : found.key;
}

function isFolder({ entry }: Found<TreeEntry>): boolean {
  return entry.kind === 'folder';
}

function overlaps(folder: string, prefix: string): boolean {
  return folder.startsWith(prefix) || prefix.startsWith(folder);
}

async function holdsFile<Entry extends TreeEntry>(
  read: ReadFolder<Entry>,
  prefix: string,
  signal: AbortSignal,
): Promise<boolean> {
  const first = await walkFiles(read, prefix, signal).next();
  return first.done !== true;
}
