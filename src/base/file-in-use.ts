import { type Stats, statSync } from 'node:fs';

export type FileInUseOptions = Readonly<{
  /** A file that is shorter has lost something. */
  bytesMin?: number;
  /** Whoever writes the file never makes it shorter. */
  onlyGrows?: boolean;
}>;

/**
 * A file that this process has open, and that somebody may remove, replace or cut behind its back. What is written into such a file is
 * taken without an error, and all of it goes with the process.
 */
export class FileInUse {
  readonly path: string;
  readonly #inode: number;
  readonly #onlyGrows: boolean;
  #bytesMin: number;

  /** `path` is the file that is open. Throws the system's error when it is not there. */
  constructor(path: string, { bytesMin = 0, onlyGrows = false }: FileInUseOptions = {}) {
    this.path = path;
    this.#inode = statSync(path).ino;
    this.#onlyGrows = onlyGrows;
    this.#bytesMin = bytesMin;
  }

  /** Whether what is written now can be read by the next process. One look at the file's entry. */
  isWhole(): boolean {
    const found: Stats | undefined = statSync(this.path, { throwIfNoEntry: false });
    if (found?.ino !== this.#inode || found.size < this.#bytesMin) return false;
    if (this.#onlyGrows) this.#bytesMin = found.size;
    return true;
  }

  /** After a write into a file that only grows: from now on it is not whole without what was written. */
  noteSize(): void {
    const found = statSync(this.path, { throwIfNoEntry: false });
    this.#bytesMin = Math.max(this.#bytesMin, found?.size ?? 0);
  }
}
