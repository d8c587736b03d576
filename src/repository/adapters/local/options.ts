import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../../base/clock.ts';
import { StorageError } from '../../storage-error.ts';
import { attempt, codeOf } from './errors.ts';

export type LocalOptions = Readonly<{
  /** Absolute path of the folder. It is made, with its parents, by the first put; never again when it is lost. */
  root: string;
  /** Tells the age of unfinished puts, and when a thread has been idle for long. */
  clock: Clock;
  /** A list goes on in a thread after so many files: threads take longer to start than short lists. */
  listedHereMax?: number;
}>;

/**
 * Refuses a root that is relative, has `.`, `..` or NUL in it, is the root of the file system, a file, or a
 * symbolic link (whoever can move the link could move the backups). A missing root is fine: false.
 */
export async function checkRoot(root: string): Promise<boolean> {
  const reason = reasonAgainst(root);
  if (reason !== undefined) throw new StorageError('invalid_argument', `bad folder '${root}': ${reason}`);
  const found = await attempt(`use folder '${root}'`, () => lstatOrMissing(root));
  if (found === undefined) return false;
  if (found.isSymbolicLink()) {
    throw new StorageError('invalid_argument', `cannot use folder '${root}': it is a symbolic link`, {
      hint: 'Name the folder that the link leads to.',
    });
  }
  if (!found.isDirectory()) {
    throw new StorageError('invalid_argument', `cannot use folder '${root}': it is not a folder`, {
      hint: 'Name a folder in ON LOCATION, one that is there or one to be made.',
    });
  }
  return true;
}

function reasonAgainst(root: string): string | undefined {
  if (root.includes('\0')) return 'it has a NUL character';
  if (!path.isAbsolute(root)) return 'it is not an absolute path';
  if (path.normalize(root) !== root || (root.endsWith('/') && root !== '/')) return 'it is not a plain path';
  if (root === '/') return 'it is the root of the file system';
  return undefined;
}

async function lstatOrMissing(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
