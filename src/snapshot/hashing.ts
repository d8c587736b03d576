import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { AnsweringThread, scriptBeside } from '../base/answering-thread.ts';
import { assert, present } from '../base/assert.ts';

/** A file of this size is hashed in about half a millisecond, far less than the start of a thread takes. */
const inlineBytesMax = 1024 * 1024;
/** SHA-256 runs at more than a gigabyte per second and core; two threads keep up with any disk we have seen. */
const threadsMax = 2;

type HashThread = AnsweringThread<string, string>;

/**
 * Hashes files in threads of its own, started when first needed, so that the thread that answers clients stays free.
 */
export class HashPool implements AsyncDisposable {
  readonly #threads: HashThread[] = [];
  #isClosed = false;

  /** Lower-case hex SHA-256 of a file. An aborted call ends at once; the thread drops its answer. */
  async hashFile(file: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const { size } = await stat(file);
    if (size <= inlineBytesMax) {
      const bytes = await readFile(file, { signal });
      return createHash('sha256').update(bytes).digest('hex');
    }
    assert(!this.#isClosed, 'the hash pool is closed');
    return await this.#leastBusy().ask(file, [], signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map((thread) => thread[Symbol.asyncDispose]()));
  }

  #leastBusy(): HashThread {
    if (this.#threads.length < threadsMax && this.#threads.every((thread) => thread.open > 0)) {
      this.#threads.push(new AnsweringThread(scriptBeside(import.meta.url, 'hash-worker'), 'hash'));
    }
    return present(this.#threads.toSorted((left, right) => left.open - right.open)[0], 'a hash thread');
  }
}
