import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** KILL QUERY ends a connection's statement, KILL [CONNECTION] the connection. */
export type Kill = Readonly<{
  kind: 'kill';
  target: 'QUERY' | 'CONNECTION';
  /** The number of the connection, or the text of an expression for it, which is not looked into. */
  connection: number | string;
}>;

export function parseKill(tokens: readonly Token[], text: string): Kill {
  const reader = new TokenReader(tokens, text);
  reader.expect('KILL');
  const target = reader.acceptOneOf('QUERY', 'CONNECTION') ?? 'CONNECTION';
  if (reader.isAtEnd) reader.fail();
  const isExpression = reader.peek().kind !== 'number';
  const connection = isExpression ? reader.rest().text : reader.integer();
  reader.expectEnd();
  return { kind: 'kill', target, connection };
}
