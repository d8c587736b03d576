import type { Clock } from './clock.ts';

/** Waits on the given clock; an abort ends the wait by throwing its reason. Without a signal nothing ends it early. */
export async function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (delayMs === 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  using _timer = clock.schedule(delayMs, resolve);
  await (signal === undefined ? promise : untilAborted(promise, signal));
}

/** The promise's own end, or the signal's reason thrown, whichever comes first. */
export async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
