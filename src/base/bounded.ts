/**
 * Runs `work` over `items` with at most `limit` at once and returns the results in order.
 * The first failure aborts the signal given to the others, waits for them, and is thrown.
 */
export async function mapBounded<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number, signal: AbortSignal) => Promise<R>,
  signal: AbortSignal,
): Promise<R[]> {
  const failed = new AbortController();
  const inner = AbortSignal.any([signal, failed.signal]);
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      inner.throwIfAborted();
      const index = next++;
      results[index] = await work(items[index] as T, index, inner);
    }
  };
  const workers = Array.from({ length: Math.min(limit, items.length) }, async () => {
    try {
      await worker();
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  const settled = await Promise.allSettled(workers);
  signal.throwIfAborted();
  if (settled.some((result) => result.status === 'rejected')) throw failed.signal.reason;
  return results;
}
