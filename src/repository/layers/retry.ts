import { createHash } from 'node:crypto';
import type { BlobBody, BlobKey, BlobStore, ByteRange, PutOptions } from '../blob-store.ts';
import { readBody, sha256Of, sizeOfBody } from '../body.ts';
import { StorageError } from '../storage-error.ts';
import { type RetryOptions, Attempts } from './attempts.ts';

/**
 * A clock of the store may differ from ours by this much when we judge whether a blob is older than a read of it. Signed
 * requests fail at 15 minutes of skew anyway.
 */
const clockSkewMs = 15 * 60_000;

/**
 * Tries again what failed with a retryable error: full jitter, the store's own wait honoured, bounded by tries and by
 * time. Bodies are read again from their beginning. A put if absent that was applied although its answer was lost
 * succeeds; a read that breaks goes on where it was.
 */
export function withRetry(store: BlobStore, options: RetryOptions): BlobStore {
  const once = <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> =>
    new Attempts(options).run(signal, call);
  return {
    capabilities: store.capabilities,
    put: (key, body, put, signal) =>
      put.ifAbsent
        ? putIfAbsent(store, options, key, { body, put }, signal)
        : once(signal, () => store.put(key, body, put, signal)),
    get: (key, range, signal) => resume(store, options, key, range, signal),
    stat: (key, signal) => once(signal, () => store.stat(key, signal)),
    list: (prefix, signal) =>
      relist(
        options,
        signal,
        () => store.list(prefix, signal),
        (stat) => stat.key,
      ),
    listSegments: (prefix, signal) =>
      relist(
        options,
        signal,
        () => store.listSegments(prefix, signal),
        (segment) => segment,
      ),
    deleteMany: (keys, signal) => once(signal, () => store.deleteMany(keys, signal)),
    sweepUploads: (olderThanMs, signal) => once(signal, () => store.sweepUploads(olderThanMs, signal)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

type ConditionalPut = Readonly<{ body: BlobBody; put: PutOptions }>;

/** After a failure whose put may have been applied, `already_exists` may be our own blob: the content decides. */
async function putIfAbsent(
  store: BlobStore,
  options: RetryOptions,
  key: BlobKey,
  { body, put }: ConditionalPut,
  signal: AbortSignal,
): Promise<void> {
  let isAmbiguous = false;
  await new Attempts(options).run(signal, async () => {
    try {
      await store.put(key, body, put, signal);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const mayBeOurs = isAmbiguous && error.kind === 'already_exists';
      if (mayBeOurs && (await holds(store, key, { body, put }, signal))) return;
      isAmbiguous ||= error.kind === 'timeout' || error.kind === 'unavailable';
      throw error;
    }
  });
}

async function holds(
  store: BlobStore,
  key: BlobKey,
  { body, put }: ConditionalPut,
  signal: AbortSignal,
): Promise<boolean> {
  const stat = await store.stat(key, signal);
  const sizeBytes = sizeOfBody(body);
  if (stat === undefined || (sizeBytes !== undefined && stat.sizeBytes !== sizeBytes)) return false;
  const ours = put.sha256 ?? (await sha256Of(readBody(body, signal)));
  return ours === (await sha256Of(store.get(key, undefined, signal)));
}

/**
 * Reads a blob through breaks. A blob that is older than the read goes on by range; one that may have been replaced
 * meanwhile is read again from the beginning, and what was already given must come again, else `corrupt`.
 */
async function* resume(
  store: BlobStore,
  options: RetryOptions,
  key: BlobKey,
  range: ByteRange | undefined,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const attempts = new Attempts(options);
  const startedAt = options.clock.now();
  const given = { bytes: 0, hash: createHash('sha256') };
  for (;;) {
    try {
      const pieces =
        given.bytes === 0
          ? store.get(key, range, signal)
          : await rest(store, { key, range, given, startedAt }, signal);
      for await (const piece of pieces) {
        given.bytes += piece.length;
        given.hash.update(piece);
        attempts.forgive();
        yield piece;
      }
      return;
    } catch (error) {
      await attempts.waitOrThrow(error, signal);
    }
  }
}

type Broken = Readonly<{
  key: BlobKey;
  range: ByteRange | undefined;
  given: Readonly<{ bytes: number; hash: ReturnType<typeof createHash> }>;
  startedAt: number;
}>;

async function rest(
  store: BlobStore,
  broken: Broken,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { key, range, given, startedAt } = broken;
  const stat = await store.stat(key, signal);
  if (stat === undefined) throw new StorageError('not_found', `blob '${key}' was removed while it was read`);
  const isOld = stat.modifiedAt < startedAt - clockSkewMs;
  if (!isOld) return afterSameBeginning(store.get(key, range, signal), broken);
  const start = (range?.start ?? 0) + given.bytes;
  const end = Math.min(stat.sizeBytes, range === undefined ? Infinity : range.start + range.length);
  return start < end ? store.get(key, { start, length: end - start }, signal) : nothing();
}

async function* afterSameBeginning(
  pieces: AsyncIterable<Uint8Array>,
  { key, given }: Broken,
): AsyncGenerator<Uint8Array, void, undefined> {
  const hash = createHash('sha256');
  let left = given.bytes;
  const check = (): void => {
    if (left === 0 && hash.digest('hex') === given.hash.copy().digest('hex')) return;
    throw new StorageError('corrupt', `blob '${key}' was replaced while it was read`);
  };
  for await (const piece of pieces) {
    if (left === 0) {
      yield piece;
      continue;
    }
    const seen = piece.subarray(0, left);
    hash.update(seen);
    left -= seen.length;
    if (left > 0) continue;
    check();
    if (piece.length > seen.length) yield piece.subarray(seen.length);
  }
  if (left > 0) check();
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  // The break came after the last byte.
}

/** Lists again after a break and passes over what was already given: lists are in byte order. */
async function* relist<T>(
  options: RetryOptions,
  signal: AbortSignal,
  open: () => AsyncIterable<T>,
  nameOf: (item: T) => string,
): AsyncGenerator<T, void, undefined> {
  const attempts = new Attempts(options);
  let last: string | undefined;
  for (;;) {
    try {
      for await (const item of open()) {
        if (last !== undefined && nameOf(item) <= last) continue;
        last = nameOf(item);
        attempts.forgive();
        yield item;
      }
      return;
    } catch (error) {
      await attempts.waitOrThrow(error, signal);
    }
  }
}
