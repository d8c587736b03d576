import type { Clock } from '../base/clock.ts';
import { pause } from '../base/waiting.ts';
import { failureOf, isSourceAway, isTransient } from './failure.ts';
import { taskId } from './job-id.ts';
import { backOffMs } from './machine.ts';
import type { RunContext } from './tools.ts';

export type Retries = Readonly<{
  clock: Clock;
  attemptsMax: number;
  /** Told of every failure, before it is tried again or thrown. */
  onFailure: (error: unknown) => void;
}>;

/**
 * Runs a task's work again, after a wait that doubles, while it fails for a passing reason. The store's own retries
 * lie below: what fails here has failed for seconds already.
 */
export async function withRetries<T>(
  retries: Retries,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      signal.throwIfAborted();
      retries.onFailure(error);
      if (attempt >= attemptsMaxOf(error, retries) || !isTransient(error, attempt)) throw error;
    }
    await pause(retries.clock, backOffMs(attempt), signal);
  }
}

/**
 * Runs `work` again while its source is away, for two minutes: whoever starts a database again need not start its jobs
 * again. What else goes wrong is thrown at once.
 */
export async function withSourceBack<T>(
  { tools, board }: Pick<RunContext, 'tools' | 'board'>,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const onFailure = (error: unknown): void => {
    if (!isSourceAway(error)) return;
    const { message } = failureOf(error);
    tools.log.warn('source_away', { error: message });
    board.fail(taskId(1), message);
  };
  return withRetries({ clock: tools.clock, attemptsMax: 1, onFailure }, work, signal);
}

/** With the waits between, two minutes: a server that is started again is back by then. */
const awayAttemptsMax = 8;

function attemptsMaxOf(error: unknown, { attemptsMax }: Retries): number {
  return isSourceAway(error) ? Math.max(attemptsMax, awayAttemptsMax) : attemptsMax;
}
