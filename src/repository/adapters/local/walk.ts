import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import type { BlobKey, BlobStat } from '../../blob-store.ts';
import { type ReadFolder, type TreeEntry, walkFiles } from '../../folder-tree.ts';
import { attempt, codeOf } from './errors.ts';

/** All blobs whose key begins with `prefix`, in byte order of keys. Links, sockets and foreign names are passed over. */
export async function* walk(
  root: string,
  prefix: string,
  signal: AbortSignal,
): AsyncGenerator<BlobStat, void, undefined> {
  for await (const { key } of walkFiles(folderReader(root), prefix, signal)) {
    const stat = await statBlob(root, key);
    if (stat !== undefined) yield stat;
  }
}

/** Reads the folders below `root`. */
export function folderReader(root: string): ReadFolder<TreeEntry> {
  return async (folder) => {
    const names = await attempt(`list '${path.join(root, folder)}'`, () =>
      readFolder(path.join(root, folder)),
    );
    return names.map((name) => ({ name: name.name, kind: kindOf(name) }));
  };
}

/** Size and age of one blob; `undefined` when there is none. */
export async function statBlob(root: string, key: BlobKey): Promise<BlobStat | undefined> {
  return attempt(`look at '${path.join(root, key)}'`, async () => {
    try {
      return statOf(key, await lstat(path.join(root, key)));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  });
}

/** What a store tells of a file; nothing of anything else. */
export function statOf(key: BlobKey, found: Stats | undefined): BlobStat | undefined {
  return found?.isFile() === true ? { key, sizeBytes: found.size, modifiedAt: found.mtimeMs } : undefined;
}

/** The path, or a folder on its way, is not there. */
export function isAbsent(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function kindOf(name: Dirent): TreeEntry['kind'] {
  if (name.isDirectory()) return 'folder';
  return name.isFile() ? 'file' : 'other';
}

async function readFolder(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
