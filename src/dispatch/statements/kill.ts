import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import type { Kill } from '../../sql/kill.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

export type KillParts = Readonly<{
  services: Services;
  state: SessionState;
  /** Computes an expression. */
  evaluate: (expression: string) => Promise<Cell>;
}>;

/** KILL [CONNECTION] n ends a connection, KILL QUERY n its statement alone: its own is KILL, which fails (1317) as in MySQL. */
export async function kill(
  { target, connection }: Kill,
  { services, state, evaluate }: KillParts,
): Promise<Answer> {
  const number = typeof connection === 'number' ? connection : numberOf(await evaluate(connection));
  const by = { user: state.user, mayOperate: state.access.mayOperate };
  if (target === 'QUERY') services.connections.interrupt(number, by);
  else services.connections.kill(number, by);
  if (number === state.connectionId)
    throw new SqlError('query_interrupted', 'Query execution was interrupted');
  return okAnswer;
}

/** Nobody has the number 0. */
function numberOf(value: Cell): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : 0;
}
