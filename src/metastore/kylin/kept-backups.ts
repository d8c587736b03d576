import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../base/system-error.ts';
import { diskError } from './failures.ts';
import { type BackupManifest, manifestPath, readManifest } from './manifest.ts';
import { ownPlace } from './own-store.ts';

/** A backup in a folder of backups, by what its name ends with. */
export type KeptBackup = Readonly<{ folder: string; finishedAtMs: number }>;

/** What the names of backups look like that end with `_<ending>`. */
export function namesEnding(ending: string): RegExp {
  return new RegExp(`^\\d{4}(?:-\\d\\d){5}_${RegExp.escape(ending)}(?:-\\d+)?$`);
}

/**
 * The backups of a directory whose names are a time and `_<ending>`, newest first. None where the directory is not there. One
 * without its manifest is none: its manifest is written last, and taken away last.
 */
export async function keptBackups(directory: string, ending: string): Promise<readonly KeptBackup[]> {
  const wanted = namesEnding(ending);
  const suffix = path.basename(manifestPath(''));
  const found: KeptBackup[] = [];
  for (const name of await namesIn(directory)) {
    if (!name.endsWith(suffix) || !wanted.test(name.slice(0, -suffix.length))) continue;
    const folder = path.join(directory, name.slice(0, -suffix.length));
    const manifest = await readManifest(folder);
    if (manifest !== undefined) found.push({ folder, finishedAtMs: Date.parse(manifest.finishedAt) });
  }
  return found.sort((one, other) => other.finishedAtMs - one.finishedAtMs);
}

/** The newest backup of all of our own metadata in a directory, whoever made it. Throws MetadataError. */
export async function newestOwnBackup(directory: string): Promise<string | undefined> {
  const suffix = path.basename(manifestPath(''));
  const found: { folder: string; writtenAtMs: number }[] = [];
  for (const name of await namesIn(directory)) {
    if (!name.endsWith(suffix)) continue;
    const { mtimeMs } = await stat(path.join(directory, name));
    found.push({ folder: path.join(directory, name.slice(0, -suffix.length)), writtenAtMs: mtimeMs });
  }
  // A manifest of many resources is large: no more are read than need be.
  for (const { folder } of found.toSorted((one, other) => other.writtenAtMs - one.writtenAtMs)) {
    const manifest = await readManifest(folder);
    if (manifest !== undefined && isOwnSystem(manifest)) return folder;
  }
  return undefined;
}

/** True for a backup of all of our own metadata that a node could start from. */
export function isOwnSystem({
  level,
  source,
  offset,
}: Pick<BackupManifest, 'level' | 'source' | 'offset'>): boolean {
  return level === 'system' && source === ownPlace && offset !== null;
}

/** Removes a backup; the manifest goes last, so that what a crash leaves of it is found again. */
export async function removeBackup({ folder }: KeptBackup): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
    await rm(manifestPath(folder), { force: true });
  } catch (error) {
    throw diskError(`remove the backup '${folder}'`, error);
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw diskError(`look into '${directory}'`, error);
  }
}
