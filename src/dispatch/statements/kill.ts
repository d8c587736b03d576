import type { Kill } from '../../sql/kill.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/** KILL [CONNECTION] n ends a connection, KILL QUERY n its statement alone. */
export function kill(statement: Kill, services: Services, state: SessionState): Answer {
  const by = { user: state.user, mayOperate: state.access.mayOperate };
  if (statement.target === 'QUERY') services.connections.interrupt(statement.connectionId, by);
  else services.connections.kill(statement.connectionId, by);
  return okAnswer;
}
