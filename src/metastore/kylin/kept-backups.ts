import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, diskError } from './failures.ts';
import { manifestPath, readManifest } from './manifest.ts';

/** A backup in a folder of backups, by what its name ends with. */
export type KeptBackup = Readonly<{ folder: string; finishedAtMs: number }>;

/**
 * The backups of a directory whose names are a time and `_<ending>`, newest first. None where the directory is not there. One
 * without its manifest is none: its manifest is written last, and taken away last.
 */
export async function keptBackups(directory: string, ending: string): Promise<readonly KeptBackup[]> {
  const wanted = new RegExp(`^\\d{4}(?:-\\d\\d){5}_${RegExp.escape(ending)}(?:-\\d+)?$`);
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
