import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { BlobBody, BlobStore, ByteRange } from '../../../src/repository/blob-store.ts';
import { blobKey } from '../../../src/repository/key.ts';
import { type StorageErrorKind, StorageError } from '../../../src/repository/storage-error.ts';

/** Never aborts. */
export const calm: AbortSignal = new AbortController().signal;
export const plain = { ifAbsent: false } as const;
export const fresh = { ifAbsent: true } as const;

/** Bytes that differ at every offset by `seed`: a shift, a cut or a mix is seen. */
export function patternBytes(sizeBytes: number, seed = 1): Uint8Array {
  const block = createHash('sha512').update(String(seed)).digest();
  const bytes = Buffer.alloc(sizeBytes, block);
  for (let at = 0; at + 8 <= sizeBytes; at += 4096) bytes.writeDoubleLE(at + seed, at);
  return bytes;
}

export function bytesBody(bytes: Uint8Array | string): BlobBody {
  return { kind: 'bytes', bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes };
}

/** Writes `bytes` under `key`, replacing what is there. */
export async function put(store: BlobStore, key: string, bytes: Uint8Array | string): Promise<void> {
  await store.put(blobKey(key), bytesBody(bytes), plain, calm);
}

export async function putAll(store: BlobStore, keys: readonly string[]): Promise<void> {
  // More than stores let through at once, so that none waits for the end of another's group.
  const width = 64;
  for (let at = 0; at < keys.length; at += width) {
    await Promise.all(keys.slice(at, at + width).map((key) => put(store, key, key)));
  }
}

export async function read(store: BlobStore, key: string, range?: ByteRange): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(store.get(blobKey(key), range, calm)));
}

export async function listKeys(store: BlobStore, prefix = ''): Promise<readonly string[]> {
  return (await Array.fromAsync(store.list(prefix, calm))).map((stat) => stat.key);
}

/** The key is seen by none of get, stat and list. */
export async function assertAbsent(store: BlobStore, key: string): Promise<void> {
  assert.equal(await store.stat(blobKey(key), calm), undefined);
  assert.deepEqual(await listKeys(store, key), []);
  await assertFails('not_found', read(store, key));
}

export async function assertFails(kind: StorageErrorKind, work: Promise<unknown>): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof StorageError, `not a StorageError: ${String(error)}`);
    assert.equal(error.kind, kind, error.message);
    return true;
  });
}

export function sameBytes(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(actual.length, expected.length);
  assert.ok(Buffer.compare(actual, expected) === 0, 'the bytes differ');
}

export const mebibyte: number = 1024 * 1024;
