import { TokenReader } from './token-reader.ts';
import type { Token } from './token.ts';

/** Prepared statements in SQL text. Names of statements and variables are in lower case: case does not count. */
export type Prepare =
  | Readonly<{ kind: 'prepare'; name: string; from: PreparedText }>
  | Readonly<{ kind: 'execute'; name: string; variables: readonly string[] }>
  | Readonly<{ kind: 'deallocate'; name: string }>;

export type PreparedText =
  Readonly<{ kind: 'text'; text: string }> | Readonly<{ kind: 'variable'; variable: string }>;

/** PREPARE s FROM 'text' | @v, EXECUTE s [USING @a, …], DEALLOCATE | DROP PREPARE s. Throws `syntax`. */
export function parsePrepare(tokens: readonly Token[], text: string): Prepare {
  const reader = new TokenReader(tokens, text);
  const statement = readPrepare(reader);
  reader.expectEnd();
  return statement;
}

function readPrepare(reader: TokenReader): Prepare {
  if (reader.accept('PREPARE')) {
    const name = reader.name().toLowerCase();
    reader.expect('FROM');
    return { kind: 'prepare', name, from: readText(reader) };
  }
  if (reader.accept('EXECUTE')) {
    const name = reader.name().toLowerCase();
    return {
      kind: 'execute',
      name,
      variables: reader.accept('USING') ? reader.list(() => variable(reader)) : [],
    };
  }
  if (reader.acceptOneOf('DEALLOCATE', 'DROP') === undefined) reader.fail();
  reader.expect('PREPARE');
  return { kind: 'deallocate', name: reader.name().toLowerCase() };
}

function readText(reader: TokenReader): PreparedText {
  if (reader.peek().kind === 'string') return { kind: 'text', text: reader.string() };
  return { kind: 'variable', variable: variable(reader) };
}

function variable(reader: TokenReader): string {
  if (reader.peek().kind !== 'user_variable') reader.fail();
  return reader.next().value.toLowerCase();
}
