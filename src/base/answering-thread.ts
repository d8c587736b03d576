import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { assert } from './assert.ts';

/** What passes to a thread and back; `answerQuestions` (thread-answers.ts) is the other end. */
export type Asked<Question> = Readonly<{ id: number; question: Question }>;
export type Answered<Answer> = Readonly<{ id: number }> &
  (Readonly<{ kind: 'answer'; answer: Answer }> | Readonly<{ kind: 'failed'; failure: SystemFailure }>);

/** What an error of the operating system says: it is one again on the side that asked. */
export type SystemFailure = Readonly<{
  message: string;
  code: string;
  errno: number | undefined;
  path: string | undefined;
}>;

type Waiting<Answer> = Readonly<{ resolve: (answer: Answer) => void; reject: (error: unknown) => void }>;

/**
 * A thread that answers questions one after the other, started by the first. It keeps the process alive only while a
 * question is open. When it fails, so do the open questions, and the next one starts another.
 */
export class AnsweringThread<Question, Answer> implements AsyncDisposable {
  readonly #script: URL;
  readonly #name: string;
  readonly #waiting = new Map<number, Waiting<Answer>>();
  #worker: Worker | undefined;
  #lastId = 0;
  #isClosed = false;

  /** `name` is what the process list shows. */
  constructor(script: URL, name: string) {
    this.#script = script;
    this.#name = name;
  }

  /** Questions that are not answered yet. */
  get open(): number {
    return this.#waiting.size;
  }

  /** Errors of the operating system come back with their code. An aborted call ends at once; its answer is dropped. */
  async ask(question: Question, transferred: readonly ArrayBuffer[], signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    assert(!this.#isClosed, `the thread '${this.#name}' is closed`);
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const onAbort = (): void => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    this.#waiting.set(id, { resolve, reject });
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    worker.postMessage({ id, question } satisfies Asked<Question>, transferred);
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#script, { name: this.#name });
    worker.on('message', (answered: Answered<Answer>) => this.#settle(worker, answered));
    worker.on('error', (error) => this.#drop(worker, error));
    worker.on('exit', (code) =>
      this.#drop(worker, new Error(`the thread '${this.#name}' ended with ${code}`)),
    );
    return worker;
  }

  #settle(worker: Worker, answered: Answered<Answer>): void {
    const waiting = this.#waiting.get(answered.id);
    this.#waiting.delete(answered.id);
    if (this.#waiting.size === 0) worker.unref();
    if (answered.kind === 'answer') waiting?.resolve(answered.answer);
    else waiting?.reject(systemError(answered.failure));
  }

  #drop(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** The script of a thread that lies beside a module: `.ts` in a checkout, `.js` in the package. */
export function scriptBeside(module: string, name: string): URL {
  return new URL(`./${name}${path.extname(module)}`, module);
}

/** What the system said to a thread, as the error that it was. */
export function systemError({ message, code, errno, path: file }: SystemFailure): Error {
  return Object.assign(new Error(message), { code, errno, ...(file !== undefined && { path: file }) });
}
