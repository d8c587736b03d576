import type { BlobKey, ByteRange } from './blob-store.ts';
import { StorageError } from './storage-error.ts';

/**
 * The part of a blob of `sizeBytes` that `range` selects: `end` is exclusive and never past the blob. Fails with
 * `invalid_range` when the range starts at or past the end, with `invalid_argument` when it is no range at all (HTTP
 * cannot ask for zero bytes, so nobody may).
 */
export function clipRange(
  key: BlobKey,
  range: ByteRange | undefined,
  sizeBytes: number,
): Readonly<{ start: number; end: number }> {
  if (range === undefined) return { start: 0, end: sizeBytes };
  checkRange(key, range);
  const { start, length } = range;
  if (start >= sizeBytes) {
    throw new StorageError('invalid_range', `range at ${start} is past the ${sizeBytes} bytes of '${key}'`);
  }
  return { start, end: Math.min(start + length, sizeBytes) };
}

/** Fails with `invalid_argument` for what is no range of any blob. */
export function checkRange(key: BlobKey, { start, length }: ByteRange): void {
  if (Number.isSafeInteger(start) && Number.isSafeInteger(length) && start >= 0 && length > 0) return;
  throw new StorageError('invalid_argument', `bad range of ${length} bytes at ${start} of '${key}'`);
}
