import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { present } from '../base/assert.ts';

export type HashQuestion = Readonly<{ id: number; path: string }>;
export type HashAnswer =
  | Readonly<{ kind: 'hashed'; id: number; sha256: string }>
  | Readonly<{ kind: 'failed'; id: number; message: string; code: string | undefined }>;

/** Large enough that the cost of a call is nothing beside that of the hash, small enough for the cache. */
const readBytes = 256 * 1024;
const buffer = new Uint8Array(readBytes);
const port = present(parentPort, 'the port of the hash worker');

port.on('message', (question: HashQuestion) => port.postMessage(answer(question)));

function answer(question: HashQuestion): HashAnswer {
  try {
    return { kind: 'hashed', id: question.id, sha256: hashFile(question.path) };
  } catch (error) {
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
    return { kind: 'failed', id: question.id, message: String(error), code };
  }
}

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
