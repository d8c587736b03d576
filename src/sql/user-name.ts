import type { TokenReader } from './token-reader.ts';

/** A user as statements name one. CURRENT_USER is whoever runs the statement. */
export type UserName =
  Readonly<{ kind: 'named'; user: string; host: string }> | Readonly<{ kind: 'current' }>;

/** The host of a user named without one. */
const anyHost = '%';

/** `'u'@'h'`, `u@h`, `u`, `''@'h'`, CURRENT_USER or CURRENT_USER(). */
export function readUser(reader: TokenReader): UserName {
  if (reader.acceptOneOf('CURRENT_USER') !== undefined) {
    if (reader.acceptOperator('(')) reader.expectOperator(')');
    return { kind: 'current' };
  }
  const user = reader.nameOrString();
  return { kind: 'named', user, host: readHost(reader) };
}

/** The lexer takes `@'h'` and `@h` for a user variable, and `@ 'h'` for a mark and a string. */
function readHost(reader: TokenReader): string {
  if (reader.peek().kind === 'user_variable') return reader.next().value;
  return reader.acceptOperator('@') ? reader.nameOrString() : anyHost;
}
