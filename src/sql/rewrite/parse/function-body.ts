import { quoteName } from '../../quote.ts';
import { tokenize } from '../../lexer.ts';
import type { Token } from '../../token.ts';
import type { Expression } from '../ast.ts';
import type { FunctionShape } from '../context.ts';
import { grammar } from './grammar.ts';
import { isReserved } from './names.ts';
import { queryReader, readExpression } from './query-reader.ts';

export type FunctionBody = Readonly<{
  node: Expression;
  /** It has a subquery. */
  hasQuery: boolean;
}>;

/**
 * Reads the body of a stored function, its parameters as columns of the relation `alias`: a parameter hides the
 * columns of the same name (MySQL manual, Local Variable Scope and Resolution).
 */
export function readFunctionBody(called: FunctionShape, alias: string): FunctionBody {
  const { body, lexing } = called;
  const tokens = tokenize(body, lexing);
  const text = qualified(tokens, body, { alias, names: called.parameters.map(({ shape }) => shape.name) });
  const modes = called.context.sqlMode;
  const reader = queryReader(grammar, { tokens: tokenize(text, lexing), text, modes });
  const node = readExpression(reader);
  reader.expectEnd();
  return { node, hasQuery: tokens.some((token) => token.upper === 'SELECT') };
}

function qualified(
  tokens: readonly Token[],
  text: string,
  parameters: Readonly<{ alias: string; names: readonly string[] }>,
): string {
  const names = new Set(parameters.names.map((name) => name.toLowerCase()));
  let result = '';
  let last = 0;
  for (const [index, token] of tokens.entries()) {
    if (!isParameter(tokens, index, names)) continue;
    result += `${text.slice(last, token.start)}${quoteName(parameters.alias)}.${quoteName(token.value)}`;
    last = token.end;
  }
  return result + text.slice(last);
}

/** A bare name in the place of a value: no qualifier, no qualified name, no function, no alias being given. */
function isParameter(tokens: readonly Token[], index: number, names: ReadonlySet<string>): boolean {
  const token = tokens[index];
  if (token === undefined || (token.kind !== 'word' && token.kind !== 'quoted')) return false;
  if (!names.has(token.value.toLowerCase())) return false;
  const [before, after] = [tokens[index - 1], tokens[index + 1]];
  const isCalled = token.kind === 'word' && after?.text === '(';
  return before?.text !== '.' && after?.text !== '.' && !isCalled && !takesAlias(before);
}

/** What stands before an alias: AS, the end of a bracket, or the name that it is for. */
function takesAlias(before: Token | undefined): boolean {
  if (before === undefined) return false;
  if (before.upper === 'AS' || before.text === ')' || before.kind === 'quoted') return true;
  return before.kind === 'word' && !isReserved(before) && before.upper !== 'BINARY';
}
