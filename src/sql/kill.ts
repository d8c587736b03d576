import { notYet } from './not-yet.ts';
import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** KILL QUERY ends a connection's statement, KILL [CONNECTION] the connection. */
export type Kill = Readonly<{ kind: 'kill'; target: 'QUERY' | 'CONNECTION'; connectionId: number }>;

export function parseKill(tokens: readonly Token[], text: string): Kill {
  const reader = new TokenReader(tokens, text);
  reader.expect('KILL');
  const target = reader.acceptOneOf('QUERY', 'CONNECTION') ?? 'CONNECTION';
  if (reader.peek().kind === 'user_variable' || reader.isOperator('(', 1)) {
    throw notYet('KILL of an expression', 'Write the number of the connection.');
  }
  const connectionId = reader.integer();
  reader.expectEnd();
  return { kind: 'kill', target, connectionId };
}
