import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, diskError } from './failures.ts';
import { manifestPath } from './manifest.ts';
import { MetadataError } from './metadata-error.ts';

/** `yyyy-MM-dd-HH-mm-ss` in the server's zone, then what the folder holds: Kylin's names. */
export function folderName(atMs: number, ending = 'backup'): string {
  const at = new Date(atMs);
  const parts = [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes(), at.getSeconds()];
  return `${[at.getFullYear(), ...parts].map((part) => String(part).padStart(2, '0')).join('-')}_${ending}`;
}

/** While a backup is written its folder has this ending, and is no backup. */
export const partialEnding = '.partial';

/** A folder that nobody else writes: `partial` is made, `path` is its name once it is complete. */
export type ClaimedFolder = Readonly<{ path: string; partial: string }>;

/** Names tried for one second. */
const namesMax = 1_000;

/**
 * Claims a folder for a new backup below `directory`, which is made when it is missing. `given` is the user's own name:
 * MetadataError `exists` when it is taken. Without one a taken name gets `-1`, `-2`.
 */
export async function claimFolder(
  directory: string,
  given: string | undefined,
  fallback: string,
): Promise<ClaimedFolder> {
  if (given !== undefined) checkFolderName(given);
  await makeDirectory(directory);
  const base = path.join(directory, given ?? fallback);
  for (const name of namesFor(base, given !== undefined)) {
    const claimed = await claim(name);
    if (claimed !== undefined) return claimed;
  }
  throw new MetadataError('exists', `'${base}' exists already: nothing was written`);
}

/** The names to try for a new backup: the user's own alone, else `-1`, `-2` after one that is taken. */
export function* namesFor(base: string, isGiven: boolean): Generator<string, void, undefined> {
  yield base;
  if (isGiven) return;
  for (let number = 1; number < namesMax; number++) yield `${base}-${number}`;
}

/** Gives up a claim, with whatever was written. */
export async function releaseFolder({ partial }: ClaimedFolder): Promise<void> {
  await rm(partial, { recursive: true, force: true });
}

async function claim(target: string): Promise<ClaimedFolder | undefined> {
  const partial = `${target}${partialEnding}`;
  try {
    await mkdir(partial, { mode: 0o700 });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return undefined;
    throw diskError(`make folder '${partial}'`, error);
  }
  const isTaken = (await isThere(target)) || (await isThere(manifestPath(target)));
  if (!isTaken) return { path: target, partial };
  await rm(partial, { recursive: true });
  return undefined;
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

async function makeDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw diskError(`make folder '${directory}'`, error);
  }
}

/** A name is one part of a path. Throws MetadataError `illegal`. */
export function checkFolderName(name: string): void {
  if (name !== '' && !/[/\\\0]/.test(name) && name !== '.' && name !== '..') return;
  throw new MetadataError('illegal', `'${name}' is no name of a folder: it must be one part of a path`);
}
