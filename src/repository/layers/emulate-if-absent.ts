import type { BlobStore } from '../blob-store.ts';
import { StorageError } from '../storage-error.ts';

/**
 * Puts if absent for a store that has no such thing: looks, then writes. Of two writers at the same moment both may
 * succeed, and the later one stays.
 */
export function withEmulatedIfAbsent(store: BlobStore): BlobStore {
  return {
    capabilities: { ...store.capabilities, conditionalPut: 'emulated' },
    put: async (key, body, options, signal) => {
      if (options.ifAbsent && (await store.stat(key, signal)) !== undefined) {
        throw new StorageError('already_exists', `blob '${key}' already exists`);
      }
      await store.put(key, body, { ...options, ifAbsent: false }, signal);
    },
    get: (key, range, signal) => store.get(key, range, signal),
    stat: (key, signal) => store.stat(key, signal),
    list: (prefix, signal) => store.list(prefix, signal),
    listSegments: (prefix, signal) => store.listSegments(prefix, signal),
    deleteMany: (keys, signal) => store.deleteMany(keys, signal),
    sweepUploads: (olderThanMs, signal) => store.sweepUploads(olderThanMs, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
