import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { BlobKey, BlobStat } from '../../blob-store.ts';
import { isBlobKey } from '../../key.ts';
import { checkCancelled } from '../../cancel.ts';
import { attempt, codeOf } from './errors.ts';

/** Where unfinished puts are written. No key can lie below it. */
export const temporaryFolder = '.tmp-holdfast';

/** True for the name of our own folder at the root of the store. */
export function isReserved(key: string): boolean {
  return key === temporaryFolder || key.startsWith(`${temporaryFolder}/`);
}

/**
 * All blobs whose key begins with `prefix`, in byte order of keys. A file is a blob when its path is a key; links,
 * sockets and foreign names are passed over.
 */
export async function* walk(
  root: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<BlobStat, void, undefined> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  if (folder !== '' && !isBlobKey(folder.slice(0, -1))) return;
  for (const entry of await entriesOf(root, folder, prefix, signal)) {
    if (entry.isFolder) {
      const below = `${entry.key}/`;
      yield* walk(root, prefix.startsWith(below) ? prefix : below, signal);
    } else {
      const stat = await statBlob(root, entry.key);
      if (stat !== undefined) yield stat;
    }
  }
}

/** Names below `prefix` (a folder's key with its slash, or empty) that are a blob or hold one, in byte order. */
export async function* walkSegments(
  root: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  if (prefix !== '' && !isBlobKey(prefix.slice(0, -1))) return;
  const entries = await entriesOf(root, prefix, prefix, signal);
  const keys = entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  for (const entry of keys) {
    const isThere = !entry.isFolder || (await holdsBlob(root, `${entry.key}/`, signal));
    if (isThere) yield entry.key.slice(prefix.length);
  }
}

/** Size and age of one blob; `undefined` when there is none. */
export async function statBlob(root: string, key: BlobKey): Promise<BlobStat | undefined> {
  return attempt(`look at '${path.join(root, key)}'`, async () => {
    try {
      const found = await lstat(path.join(root, key));
      return found.isFile() ? { key, sizeBytes: found.size, modifiedAt: found.mtimeMs } : undefined;
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  });
}

/** The path, or a folder on its way, is not there. */
export function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

type Entry = Readonly<{ key: BlobKey; isFolder: boolean }>;

async function entriesOf(
  root: string,
  folder: string,
  prefix: string,
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  checkCancelled(signal, `listing '${prefix}'`);
  const names = await attempt(`list '${path.join(root, folder)}'`, () => readFolder(path.join(root, folder)));
  const entries: Entry[] = [];
  for (const name of names) {
    const key = folder + name.name;
    const isFolder = name.isDirectory();
    if (!isBlobKey(key) || isReserved(key) || !(isFolder || name.isFile())) continue;
    const isWanted = isFolder ? overlaps(`${key}/`, prefix) : key.startsWith(prefix);
    if (isWanted) entries.push({ key, isFolder });
  }
  return entries.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** A folder sorts by its name and the slash that all keys below it have next: `a-b` comes before `a/b`. */
function sortKey(entry: Entry): string {
  return entry.isFolder ? `${entry.key}/` : entry.key;
}

function overlaps(folder: string, prefix: string): boolean {
  return folder.startsWith(prefix) || prefix.startsWith(folder);
}

async function readFolder(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function holdsBlob(root: string, prefix: string, signal: AbortSignal): Promise<boolean> {
  const first = await walk(root, prefix, signal).next();
  return first.done !== true;
}
