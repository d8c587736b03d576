import type { BlobBody } from '../repository/blob-store.ts';

/**
 * The local folder through which blobs pass on their way to and from a repository. `diskFiles` is the real one; the
 * simulation keeps its files in memory. Paths are absolute; folders on the way are made. What is missing is
 * `undefined` or an empty list, every other failure is thrown as the system names it.
 */
export interface LocalFiles {
  /** Writes a small file whole: after a crash it has the old content or the new, never a part. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  read(path: string): Promise<Uint8Array | undefined>;
  /** Adds to the end and returns when it is on disk. After a crash the last addition may be cut. */
  append(path: string, bytes: Uint8Array): Promise<void>;
  sizeBytes(path: string): Promise<number | undefined>;
  /** Names in a folder, sorted. */
  list(folder: string): Promise<readonly string[]>;
  makeFolder(folder: string): Promise<void>;
  /** Removes a file or a folder with all in it. */
  remove(path: string): Promise<void>;
  /** Writes a stream to a new file (an old one is replaced) and returns its size. Not durable: a spooled file is checked again. */
  receive(path: string, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number>;
  /** Hash of a whole file, computed away from the thread that answers clients. */
  sha256(path: string, signal: AbortSignal): Promise<string>;
  /** A finished file as the body of a put. */
  body(path: string, sizeBytes: number): BlobBody;
}
