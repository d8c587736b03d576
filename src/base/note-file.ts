import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';

/** All notes have the same length, so that one overwrites the other. */
const noteBytes = 64;

/**
 * A few words beside a file that is in use, for the next process to compare it with. They outlive a process that is killed, and cost
 * no flush: after a power cut older ones may be there, or none. Whoever notes only what is on the disk already finds no
 * note that is ahead of it.
 */
export class NoteFile implements Disposable {
  #file: number | undefined;
  #words = '';

  /** Keeps what is noted. Throws the system's error when the file cannot be opened or made. */
  constructor(path: string) {
    this.#file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  /** One write into a file that is open. Throws the system's error. */
  write(words: string): void {
    if (this.#file === undefined || words === this.#words) return;
    writeSync(this.#file, words.padEnd(noteBytes - 1).concat('\n'), 0);
    this.#words = words;
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** What an earlier process has noted, as numbers; undefined when there is none, or nothing that can be read. */
export function readNote(path: string): readonly number[] | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const words = text.trim();
  return /^\d+( \d+)*$/.test(words) ? words.split(' ').map(Number) : undefined;
}
