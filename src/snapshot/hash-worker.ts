import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { answerQuestions } from '../base/thread-answers.ts';

/** Large enough that the cost of a call is nothing beside that of the hash, small enough for the cache. */
const readBytes = 256 * 1024;
const buffer = new Uint8Array(readBytes);

answerQuestions((path: string) => ({ answer: hashFile(path) }));

function hashFile(path: string): string {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    for (;;) {
      const length = readSync(file, buffer);
      if (length === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, length));
    }
  } finally {
    closeSync(file);
  }
}
