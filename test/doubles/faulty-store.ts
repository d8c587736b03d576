import type { BlobStore } from '../../src/repository/blob-store.ts';

/** Names of the calls of a store, as a fault sees them. */
export type FaultPoint =
  'put' | 'put_applied' | 'get' | 'get_piece' | 'stat' | 'list' | 'list_step' | 'delete';

/**
 * Called at every point a store may fail at; throws to make it fail there. `subject` is the key or prefix, `count` the
 * number of calls at this point so far, from 1. May wait, to make a store that hangs.
 */
export type Fault = (point: FaultPoint, subject: string, count: number) => void | Promise<void>;

/**
 * A store that fails as `fault` says. `put_applied` is after the write: its failure is a reply that was lost.
 * `get_piece` and `list_step` are before each piece or step but the first.
 */
export function faultyStore(store: BlobStore, fault: Fault): BlobStore {
  const counts = new Map<FaultPoint, number>();
  const at = async (point: FaultPoint, subject: string): Promise<void> => {
    const count = (counts.get(point) ?? 0) + 1;
    counts.set(point, count);
    await fault(point, subject, count);
  };
  async function* steps<T>(
    first: FaultPoint,
    next: FaultPoint,
    subject: string,
    open: () => AsyncIterable<T>,
  ): AsyncGenerator<T> {
    await at(first, subject);
    let isFirst = true;
    for await (const step of open()) {
      if (!isFirst) await at(next, subject);
      isFirst = false;
      yield step;
    }
  }
  return {
    capabilities: store.capabilities,
    put: async (key, body, options, signal) => {
      await at('put', key);
      await store.put(key, body, options, signal);
      await at('put_applied', key);
    },
    get: (key, range, signal) => steps('get', 'get_piece', key, () => store.get(key, range, signal)),
    stat: async (key, signal) => {
      await at('stat', key);
      return store.stat(key, signal);
    },
    list: (prefix, signal) => steps('list', 'list_step', prefix, () => store.list(prefix, signal)),
    listSegments: (prefix, signal) =>
      steps('list', 'list_step', prefix, () => store.listSegments(prefix, signal)),
    deleteMany: async (keys, signal) => {
      await at('delete', String(keys.length));
      await store.deleteMany(keys, signal);
    },
    sweepUploads: (olderThanMs, signal) => store.sweepUploads(olderThanMs, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
