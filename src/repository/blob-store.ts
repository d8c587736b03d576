import type { Brand } from '../base/brand.ts';

/**
 * A key inside a store: segments of `[A-Za-z0-9._=-]`, joined by `/`, each at most 200 bytes, no `.` or `..`, no
 * slash at either end. Made by `blobKey` (key.ts) alone.
 */
export type BlobKey = Brand<string, 'BlobKey'>;

export type BlobStat = Readonly<{ key: BlobKey; sizeBytes: number; modifiedAt: number }>;

/** A body that can be read again from its beginning, so that a failed put can be repeated. */
export type BlobBody =
  | Readonly<{ kind: 'bytes'; bytes: Uint8Array }>
  /** A finished file that nobody changes any more. A local store may link it instead of copying it. */
  | Readonly<{
      kind: 'file';
      path: string;
      sizeBytes: number;
      /** What its pieces pass through when they are read: a store that takes the file as it is reads none. */
      through?: (pieces: AsyncIterable<Uint8Array>, signal: AbortSignal) => AsyncIterable<Uint8Array>;
    }>
  | Readonly<{
      kind: 'stream';
      open: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
      sizeBytes?: number;
    }>;

export type PutOptions = Readonly<{
  /** True: fail with `already_exists` when the key is taken. The commit point of snapshots stands on this. */
  ifAbsent: boolean;
  /** Lower-case hex SHA-256 of the body when known; the store verifies what it can against it. */
  sha256?: string;
}>;

export type ByteRange = Readonly<{ start: number; length: number }>;

export type Capabilities = Readonly<{
  /**
   * How `ifAbsent` is kept: always; for bodies of one request; by looking first, so that two writers at the same moment
   * may both win; not at all. The probe finds out by writing twice.
   */
  conditionalPut: 'native' | 'single_request' | 'emulated' | 'none';
  checksum: 'none' | 'md5' | 'crc32c' | 'crc64' | 'sha256';
  /** Largest body in bytes. */
  bodyBytesMax: number;
  /** Keys one delete request takes. */
  deleteBatch: number;
  /** A list right after a write or a delete shows it. */
  listIsConsistent: boolean;
}>;

/**
 * Immutable bytes under keys in one place. Implemented by adapters and by the layers that wrap them.
 *
 * What a caller may rely on: a put is atomic (no reader and no list sees a part of it, a failed or aborted put
 * leaves nothing that `sweepUploads`, or within a week the store itself, does not remove); reads are verified for length; a write is visible to reads
 * at once. Errors are `StorageError`s. After `signal` aborts nothing more is written.
 */
export interface BlobStore extends AsyncDisposable {
  readonly capabilities: Capabilities;
  put(key: BlobKey, body: BlobBody, options: PutOptions, signal: AbortSignal): Promise<void>;
  /** Fails with `not_found`, or `invalid_range` for a range that starts at or past the end. A short read is an error. */
  get(key: BlobKey, range: ByteRange | undefined, signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** `undefined` for a missing blob. */
  stat(key: BlobKey, signal: AbortSignal): Promise<BlobStat | undefined>;
  /** Every blob whose key begins with `prefix` (a text, not only whole segments), in byte order of keys. */
  list(prefix: string, signal: AbortSignal): AsyncIterable<BlobStat>;
  /** The distinct next segments below `prefix` (which ends with `/` or is empty), in byte order, without the slash. */
  listSegments(prefix: string, signal: AbortSignal): AsyncIterable<string>;
  /** Removes keys; a missing one counts as removed. Fails after trying all when some could not be removed. */
  deleteMany(keys: readonly BlobKey[], signal: AbortSignal): Promise<void>;
  /** Removes what unfinished puts older than `olderThanMs` left behind; returns how many. */
  sweepUploads(olderThanMs: number, signal: AbortSignal): Promise<number>;
}
