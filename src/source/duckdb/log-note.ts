import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { NoteFile, readNote } from '../../base/note-file.ts';

/**
 * Where DuckDB counts the checkpoints of a file: in each of two blocks, of which the one with the larger number counts
 * (duckdb.org, "Storage Versions and Format": the database headers behind the main header of 4,096 bytes, behind the checksum
 * of each).
 */
const checkpointCounts = [4_096 + 8, 8_192 + 8];
const countBytes = 8;

/** `checkpoint`: how many there have been. The log begins anew at each, and only grows between two. */
type LogState = Readonly<{ checkpoint: number; logBytes: number }>;

/** Notes how long the engine's log was when something was committed, so that the next process sees whether it has lost something. */
export class LogNote implements Disposable {
  readonly #engineFile: string;
  readonly #note: NoteFile;
  #noted: LogState;

  /** `engineFile` is open, and nothing is missing. */
  constructor(engineFile: string) {
    this.#engineFile = engineFile;
    this.#note = new NoteFile(noteOf(engineFile));
    this.#noted = stateOf(engineFile);
    this.#write();
  }

  /**
   * Something was committed. A log that was removed meanwhile is as long as it was: what it held is missing until the next
   * checkpoint.
   */
  committed(): void {
    const { checkpoint, logBytes } = stateOf(this.#engineFile);
    const before = this.#noted.checkpoint === checkpoint ? this.#noted.logBytes : 0;
    this.#noted = { checkpoint, logBytes: Math.max(logBytes, before) };
    this.#write();
  }

  [Symbol.dispose](): void {
    this.#note[Symbol.dispose]();
  }

  #write(): void {
    this.#note.write(`${this.#noted.checkpoint} ${this.#noted.logBytes}`);
  }
}

/** How many bytes the log of an engine that is not open lacks. Zero where nothing is known of it. */
export function missingLogBytes(engineFile: string): number {
  const [checkpoint, notedBytes = 0] = readNote(noteOf(engineFile)) ?? [];
  const found = stateOf(engineFile);
  return found.checkpoint === checkpoint ? Math.max(0, notedBytes - found.logBytes) : 0;
}

export function noteOf(engineFile: string): string {
  return `${engineFile}.note`;
}

function stateOf(engineFile: string): LogState {
  const logBytes = statSync(`${engineFile}.wal`, { throwIfNoEntry: false })?.size ?? 0;
  return { checkpoint: checkpointOf(engineFile), logBytes };
}

/** Zero also for a file that was removed, which somebody else says. */
function checkpointOf(engineFile: string): number {
  if (statSync(engineFile, { throwIfNoEntry: false }) === undefined) return 0;
  const file = openSync(engineFile, 'r');
  try {
    const counts = checkpointCounts.map((position) => {
      const bytes = Buffer.alloc(countBytes);
      readSync(file, bytes, { position });
      return Number(bytes.readBigUInt64LE());
    });
    return Math.max(...counts);
  } finally {
    closeSync(file);
  }
}
