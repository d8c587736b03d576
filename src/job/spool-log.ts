import type { LocalFiles } from '../snapshot/files.ts';

/**
 * A file of lines that several callers add to. What comes while the disk is busy goes there together, in one write:
 * thousands of small chunks do not wait for thousands of syncs.
 */
export class SpoolLog {
  readonly #files: LocalFiles;
  readonly #path: string;
  #waiting: string[] = [];
  /** The write that takes what waits; undefined while nothing does. */
  #next: Promise<void> | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(files: LocalFiles, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The lines are on disk when it returns. When it throws, a part of them may be. */
  add(lines: readonly string[]): Promise<void> {
    this.#waiting.push(...lines);
    this.#next ??= this.#write(this.#last);
    this.#last = this.#next;
    return this.#next;
  }

  /** Every whole line, in the order of their writing; empty ones are left out. */
  async read(): Promise<readonly string[]> {
    const bytes = await this.#files.read(this.#path);
    const lines = Buffer.from(bytes ?? new Uint8Array())
      .toString('utf8')
      .split('\n');
    // What follows the last line end was cut.
    return lines.slice(0, -1).filter((line) => line !== '');
  }

  /** Each write begins with a line end, so that a cut line before it spoils only itself. */
  async #write(before: Promise<void>): Promise<void> {
    // Those who waited for the write before have been told how it ended.
    await Promise.allSettled([before]);
    const lines = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    if (lines.length === 0) return;
    await this.#files.append(this.#path, Buffer.from(`\n${lines.join('\n')}\n`, 'utf8'));
  }
}
