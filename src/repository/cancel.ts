import { StorageError } from './storage-error.ts';

/** Throws `cancelled` once `signal` has aborted; its reason is the cause. */
export function checkCancelled(signal: AbortSignal, doing: string): void {
  if (signal.aborted) throw new StorageError('cancelled', `${doing} was cancelled`, { cause: signal.reason });
}

/**
 * Passes `chunks` on until `signal` aborts, also while a chunk is being waited for: the wait ends with `cancelled`
 * and the source is told to close.
 */
export async function* untilCancelled<T>(
  chunks: AsyncIterable<T>,
  signal: AbortSignal,
  doing: string,
): AsyncGenerator<T, void, undefined> {
  const iterator = chunks[Symbol.asyncIterator]();
  const abort = Promise.withResolvers<never>();
  abort.promise.catch(() => undefined);
  const onAbort = (): void =>
    abort.reject(new StorageError('cancelled', `${doing} was cancelled`, { cause: signal.reason }));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  let isFinished = false;
  try {
    for (;;) {
      const step = await Promise.race([iterator.next(), abort.promise]);
      if (step.done === true) {
        isFinished = true;
        return;
      }
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    // Not awaited: a source that hangs would hang its own return() too.
    if (!isFinished) iterator.return?.().catch(() => undefined);
  }
}
