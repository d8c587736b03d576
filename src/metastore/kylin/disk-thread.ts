import { AnsweringThread, scriptBeside } from '../../base/answering-thread.ts';
import { assert, unreachable } from '../../base/assert.ts';
import { diskError } from './failures.ts';
import { MetadataError } from './metadata-error.ts';
import type { MetadataResource } from './resource.ts';

/** The lengths of `files` together are that of `bytes`. */
export type DiskQuestion =
  | Readonly<{ kind: 'read'; paths: readonly string[] }>
  | Readonly<{ kind: 'write'; files: readonly WrittenFile[]; bytes: ArrayBuffer }>;

type WrittenFile = Readonly<{ path: string; length: number; modifiedAt: number }>;

/** `length` is the file's share of the answer's bytes. */
export type ReadFile = Readonly<{ length: number }> &
  (
    | Readonly<{ kind: 'file'; modifiedAt: number }>
    | Readonly<{ kind: 'not_file' }>
    | Readonly<{ kind: 'too_large'; size: number; sizeMax: number }>
    | Readonly<{ kind: 'failed'; code: string | undefined; message: string }>
  );

export type DiskAnswer =
  Readonly<{ kind: 'read'; files: readonly ReadFile[]; bytes: ArrayBuffer }> | Readonly<{ kind: 'written' }>;

/** Backups hold hashes of passwords and sealed credentials: for their owner alone. */
export const folderMode = 0o700;

/** A write that was begun is waited for. */
const never = new AbortController().signal;

export type FileContent = Pick<MetadataResource, 'bytes' | 'modifiedAt'>;

/**
 * Reads and writes many small files in a thread of its own, by calls that wait. The same by promises costs four times the
 * processor time: each of a file's four calls is a way to another thread and back.
 */
export class DiskThread implements AsyncDisposable {
  readonly #thread = new AnsweringThread<DiskQuestion, DiskAnswer>(
    scriptBeside(import.meta.url, 'disk-worker'),
    'metadata files',
  );

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
    await this.#thread.ask({ kind: 'write', files: names, bytes: joined.buffer }, [joined.buffer], never);
  }

  /**
   * The files of the first paths, at least of one; undefined for one that is not there. Throws MetadataError, `illegal` for
   * what is no plain file.
   */
  async read(paths: readonly string[]): Promise<readonly (FileContent | undefined)[]> {
    const answer = await this.#thread.ask({ kind: 'read', paths }, [], never);
    assert(answer.kind === 'read', 'the thread answers what it was asked');
    let at = 0;
    return answer.files.map((file, index) => {
      const bytes = Buffer.from(answer.bytes, at, file.length);
      at += file.length;
      return contentOf(paths[index] ?? '', file, bytes);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
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
