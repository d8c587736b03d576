import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '../../base/system-error.ts';
import { diskError } from './failures.ts';
import { syncPath } from './folder-writer.ts';
import { manifestPath } from './manifest.ts';
import { MetadataError } from './metadata-error.ts';

/** `yyyy-MM-dd-HH-mm-ss` in the server's zone, then what the folder holds: Kylin's names. */
export function folderName(atMs: number, ending = 'backup'): string {
  const at = new Date(atMs);
  const parts = [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()];
  return `${[at.getFullYear(), ...parts].map((part) => String(part).padStart(2, '0')).join('-')}_${ending}`;
}

/** What the name of a folder ends with while a backup is written to it: it is no backup then. */
const unfinished = /\.partial-[0-9a-f]{8}$/;
/** An unfinished folder is a leftover of a server that was killed once it is as old as this. */
const leftoverMs = 24 * 60 * 60 * 1_000;

/** True for a folder whose backup was never finished. */
export function isUnfinished(folder: string): boolean {
  return unfinished.test(folder);
}

/** A folder that nobody else writes: `partial` is made, `path` is the name wanted for it. */
export type ClaimedFolder = Readonly<{ path: string; partial: string; isGiven: boolean }>;

/** Names tried for one second. */
const namesMax = 1_000;

/**
 * Makes a folder for a new backup below `directory`, which is made when it is missing. `given` is the user's own name:
 * MetadataError `exists` when it is taken. What killed servers left there goes after a day.
 */
export async function claimFolder(
  directory: string,
  given: string | undefined,
  fallback: string,
): Promise<ClaimedFolder> {
  if (given !== undefined) checkFolderName(given);
  const target = path.join(directory, given ?? fallback);
  const partial = `${target}.partial-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await makeFolders(directory);
    await removeLeftovers(directory);
    if (given !== undefined && (await isTaken(target))) throw exists(target);
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    throw diskError(`make folder '${partial}'`, error);
  }
  return { path: target, partial, isGiven: given !== undefined };
}

/**
 * Gives a complete backup its name, and says which: a taken name gets `-1`, `-2`, but for the user's own, which is
 * MetadataError `exists`.
 */
export async function nameFolder({ path: target, partial, isGiven }: ClaimedFolder): Promise<string> {
  for (const name of namesFor(target, isGiven)) {
    if ((await isTaken(name)) || !(await isRenamed(partial, name))) continue;
    return name;
  }
  throw exists(target);
}

/** Gives up a claim, with whatever was written. */
export async function releaseFolder({ partial }: ClaimedFolder): Promise<void> {
  await rm(partial, { recursive: true, force: true });
}

/** The names to try for a new backup: the user's own alone, else `-1`, `-2` after one that is taken. */
export function* namesFor(base: string, isGiven: boolean): Generator<string, void, undefined> {
  yield base;
  if (isGiven) return;
  for (let number = 1; number < namesMax; number++) yield `${base}-${number}`;
}

/** False when somebody else was first: a folder is never renamed over one that holds something. */
async function isRenamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    await syncPath(path.dirname(to));
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOTEMPTY' || codeOf(error) === 'EEXIST') return false;
    throw diskError(`name the backup '${to}'`, error);
  }
}

/** One by one: where no folder can be made, as in `/proc`, Node's `recursive` never comes to an end. */
async function makeFolders(folder: string): Promise<void> {
  if (await isThere(folder)) return;
  await makeFolders(path.dirname(folder));
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Another backup was first.
    if (codeOf(error) !== 'EEXIST') throw error;
  }
}

async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!isUnfinished(name)) continue;
    const folder = path.join(directory, name);
    if ((await changedAt(folder)) < Date.now() - leftoverMs)
      await rm(folder, { recursive: true, force: true });
  }
}

/** Now for a folder that has gone meanwhile: its backup was finished, or somebody else removed it. */
async function changedAt(folder: string): Promise<number> {
  try {
    return (await stat(folder)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return Date.now();
    throw error;
  }
}

async function isTaken(target: string): Promise<boolean> {
  return (await isThere(target)) || (await isThere(manifestPath(target)));
}

function exists(target: string): MetadataError {
  return new MetadataError('exists', `'${target}' exists already: nothing was written`);
}

async function isThere(target: string): Promise<boolean> {
  try {
    await stat(target);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw diskError(`look at '${target}'`, error);
  }
}

/** A name is one part of a path. Throws MetadataError `illegal`. */
export function checkFolderName(name: string): void {
  if (name !== '' && !/[/\\\0]/.test(name) && name !== '.' && name !== '..') return;
  throw new MetadataError('illegal', `'${name}' is no name of a folder: it must be one part of a path`);
}
