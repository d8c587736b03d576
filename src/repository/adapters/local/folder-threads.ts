import { setImmediate } from 'node:timers/promises';
import path from 'node:path';
import {
  AnsweringThread,
  scriptBeside,
  systemError,
  type SystemFailure,
} from '../../../base/answering-thread.ts';
import { assert, present, unreachable } from '../../../base/assert.ts';
import type { Clock } from '../../../base/clock.ts';
import type { BlobKey, BlobStat } from '../../blob-store.ts';
import { checkCancelled } from '../../cancel.ts';
import { StorageError } from '../../storage-error.ts';
import { attempt, codeOf } from './errors.ts';

/** `after` is the last key that the asker has: a list goes on there. */
export type FolderQuestion =
  | Readonly<{ kind: 'list'; list: number; root: string; prefix: string; after: string }>
  | Readonly<{ kind: 'read'; files: readonly string[] }>;

export type FolderAnswer =
  | Readonly<{ kind: 'page'; stats: readonly BlobStat[]; isLast: boolean }>
  /** The lengths of the whole ones together are that of `bytes`. */
  | Readonly<{ kind: 'read'; reads: readonly FileRead[]; bytes: ArrayBuffer }>;

export type FileRead =
  | Readonly<{ kind: 'whole'; length: number }>
  /** Too long for one answer, or no file. */
  | Readonly<{ kind: 'other' }>
  | Readonly<{ kind: 'failed'; failure: SystemFailure }>;

/** A thread that no list has used for so long gives its memory back. */
const idleMs = 30_000;
/** Files of one question: those of some readers at once, with a bound on the memory of its answer. */
const batchMax = 64;
/** What the thread does for one question is short. */
const uninterrupted = new AbortController().signal;

type Page = Extract<FolderAnswer, { kind: 'page' }>;

type Wanted = Readonly<{
  file: string;
  resolve: (bytes: Uint8Array | undefined) => void;
  reject: (error: unknown) => void;
}>;

type Thread = AnsweringThread<FolderQuestion, FolderAnswer>;

/**
 * Walks long lists in one thread and reads the many small files of one in another, by calls that wait: by promises each of
 * a file's four calls is a way to another thread and back, which takes four times the processor time. The threads run
 * while lists do and a while longer.
 */
export class FolderThreads implements AsyncDisposable {
  readonly #root: string;
  readonly #clock: Clock;
  #threads: Readonly<{ walker: Thread; reader: Thread }> | undefined;
  #idle: Disposable | undefined;
  #lists = 0;
  #lastList = 0;
  /** Files that are wanted since the last question: they are asked for together once that is answered. */
  #wanted: Wanted[] = [];
  #isReading = false;

  constructor(root: string, clock: Clock) {
    this.#root = root;
    this.#clock = clock;
  }

  /** Whether there are some: then files may be read by them. */
  get areRunning(): boolean {
    return this.#threads !== undefined;
  }

  /** As `walk`, with what comes after a key. */
  async *list(
    prefix: string,
    after: BlobKey,
    signal: AbortSignal,
  ): AsyncGenerator<BlobStat, void, undefined> {
    const list = ++this.#lastList;
    using _using = this.#use();
    const pageAfter = (last: BlobKey): Promise<Page> => {
      const question = { kind: 'list', list, root: this.#root, prefix, after: last } as const;
      return attempt(`list '${path.join(this.#root, prefix)}'`, () => this.#pageOf(question));
    };
    let last = after;
    let next = pageAfter(last);
    for (;;) {
      const page = await next;
      checkCancelled(signal, `listing '${prefix}'`);
      last = page.stats.at(-1)?.key ?? last;
      if (!page.isLast) {
        // Walked while the reader is at work on this page; he may stop before he looks at it.
        next = pageAfter(last);
        next.catch(() => undefined);
      }
      yield* page.stats;
      if (page.isLast) return;
    }
  }

  /** The bytes of a file, which are the caller's; undefined for what is too long or no file. */
  async read(file: string): Promise<Uint8Array | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array | undefined>();
    this.#wanted.push({ file, resolve, reject });
    if (!this.#isReading) void this.#readWanted();
    return promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#idle?.[Symbol.dispose]();
    await this.#end();
  }

  async #readWanted(): Promise<void> {
    this.#isReading = true;
    while (this.#wanted.length > 0) {
      await setImmediate();
      const batch = this.#wanted.splice(0, batchMax);
      try {
        const question = { kind: 'read', files: batch.map(({ file }) => file) } as const;
        const answer = await ask(this.#running().reader, question);
        assert(answer.kind === 'read', 'files are answered by what they hold');
        settle(batch, answer);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isReading = false;
  }

  async #pageOf(question: FolderQuestion): Promise<Page> {
    const page = await ask(this.#running().walker, question);
    assert(page.kind === 'page', 'a list is answered by a page');
    return page;
  }

  #running(): Readonly<{ walker: Thread; reader: Thread }> {
    this.#threads ??= { walker: start('folder walker'), reader: start('folder reader') };
    return this.#threads;
  }

  #use(): Disposable {
    this.#lists += 1;
    this.#idle?.[Symbol.dispose]();
    return {
      [Symbol.dispose]: () => {
        this.#lists -= 1;
        if (this.#lists === 0) this.#endLater();
      },
    };
  }

  #endLater(): void {
    this.#idle = this.#clock.schedule(idleMs, () => {
      if (this.#isReading) this.#endLater();
      else void this.#end();
    });
  }

  async #end(): Promise<void> {
    const threads = this.#threads;
    this.#threads = undefined;
    await threads?.walker[Symbol.asyncDispose]();
    await threads?.reader[Symbol.asyncDispose]();
  }
}

function start(name: string): Thread {
  return new AnsweringThread(scriptBeside(import.meta.url, 'folder-worker'), name);
}

async function ask(thread: Thread, question: FolderQuestion): Promise<FolderAnswer> {
  try {
    return await thread.ask(question, [], uninterrupted);
  } catch (error) {
    if (codeOf(error) !== undefined) throw error;
    throw new StorageError('unavailable', 'the thread that reads folders has ended', { cause: error });
  }
}

function settle(batch: readonly Wanted[], answer: Extract<FolderAnswer, { kind: 'read' }>): void {
  let at = 0;
  for (const [index, { resolve, reject }] of batch.entries()) {
    const read = present(answer.reads[index], 'each file is answered');
    switch (read.kind) {
      case 'whole':
        resolve(new Uint8Array(answer.bytes, at, read.length));
        at += read.length;
        break;
      case 'other':
        resolve(undefined);
        break;
      case 'failed':
        reject(systemError(read.failure));
        break;
      default:
        unreachable(read);
    }
  }
}
