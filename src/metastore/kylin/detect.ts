import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../base/system-error.ts';
import { diskError } from './failures.ts';
import { kylin5Types } from './keys.ts';
import { MetadataError } from './metadata-error.ts';
import type { Generation } from './resource.ts';

/** Where the resources of a backup lie: a tree of files, or one archive whose entries tell the generation. */
export type BackupPlace =
  | Readonly<{ kind: 'tree'; generation: Generation; folder: string }>
  | Readonly<{ kind: 'archive'; file: string; folder: string }>;

export const archiveName = 'metadata.zip';
export const coreFolder = 'core_meta';

/** Folders that only the flat layout of Kylin 2 to 4 has at its top. */
const flatFolders: readonly string[] = ['cube', 'cube_desc', 'model_desc', 'project'];

/**
 * Finds what kind of backup `folder` is. Throws MetadataError `not_found`, `not_a_backup`: also for an empty folder,
 * which Kylin restores as an empty metastore.
 */
export async function detectBackup(folder: string): Promise<BackupPlace> {
  const names = await namesIn(folder);
  const core = path.join(folder, coreFolder);
  if (names.includes(coreFolder)) {
    await requireFolder(core);
    if ((await namesIn(core)).includes(archiveName)) return archiveIn(core);
    return { kind: 'tree', generation: 'C', folder: core };
  }
  if (names.includes(archiveName)) return archiveIn(folder);
  const generation = generationOf(names);
  if (generation !== undefined) return { kind: 'tree', generation, folder };
  throw new MetadataError('not_a_backup', `'${folder}' is no metadata backup`, {
    hint: 'A backup holds UUID and _global (Kylin 5 alpha), core_meta (Kylin 5), or cube and cube_desc (Kylin 4).',
  });
}

function generationOf(names: readonly string[]): Generation | undefined {
  if (names.some((name) => kylin5Types.includes(name))) return 'C';
  if (names.includes('_global')) return 'B';
  return flatFolders.filter((name) => names.includes(name)).length > 1 ? 'A' : undefined;
}

function archiveIn(folder: string): BackupPlace {
  return { kind: 'archive', file: path.join(folder, archiveName), folder };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new MetadataError('not_found', `there is no folder '${folder}'`);
    throw diskError(`read folder '${folder}'`, error);
  }
}

/** False for a link to one, and for what is not there. */
export async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await lstat(folder)).isDirectory();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw diskError(`look at '${folder}'`, error);
  }
}

async function requireFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  throw new MetadataError('illegal', `'${folder}' is no folder: links are not followed`);
}
