/**
 * Runs `work` over `items` with at most `limit` at once and returns the results in order. Items that are still to come
 * are waited for while `work` goes on with those before them.
 * The first failure aborts the signal given to the others, waits for them, and is thrown.
 */
export async function mapBounded<T, R>(
  items: readonly T[] | AsyncGenerator<T>,
  limit: number,
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
  signal: AbortSignal,
): Promise<R[]> {
  const failed = new AbortController();
  const inner = AbortSignal.any([signal, failed.signal]);
  const results: R[] = [];
  const source = isStream(items) ? items : items.values();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      inner.throwIfAborted();
      const index = next++;
      const step = await source.next();
      if (step.done === true) return;
      results[index] = await work(step.value, index, inner);
    }
  };
  const workersMax = isStream(items) ? limit : Math.min(limit, items.length);
  const workers = Array.from({ length: workersMax }, async () => {
    try {
      await worker();
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  const settled = await Promise.allSettled(workers);
  if (isStream(items)) await items.return(undefined);
  signal.throwIfAborted();
  if (settled.some((result) => result.status === 'rejected')) throw failed.signal.reason;
  return results;
}

function isStream<T>(items: readonly T[] | AsyncGenerator<T>): items is AsyncGenerator<T> {
  return Symbol.asyncIterator in items;
}
