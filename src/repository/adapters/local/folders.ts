import { mkdir, open, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { StorageError } from '../../storage-error.ts';
import { attempt, codeOf } from './errors.ts';

/** Makes folders that survive a power cut, and removes those that became empty. */
export class Folders {
  readonly #root: string;
  /** Folders being made now: whoever needs one waits until it is durable, whoever asked first. */
  readonly #making = new Map<string, Promise<void>>();

  constructor(root: string) {
    this.#root = root;
  }

  /** `folder` and its parents exist and are on disk. */
  async ensure(folder: string): Promise<void> {
    const making = this.#making.get(folder) ?? this.#make(folder);
    this.#making.set(folder, making);
    try {
      await making;
    } finally {
      this.#making.delete(folder);
    }
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
    const made = await makeFolder(folder);
    if (made === undefined) return;
    const top = path.dirname(made);
    for (let at = path.dirname(folder); ; at = path.dirname(at)) {
      await syncFolder(at);
      if (at === top) return;
    }
  }
}

/** The topmost folder that had to be made. */
async function makeFolder(folder: string): Promise<string | undefined> {
  return attempt(`make folder '${folder}'`, async () => {
    try {
      return await mkdir(folder, { recursive: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      const text = `cannot make folder '${folder}': a file stands where a folder is needed`;
      throw new StorageError('invalid_argument', text, { cause: error });
    }
  });
}

/** The names in `folder` are on disk when this ends. */
export async function syncFolder(folder: string): Promise<void> {
  await attempt(`sync folder '${folder}'`, async () => {
    await using handle = await open(folder, 'r');
    await handle.sync();
  });
}
