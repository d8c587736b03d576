import type { Clock } from '../../../base/clock.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { QueryContext } from '../../query.ts';
import { numberVariable } from './number-variable.ts';

/** A statement's bound in time. Dispose it when the statement, its rows included, has ended. */
export interface Limit extends Disposable {
  readonly signal: AbortSignal;
  isTimedOut(): boolean;
}

/** An interrupt that comes before DuckDB has begun is lost, so it is repeated until the statement has ended. */
const interruptAgainMs = 20;

/** Calls `interrupt` when the signal aborts or the session's max_execution_time has passed. */
export function limitStatement(
  context: QueryContext,
  signal: AbortSignal,
  clock: Clock,
  interrupt: () => void,
): Limit {
  const timeoutMs = numberVariable(context, 'max_execution_time');
  const timeout = new AbortController();
  const both = AbortSignal.any([signal, timeout.signal]);
  let isOver = false;
  let again: Disposable | undefined;
  const strike = (): void => {
    if (isOver) return;
    interrupt();
    again = clock.schedule(interruptAgainMs, strike);
  };
  both.addEventListener('abort', strike, { once: true });
  const timer = timeoutMs > 0 ? clock.schedule(timeoutMs, () => timeout.abort(timeout)) : undefined;
  return {
    signal: both,
    isTimedOut: () => timeout.signal.aborted,
    [Symbol.dispose]: () => {
      isOver = true;
      both.removeEventListener('abort', strike);
      again?.[Symbol.dispose]();
      timer?.[Symbol.dispose]();
    },
  };
}

/** What a client is told of a statement that its limit has ended. */
export function statementTimedOut(): SqlError {
  return new SqlError(
    'statement_timeout',
    'Query execution was interrupted, maximum statement execution time exceeded',
  );
}
