import { SqlError } from '../../base/sql-error.ts';
import { notSupported } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** The plan of what another connection runs is not known; of one that runs nothing there is none, as in MySQL. Throws 1094. */
export function explainConnection(
  connection: number,
  { connections }: Pick<Services, 'connections'>,
  { user, access }: SessionState,
): Answer {
  const { rows } = connections.processes({ user, mayOperate: access.mayOperate });
  const found = rows.find(([id]) => Number(id) === connection);
  if (found === undefined) throw new SqlError('unknown_thread', `Unknown thread id: ${connection}`);
  const [, , , , command] = found;
  if (command === 'Sleep') return okAnswer;
  throw notSupported('EXPLAIN FOR CONNECTION');
}
