import type { BlobStat } from './blob-store.ts';
import { StorageError } from './storage-error.ts';

/** What a store says of a blob, when it can be true. Fails with `corrupt` for a size or a time that nothing can have. */
export function checkedStat(stat: BlobStat): BlobStat {
  const { key, sizeBytes, modifiedAt } = stat;
  if (Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 && Number.isFinite(modifiedAt)) return stat;
  throw new StorageError(
    'corrupt',
    `the store says that '${key}' has ${sizeBytes} bytes and is of ${modifiedAt} ms since 1970`,
  );
}
