import type { BlobKey, BlobStore } from '../repository/blob-store.ts';
import { SnapshotError } from './snapshot-error.ts';

/** Reads a whole blob into memory; one longer than `bytesMax` is refused, so that a hostile file costs nothing. */
export async function readSmallBlob(
  store: BlobStore,
  key: BlobKey,
  bytesMax: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of store.get(key, undefined, signal)) {
    length += part.length;
    if (length > bytesMax) throw new SnapshotError('foreign', `'${key}' is longer than ${bytesMax} bytes`);
    parts.push(part.slice());
  }
  return Buffer.concat(parts);
}
