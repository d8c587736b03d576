import { rm } from 'node:fs/promises';
import type { Worker } from 'node:worker_threads';
import { SourceError } from '../source-error.ts';
import type { MysqlOptions } from './options.ts';
import type {
  PlainOptions,
  ReaderAnswer,
  ReaderQuestion,
  ReadRequest,
  ReadResult,
} from './reader-protocol.ts';
import type { ReaderThreads } from './reader-threads.ts';

/**
 * A connection in a thread of its own, where rows are read and encoded. One question at a time. An aborted one ends the
 * thread, and with it the connection and its transaction.
 */
export class Reader implements AsyncDisposable {
  readonly #threads: ReaderThreads;
  readonly #opener: AbortSignal;
  readonly #worker: Worker;
  #isAlive = true;
  #isDisposed = false;
  readonly #onEnd = (): void => {
    this.#isAlive = false;
  };

  private constructor(threads: ReaderThreads, opener: AbortSignal) {
    this.#threads = threads;
    this.#opener = opener;
    this.#worker = threads.take();
    this.#worker.on('error', this.#onEnd);
    this.#worker.on('exit', this.#onEnd);
  }

  /** Connects. Throws SourceError. */
  static async open(threads: ReaderThreads, options: MysqlOptions, signal: AbortSignal): Promise<Reader> {
    const reader = new Reader(threads, signal);
    try {
      await reader.#ask({ kind: 'open', options: plain(options) }, signal);
      return reader;
    } catch (error) {
      await reader[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** False when the connection is gone: its point in time is, too. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Runs statements one after the other. */
  async run(statements: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#ask({ kind: 'run', statements }, signal);
  }

  /** Reads rows into a new file; it is there, whole, when this returns, and not there when it throws. */
  async read(request: ReadRequest, signal: AbortSignal): Promise<ReadResult> {
    try {
      const answer = await this.#ask({ kind: 'read', request }, signal);
      if (answer.kind !== 'read') throw new TypeError('a reader gave no rows');
      return answer.result;
    } catch (error) {
      // A thread that was ended could not remove what it had begun.
      if (!this.#isAlive && request.path !== undefined) {
        await this.#worker.terminate();
        await rm(request.path, { force: true });
      }
      throw error;
    }
  }

  /**
   * Ends the connection. The thread is kept for others when it still answers, and whoever opened it was not told to stop: then
   * nobody waits for a server. May be called twice.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    const isKept = await this.#closes();
    this.#worker.off('error', this.#onEnd);
    this.#worker.off('exit', this.#onEnd);
    if (isKept) await this.#threads.give(this.#worker);
    else await this.#worker.terminate();
  }

  async #closes(): Promise<boolean> {
    if (!this.#isAlive) return false;
    this.#isAlive = false;
    if (this.#opener.aborted) return false;
    try {
      const answer = await this.#exchange({ kind: 'close' }, new AbortController().signal);
      return answer.kind === 'done';
    } catch (error) {
      // A thread that cannot say goodbye is ended; with it goes its connection.
      if (error instanceof SourceError) return false;
      throw error;
    }
  }

  async #ask(
    question: ReaderQuestion,
    signal: AbortSignal,
  ): Promise<Exclude<ReaderAnswer, { kind: 'failed' }>> {
    if (signal.aborted) throw new SourceError('interrupted', 'reading was interrupted', signal.reason);
    if (!this.#isAlive) throw new SourceError('unavailable', 'the connection of a reader is gone');
    const answer = await this.#exchange(question, signal);
    if (answer.kind !== 'failed') return answer;
    if (!answer.isAlive) this.#isAlive = false;
    const cause = answer.errno === undefined ? undefined : { errno: answer.errno, message: answer.message };
    throw new SourceError(answer.error, answer.message, cause);
  }

  async #exchange(question: ReaderQuestion, signal: AbortSignal): Promise<ReaderAnswer> {
    const answered = Promise.withResolvers<ReaderAnswer>();
    const onExit = (): void =>
      answered.reject(new SourceError('unavailable', 'the thread of a reader ended'));
    const onError = (error: unknown): void =>
      answered.reject(new SourceError('failed', 'the thread of a reader failed', error));
    const onAbort = (): void => {
      this.#isAlive = false;
      void this.#worker.terminate();
      answered.reject(new SourceError('interrupted', 'reading was interrupted', signal.reason));
    };
    this.#worker.once('message', answered.resolve);
    this.#worker.once('exit', onExit);
    this.#worker.once('error', onError);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#worker.ref();
    try {
      this.#worker.postMessage(question);
      return await answered.promise;
    } finally {
      this.#worker.unref();
      this.#worker.off('message', answered.resolve);
      this.#worker.off('exit', onExit);
      this.#worker.off('error', onError);
      signal.removeEventListener('abort', onAbort);
    }
  }
}

function plain({ password, tlsKey, ...options }: MysqlOptions): PlainOptions {
  return {
    ...options,
    password: password.reveal(),
    ...(tlsKey !== undefined && { tlsKey: tlsKey.reveal() }),
  };
}
