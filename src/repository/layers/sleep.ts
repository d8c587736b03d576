import type { Clock } from '../../base/clock.ts';
import { checkCancelled } from '../cancel.ts';

/** Waits `delayMs`; ends at once with `cancelled` when `signal` aborts. */
export async function sleep(
  clock: Clock,
  delayMs: number,
  signal: AbortSignal,
  doing: string,
): Promise<void> {
  checkCancelled(signal, doing);
  const waited = Promise.withResolvers<void>();
  const wake = (): void => waited.resolve();
  using _timer = clock.schedule(delayMs, wake);
  signal.addEventListener('abort', wake, { once: true });
  await waited.promise;
  signal.removeEventListener('abort', wake);
  checkCancelled(signal, doing);
}
