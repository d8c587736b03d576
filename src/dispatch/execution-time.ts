import type { Clock } from '../base/clock.ts';
import { limitStatement, statementTimedOut } from '../source/duckdb/statement/limit.ts';
import type { SessionState } from './session-state.ts';

/**
 * Runs a statement that only reads within the session's `max_execution_time`, as a SELECT is. Throws SqlError
 * `statement_timeout` behind it.
 */
export async function withinExecutionTime<T>(
  state: SessionState,
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  using limit = limitStatement(state.context, signal, clock, () => undefined);
  try {
    return await work(limit.signal);
  } catch (error) {
    throw limit.isTimedOut() ? statementTimedOut() : error;
  }
}
