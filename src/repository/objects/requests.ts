import type { Capabilities } from '../blob-store.ts';
import type { StorageError } from '../storage-error.ts';

/** What the store says of one object. `modifiedAt` is in milliseconds since the epoch. */
export type ObjectFacts = Readonly<{
  sizeBytes: number;
  modifiedAt: number;
  /** As written beside the object by `putWhole` or `createUpload`; undefined when nothing was. */
  sha256?: string;
  /** The store's own checksum of the whole object, in lower-case hex; undefined when it is none of the content. */
  md5?: string;
  /** The store's CRC-64/XZ of the whole object, where it has one. */
  crc64?: bigint;
}>;

/** An answer with content. `facts` are those of the whole object, also when a part of it was asked for. */
export type ObjectReading = Readonly<{
  facts: ObjectFacts;
  /** Bytes that this answer announces: those of the part, when a part was asked for. */
  answerBytes: number;
  pieces: AsyncIterable<Uint8Array>;
}>;

/** The first and the last byte wanted, as HTTP counts them. */
export type Span = Readonly<{ first: number; last: number }>;

/** A whole body for one request. Its hash is known beforehand: it is signed where the store can check it. */
export type WholeContent = Readonly<{ sizeBytes: number; sha256: string }> &
  (
    | Readonly<{ kind: 'bytes'; bytes: Uint8Array }>
    /** Read once. An error of its own ends the request by its signal; ObjectStore passes it on to the caller. */
    | Readonly<{ kind: 'pieces'; pieces: AsyncIterable<Uint8Array> }>
  );

export type ListQuery = Readonly<{
  prefix: string;
  /** True: what lies below the next slash is summed up in `folders`. */
  byFolder: boolean;
  /** From the page before. */
  token?: string;
}>;

export type ListPage = Readonly<{
  /** In byte order of names. */
  objects: readonly (Readonly<{ name: string }> & Pick<ObjectFacts, 'sizeBytes' | 'modifiedAt'>)[];
  /** Whole prefixes, each with its slash at the end. */
  folders: readonly string[];
  /** Undefined on the last page. */
  next?: string;
}>;

export type DeleteFailure = Readonly<{ name: string; error: StorageError }>;

export type Upload = Readonly<{ name: string; id: string }>;
/** `tag` is what the store answered for the part, to be given back when the upload is completed. */
export type UploadedPart = Readonly<{ number: number; tag: string }>;
export type UploadPage = Readonly<{
  uploads: readonly (Upload & Readonly<{ startedAt: number }>)[];
  next?: string;
}>;

export type ObjectLimits = Readonly<{
  /** Largest body of one request. */
  singleBytesMax: number;
  /** Smallest part that is not the last. */
  partBytesMin: number;
  partsMax: number;
}>;

/**
 * The single requests of one cloud's object store: what an adapter writes, while `ObjectStore` makes a `BlobStore` of
 * it. Names are whole: the location's path and the key.
 *
 * What `ObjectStore` relies on: each method is one request (or what one request of other stores takes), tried once, with
 * every failure thrown as a `StorageError` of the right kind; a request ends soon after `signal` aborts.
 */
export interface ObjectRequests extends AsyncDisposable {
  readonly capabilities: Capabilities;
  readonly limits: ObjectLimits;
  /** With `ifAbsent` fails with `already_exists` when the name is taken, `not_supported` when the store cannot say. */
  putWhole(name: string, content: WholeContent, ifAbsent: boolean, signal: AbortSignal): Promise<void>;
  /** Fails with `not_found`, and with `invalid_range` for a span that begins past the end. */
  get(name: string, span: Span | undefined, signal: AbortSignal): Promise<ObjectReading>;
  /** Undefined for a missing object. */
  head(name: string, signal: AbortSignal): Promise<ObjectFacts | undefined>;
  list(query: ListQuery, signal: AbortSignal): Promise<ListPage>;
  /** At most `capabilities.deleteBatch` names; gives the failures of single names. A missing one is no failure. */
  delete(names: readonly string[], signal: AbortSignal): Promise<readonly DeleteFailure[]>;
  createUpload(name: string, sha256: string | undefined, signal: AbortSignal): Promise<Upload>;
  putPart(upload: Upload, number: number, bytes: Uint8Array, signal: AbortSignal): Promise<UploadedPart>;
  /** Makes the object. `ifAbsent` as with `putWhole`, where the capability is `native`. */
  completeUpload(
    upload: Upload,
    parts: readonly UploadedPart[],
    ifAbsent: boolean,
    signal: AbortSignal,
  ): Promise<void>;
  /** Removes the parts; an upload that is gone is no failure. */
  abortUpload(upload: Upload, signal: AbortSignal): Promise<void>;
  listUploads(prefix: string, token: string | undefined, signal: AbortSignal): Promise<UploadPage>;
}
