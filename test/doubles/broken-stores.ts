import type { BlobKey, BlobStat, BlobStore } from '../../src/repository/blob-store.ts';
import { readBody } from '../../src/repository/body.ts';
import { memoryStore } from '../support/memory-store.ts';

/** Stores with one lie each, as real ones have them: controls that must be found out. */

/** Answers OK to a conditional write of a taken key, and overwrites it (GCS in the S3 dialect, versioned OSS). */
export function ignoresIfAbsent(): BlobStore {
  const store = memoryStore();
  return override(store, {
    put: (key, body, options, signal) => store.put(key, body, { ...options, ifAbsent: false }, signal),
  });
}

/** Shows what came so far when a body fails (a file system without the temporary file). */
export function keepsTornWrites(): BlobStore {
  const store = memoryStore();
  return override(store, {
    put: async (key, body, options, signal) => {
      const pieces: Uint8Array[] = [];
      try {
        for await (const piece of readBody(body, signal)) pieces.push(piece);
      } catch (error) {
        const torn = { kind: 'bytes', bytes: Buffer.concat(pieces) } as const;
        await store.put(key, torn, { ifAbsent: false }, new AbortController().signal);
        throw error;
      }
      await store.put(key, body, options, signal);
    },
  });
}

/** Lists what was there one change ago (an eventually consistent index). */
export function listsLate(): BlobStore {
  const store = memoryStore();
  let listed: readonly BlobStat[] = [];
  const remember = async (): Promise<void> => {
    listed = await Array.fromAsync(store.list('', new AbortController().signal));
  };
  return override(store, {
    put: async (key, body, options, signal) => {
      await remember();
      await store.put(key, body, options, signal);
    },
    deleteMany: async (keys, signal) => {
      await remember();
      await store.deleteMany(keys, signal);
    },
    list: async function* list(prefix) {
      yield* listed.filter((stat) => stat.key.startsWith(prefix));
    },
  });
}

/** Gives the whole blob for any range (a proxy that drops the header). */
export function ignoresRanges(): BlobStore {
  const store = memoryStore();
  return override(store, { get: (key, _range, signal) => store.get(key, undefined, signal) });
}

/** Cuts the last byte off and calls it the end. */
export function cutsReads(): BlobStore {
  const store = memoryStore();
  return override(store, {
    get: async function* get(key, range, signal) {
      const bytes = Buffer.concat(await Array.fromAsync(store.get(key, range, signal)));
      if (bytes.length > 1) yield bytes.subarray(0, -1);
    },
  });
}

/** Accepts deletions and forgets them. */
export function keepsDeleted(): BlobStore {
  return override(memoryStore(), { deleteMany: async (_keys: readonly BlobKey[]) => undefined });
}

function override(store: BlobStore, lie: Partial<BlobStore>): BlobStore {
  return {
    capabilities: store.capabilities,
    put: (key, body, options, signal) => store.put(key, body, options, signal),
    get: (key, range, signal) => store.get(key, range, signal),
    stat: (key, signal) => store.stat(key, signal),
    list: (prefix, signal) => store.list(prefix, signal),
    listSegments: (prefix, signal) => store.listSegments(prefix, signal),
    deleteMany: (keys, signal) => store.deleteMany(keys, signal),
    sweepUploads: (olderThanMs, signal) => store.sweepUploads(olderThanMs, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    ...lie,
  };
}
