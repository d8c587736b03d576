import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { unreachable } from '../../base/assert.ts';
import { diskError } from './failures.ts';
import { MetadataError } from './metadata-error.ts';
import type { MetadataResource } from './resource.ts';

/** The lengths of `files` together are that of `bytes`. */
export type DiskQuestion = Readonly<{ id: number }> &
  (
    | Readonly<{ kind: 'read'; paths: readonly string[] }>
    | Readonly<{ kind: 'write'; files: readonly WrittenFile[]; bytes: ArrayBuffer }>
  );

type WrittenFile = Readonly<{ path: string; length: number; modifiedAt: number }>;

/** `length` is the file's share of the answer's bytes. */
export type ReadFile = Readonly<{ length: number }> &
  (
    | Readonly<{ kind: 'file'; modifiedAt: number }>
    | Readonly<{ kind: 'not_file' }>
    | Readonly<{ kind: 'too_large'; size: number; sizeMax: number }>
    | Readonly<{ kind: 'failed'; code: string | undefined; message: string }>
  );

export type DiskAnswer = Readonly<{ id: number }> &
  (
    | Readonly<{ kind: 'read'; files: readonly ReadFile[]; bytes: ArrayBuffer }>
    | Readonly<{ kind: 'written' }>
    | Readonly<{ kind: 'failed'; code: string | undefined; message: string }>
  );

/** Backups hold hashes of passwords and sealed credentials: for their owner alone. */
export const folderMode = 0o700;

type ReadAnswer = Extract<DiskAnswer, { kind: 'read' }>;
type Waiting = Readonly<{ resolve: (answer: DiskAnswer) => void; reject: (error: unknown) => void }>;

export type FileContent = Pick<MetadataResource, 'bytes' | 'modifiedAt'>;

/**
 * Reads and writes many small files in a thread of its own, by calls that wait. The same by promises costs four times the
 * processor time: each of a file's four calls is a way to another thread and back.
 */
export class DiskThread implements AsyncDisposable {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastQuestion = 0;

  /** Makes new files, and the folders that they need. Throws what the disk says, with its `code`. */
  async write(files: readonly (Readonly<{ path: string }> & FileContent)[]): Promise<void> {
    const joined = new Uint8Array(files.reduce((total, { bytes }) => total + bytes.length, 0));
    let at = 0;
    for (const { bytes } of files) {
      joined.set(bytes, at);
      at += bytes.length;
    }
    const names = files.map((file) => ({
      path: file.path,
      length: file.bytes.length,
      modifiedAt: file.modifiedAt,
    }));
    const id = ++this.#lastQuestion;
    await this.#ask({ kind: 'write', id, files: names, bytes: joined.buffer }, [joined.buffer]);
  }

  /**
   * The files of the first paths, at least of one; undefined for one that is not there. Throws MetadataError, `illegal` for
   * what is no plain file.
   */
  async read(paths: readonly string[]): Promise<readonly (FileContent | undefined)[]> {
    const id = ++this.#lastQuestion;
    const answer = (await this.#ask({ kind: 'read', id, paths }, [])) as ReadAnswer;
    let at = 0;
    return answer.files.map((file, index) => {
      const bytes = Buffer.from(answer.bytes, at, file.length);
      at += file.length;
      return contentOf(paths[index] ?? '', file, bytes);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#worker?.terminate();
  }

  async #ask(question: DiskQuestion, transferred: readonly ArrayBuffer[]): Promise<DiskAnswer> {
    const worker = (this.#worker ??= this.#start());
    const { promise, resolve, reject } = Promise.withResolvers<DiskAnswer>();
    this.#waiting.set(question.id, { resolve, reject });
    worker.postMessage(question, transferred);
    const answer = await promise;
    if (answer.kind !== 'failed') return answer;
    throw Object.assign(new Error(answer.message), answer.code !== undefined && { code: answer.code });
  }

  #start(): Worker {
    // The worker has this file's own ending: .ts in a checkout, .js in the package.
    const script = new URL(`./disk-worker${path.extname(import.meta.url)}`, import.meta.url);
    const worker = new Worker(script, { name: 'metadata files' });
    worker.on('message', (answer: DiskAnswer) => {
      this.#waiting.get(answer.id)?.resolve(answer);
      this.#waiting.delete(answer.id);
    });
    worker.on('error', (error) => this.#fail(error));
    worker.on('exit', (code) => this.#fail(new Error(`the thread for files ended with ${code}`)));
    return worker;
  }

  /** Another thread is started for the next question. */
  #fail(error: unknown): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function contentOf(file: string, read: ReadFile, bytes: Uint8Array): FileContent | undefined {
  switch (read.kind) {
    case 'file':
      return { bytes, modifiedAt: read.modifiedAt };
    case 'not_file':
      throw linkRefused(file);
    case 'too_large':
      throw tooLarge(file, read.size, read.sizeMax);
    case 'failed':
      if (read.code === 'ENOENT' || read.code === 'ENOTDIR') return undefined;
      throw diskError(`read '${file}'`, Object.assign(new Error(read.message), { code: read.code }));
    default:
      return unreachable(read);
  }
}

export function linkRefused(file: string): MetadataError {
  return new MetadataError('illegal', `'${file}' is neither file nor folder: links are not followed`);
}

function tooLarge(file: string, bytes: number, bytesMax: number): MetadataError {
  return new MetadataError('illegal', `'${file}' has ${bytes} bytes; a resource has at most ${bytesMax}`);
}
