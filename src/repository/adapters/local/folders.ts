import { mkdir, open, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StorageError } from '../../storage-error.ts';
import { attempt, codeOf } from './errors.ts';

/** A folder may be removed as empty before its child is made, but not that often: then none can be made in it. */
const makeTriesMax = 8;

/**
 * Makes folders that survive a power cut, and removes those that became empty. The root is made once: one that was
 * there and is gone has been removed or unmounted, and blobs below a new one would be without their fellows.
 */
export class Folders {
  /** False when files of the staging folder were found to lie on another device. */
  takesLinks = true;
  readonly #root: string;
  #isRootKnown: boolean;
  /** Folders being made now: whoever needs one waits until it is durable, whoever asked first. */
  readonly #making = new Map<string, Promise<void>>();

  constructor(root: string, isRootKnown: boolean) {
    this.#root = root;
    this.#isRootKnown = isRootKnown;
  }

  /** `folder` and its parents exist and are on disk. Throws `not_found` when the root was there and is gone. */
  async ensure(folder: string): Promise<void> {
    const making = this.#making.get(folder) ?? this.#make(folder);
    this.#making.set(folder, making);
    try {
      await making;
    } finally {
      this.#making.delete(folder);
    }
  }

  /** Waits for a folder that is being made; one that is there without that was made, and is on disk. */
  async made(folder: string): Promise<void> {
    await this.#making.get(folder);
  }

  /** Removes `folder` and its parents below the root as long as they are empty. */
  async prune(folder: string): Promise<void> {
    for (let at = folder; at.startsWith(`${this.#root}/`); at = path.dirname(at)) {
      try {
        await rmdir(at);
      } catch (error) {
        const code = codeOf(error);
        if (code === 'ENOENT') continue;
        // Not empty, or not ours to remove: an empty folder is no blob, so it does no harm.
        if (code !== undefined) return;
        throw error;
      }
    }
  }

  async #make(folder: string): Promise<void> {
    const made = await attempt(`make folder '${folder}'`, () => this.#makeFolder(folder));
    this.#isRootKnown = true;
    if (made === undefined) return;
    const top = path.dirname(made);
    for (let at = path.dirname(folder); ; at = path.dirname(at)) {
      await syncFolder(at);
      if (at === top) return;
    }
  }

  /**
   * The topmost folder that had to be made. One by one: of a disk that takes no folder, `recursive` says only that the
   * folder is missing.
   */
  async #makeFolder(folder: string, triesMax: number = makeTriesMax): Promise<string | undefined> {
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return await checkFolder(folder, error);
      if (codeOf(error) !== 'ENOENT') throw error;
      if (path.dirname(folder) === this.#root && this.#isRootKnown) throw rootIsGone(this.#root, error);
      if (triesMax === 0) throw takesNoFolder(folder, error);
    }
    const above = await this.#makeFolder(path.dirname(folder));
    const made = await this.#makeFolder(folder, triesMax - 1);
    return above ?? made;
  }
}

async function checkFolder(folder: string, cause: unknown): Promise<undefined> {
  try {
    if ((await stat(folder)).isDirectory()) return undefined;
  } catch (error) {
    // Removed as empty since: whoever writes into it finds out, and asks for it again.
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  const text = `cannot make folder '${folder}': a file stands where a folder is needed`;
  throw new StorageError('invalid_argument', text, { cause });
}

function takesNoFolder(folder: string, cause: unknown): StorageError {
  return new StorageError('invalid_argument', `cannot make folder '${folder}': none can be made there`, {
    cause,
    hint: 'Name a folder of a disk in ON LOCATION.',
  });
}

function rootIsGone(root: string, cause: unknown): StorageError {
  return new StorageError('not_found', `folder '${root}' is gone: it was removed or unmounted`, { cause });
}

/** The names in `folder` are on disk when this ends. */
export async function syncFolder(folder: string): Promise<void> {
  await attempt(`sync folder '${folder}'`, async () => {
    await using handle = await open(folder, 'r');
    await handle.sync();
  });
}
