import type { BlobBody, BlobStore } from '../blob-store.ts';
import { readBody, sizeOfBody } from '../body.ts';
import type { Gate } from './gate.ts';
import type { Pace } from './pace.ts';

/** Shared by all users of one repository. */
export type Limits = Readonly<{
  /** Calls at once: each put, each read until its end, each other call. */
  gate: Gate;
  upload: Pace;
  download: Pace;
}>;

/**
 * Bounds how many calls reach the store at once, and how fast bodies move. A reader holds its place until it has read
 * to the end or stopped.
 */
export function withLimit(store: BlobStore, { gate, upload, download }: Limits): BlobStore {
  return {
    capabilities: store.capabilities,
    put: async (key, body, options, signal) => {
      using _place = await gate.enter(signal);
      await store.put(key, pacedBody(body, upload), options, signal);
    },
    get: async function* get(key, range, signal) {
      using _place = await gate.enter(signal);
      yield* download.apply(store.get(key, range, signal), signal);
    },
    stat: async (key, signal) => {
      using _place = await gate.enter(signal);
      return await store.stat(key, signal);
    },
    // Lists hold no place: their reader may put and get between two steps, and would wait for itself.
    list: (prefix, signal) => store.list(prefix, signal),
    listSegments: (prefix, signal) => store.listSegments(prefix, signal),
    deleteMany: async (keys, signal) => {
      using _place = await gate.enter(signal);
      await store.deleteMany(keys, signal);
    },
    sweepUploads: (olderThanMs, signal) => store.sweepUploads(olderThanMs, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/**
 * A body that keeps to the pace, also to one that is set while it moves. Its length stays known, so that stores need not
 * buffer it. Without a limit files stay files, which some stores need not read, and bytes, which are soon sent, are let pass.
 */
function pacedBody(body: BlobBody, pace: Pace): BlobBody {
  if (!pace.isLimited() && body.kind === 'bytes') return body;
  if (!pace.isLimited() && body.kind === 'file') {
    return { ...body, through: (pieces, signal) => pace.apply(pieces, signal) };
  }
  const open = (signal: AbortSignal): AsyncIterable<Uint8Array> => pace.apply(readBody(body, signal), signal);
  const sizeBytes = sizeOfBody(body);
  return sizeBytes === undefined ? { kind: 'stream', open } : { kind: 'stream', open, sizeBytes };
}
