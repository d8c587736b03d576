import { SourceError } from '../../source-error.ts';
import type { Connection } from './connection.ts';
import { sqlErrorOf } from './errors.ts';

/** An interrupt that comes before DuckDB has begun is lost, so it is repeated until the statement has ended. */
const interruptAgainMs = 20;

/**
 * Runs statements of a job on `connection` until `signal` aborts, which stops them. Failures become SourceErrors:
 * `interrupted` after an abort, else `failed` with `doing` in front of DuckDB's words.
 */
export async function interruptible<T>(
  connection: Connection,
  doing: string,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  checkNotInterrupted(signal, doing);
  using _interrupts = interrupting(connection, signal);
  try {
    const value = await work();
    checkNotInterrupted(signal, doing);
    return value;
  } catch (error) {
    throw jobError(error, doing, signal);
  }
}

/** Stops what runs on `connection` when `signal` aborts, until it is disposed of. */
export function interrupting(connection: Connection, signal: AbortSignal): Disposable {
  let again: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    connection.interrupt();
    again = setInterval(() => connection.interrupt(), interruptAgainMs);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    [Symbol.dispose]: () => {
      clearInterval(again);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

export function checkNotInterrupted(signal: AbortSignal, doing: string): void {
  if (signal.aborted) throw new SourceError('interrupted', `${doing} was cancelled`, signal.reason);
}

function jobError(error: unknown, doing: string, signal: AbortSignal): unknown {
  if (error instanceof SourceError) return error;
  if (signal.aborted) return new SourceError('interrupted', `${doing} was cancelled`, error);
  return new SourceError('failed', `${doing} failed: ${sqlErrorOf(error).message}`, error);
}
