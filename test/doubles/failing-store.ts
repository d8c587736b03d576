import type { BlobStore } from '../../src/repository/blob-store.ts';
import { StorageError } from '../../src/repository/storage-error.ts';
import type { Failures } from './failures.ts';
import { faultyStore } from './faulty-store.ts';

export const storeFaults = ['before', 'after', 'midway'] as const;
export type StoreFault = (typeof storeFaults)[number];

/**
 * A store of which a share of the calls fail as those of a disk on a network do: before anything was done, after a
 * write that was done, or within a read.
 */
export function failingStore(store: BlobStore, failures: Failures<StoreFault>): BlobStore {
  const later = new Set<string>();
  const begin = (subject: string, fits: StoreFault | undefined): void => {
    const fault = failures.next();
    if (fault === undefined) return;
    if (fault !== fits) throw failed(subject);
    later.add(subject);
  };
  const end = (subject: string): void => {
    if (later.delete(subject)) throw failed(subject);
  };
  return faultyStore(store, (point, subject) => {
    switch (point) {
      case 'put':
        return begin(subject, 'after');
      case 'get':
        return begin(subject, 'midway');
      case 'stat':
      case 'delete':
      case 'list':
        return begin(subject, undefined);
      case 'put_applied':
      case 'get_piece':
        return end(subject);
      case 'list_step':
        return undefined;
    }
  });
}

function failed(subject: string): StorageError {
  return new StorageError('unavailable', `injected for '${subject}'`);
}
