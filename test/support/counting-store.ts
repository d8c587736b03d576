import type { BlobStore } from '../../src/repository/blob-store.ts';

/** The same store, its reads counted. */
export function countingStore(store: BlobStore): Readonly<{ store: BlobStore; reads: () => number }> {
  let reads = 0;
  const counted = new Proxy(store, {
    get(target, name) {
      if (name === 'get') reads += 1;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { store: counted, reads: () => reads };
}
