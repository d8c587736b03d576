import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { assert, present } from '../base/assert.ts';
import type { HashAnswer, HashQuestion } from './hash-worker.ts';

/** A file of this size is hashed in about half a millisecond, far less than the start of a thread takes. */
const inlineBytesMax = 1024 * 1024;
/** SHA-256 runs at more than a gigabyte per second and core; two threads keep up with any disk we have seen. */
const workersMax = 2;

type Waiting = Readonly<{ resolve: (sha256: string) => void; reject: (error: unknown) => void }>;
type Thread = Readonly<{ worker: Worker; waiting: Map<number, Waiting> }>;

/**
 * Hashes files in threads of its own, started when first needed, so that the thread that answers clients stays free.
 * Idle threads do not keep the process alive.
 */
export class HashPool implements AsyncDisposable {
  readonly #threads: Thread[] = [];
  #lastQuestion = 0;
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
    return await this.#ask(file, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#threads.map((thread) => thread.worker.terminate()));
  }

  async #ask(file: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const thread = this.#leastBusy();
    const id = ++this.#lastQuestion;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    thread.waiting.set(id, { resolve, reject });
    thread.worker.ref();
    thread.worker.postMessage({ id, path: file } satisfies HashQuestion);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #leastBusy(): Thread {
    if (this.#threads.length < workersMax && this.#threads.every((thread) => thread.waiting.size > 0)) {
      this.#threads.push(this.#start());
    }
    const byLoad = this.#threads.toSorted((left, right) => left.waiting.size - right.waiting.size);
    return present(byLoad[0], 'a hash thread');
  }

  #start(): Thread {
    // The worker has this file's own ending: .ts in a checkout, .js in the package.
    const script = new URL(`./hash-worker${path.extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(script, { name: 'hash' });
    const thread: Thread = { worker, waiting: new Map() };
    worker.on('message', (answer: HashAnswer) => settle(thread, answer));
    worker.on('error', (error) => this.#drop(thread, error));
    worker.on('exit', (code) => this.#drop(thread, new Error(`a hash thread ended with ${code}`)));
    worker.unref();
    return thread;
  }

  #drop(thread: Thread, error: unknown): void {
    const at = this.#threads.indexOf(thread);
    if (at >= 0) this.#threads.splice(at, 1);
    for (const waiting of thread.waiting.values()) waiting.reject(error);
    thread.waiting.clear();
  }
}

function settle(thread: Thread, answer: HashAnswer): void {
  const waiting = thread.waiting.get(answer.id);
  thread.waiting.delete(answer.id);
  if (thread.waiting.size === 0) thread.worker.unref();
  if (waiting === undefined) return;
  if (answer.kind === 'hashed') waiting.resolve(answer.sha256);
  else waiting.reject(Object.assign(new Error(answer.message), { code: answer.code }));
}
