import type { Clock } from '../../base/clock.ts';
import { type Cell, integerColumn } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import type { Token } from '../../sql/token.ts';
import { type Answer, rowsAnswer } from '../answer.ts';

/** `SELECT SLEEP(n)`: what stands in the brackets, and the column's name. */
export type Sleep = Readonly<{ seconds: string; name: string }>;

/**
 * The SLEEP of a SELECT that does nothing else, as monitors and tests of time limits send it. Inside of other
 * queries the engine refuses it.
 */
export function readSleep(tokens: readonly Token[], text: string): Sleep | undefined {
  const [first, word, open] = tokens;
  const isSleep = first?.upper === 'SELECT' && word?.upper === 'SLEEP' && open?.text === '(';
  if (!isSleep || word === undefined || open === undefined) return undefined;
  let depth = 0;
  const closeAt = tokens.findIndex(({ text: mark }) => {
    if (mark === '(') depth += 1;
    if (mark === ')') depth -= 1;
    return mark === ')' && depth === 0;
  });
  const close = tokens[closeAt];
  if (close === undefined) return undefined;
  const rest = tokens.slice(closeAt + 1).filter((token) => token.kind !== 'end' && token.text !== ';');
  const alias = rest[0]?.upper === 'AS' ? rest.slice(1) : rest;
  if (alias.length > 1) return undefined;
  const name = alias[0]?.value ?? text.slice(word.start, close.end);
  return { seconds: text.slice(open.end, close.start), name };
}

/** Waits, then answers 0. An aborted statement ends at once with an error. */
export async function sleep(
  { name }: Sleep,
  seconds: Cell,
  clock: Clock,
  signal: AbortSignal,
): Promise<Answer> {
  const delayMs = Number(seconds) * 1_000;
  if (seconds === null || !(delayMs >= 0)) {
    throw new SqlError('execute_arguments', 'Incorrect arguments to sleep.');
  }
  await waited(Math.min(delayMs, delayMsMax), clock, signal);
  return rowsAnswer({ columns: [integerColumn(name)], rows: [[0]] });
}

/** The longest time that Node's timers take. */
const delayMsMax = 2 ** 31 - 1;

async function waited(delayMs: number, clock: Clock, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const interrupted = (): void =>
    reject(new SqlError('query_interrupted', 'Query execution was interrupted', { cause: signal.reason }));
  signal.addEventListener('abort', interrupted, { once: true });
  using _timer = clock.schedule(delayMs, resolve);
  try {
    await promise;
  } finally {
    signal.removeEventListener('abort', interrupted);
  }
}
