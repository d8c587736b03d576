import { tokenize } from './lexer.ts';
import { starrocksLexing } from './token.ts';
import type { Filter } from './statement.ts';
import type { Token } from './token.ts';

/**
 * Reads a condition of the forms StarRocks' SHOW understands: `name = 'value' [AND name = 'value']` or
 * `name IN ('a', …)`. Gives nothing for any other condition, LIKE and `>` among them: those are expressions.
 */
export function readFilter(where: string): Filter | undefined {
  const tokens = tokenize(where, starrocksLexing).slice(0, -1);
  return readIn(tokens) ?? readEquals(tokens);
}

function readEquals(tokens: readonly Token[]): Filter | undefined {
  const first = readPair(tokens.slice(0, 3));
  if (first === undefined) return undefined;
  if (tokens.length === 3) return { kind: 'equals', pairs: [first] };
  const second = readPair(tokens.slice(4));
  if (tokens[3]?.upper !== 'AND' || second === undefined) return undefined;
  return { kind: 'equals', pairs: [first, second] };
}

function readPair(tokens: readonly Token[]): readonly [string, string] | undefined {
  const [name, equals, value] = tokens;
  if (tokens.length !== 3 || !isName(name) || equals?.text !== '=' || value?.kind !== 'string')
    return undefined;
  return [name.value.toUpperCase(), value.value];
}

function readIn(tokens: readonly Token[]): Filter | undefined {
  const [name, word, open, ...rest] = tokens;
  if (!isName(name) || word?.upper !== 'IN' || open?.text !== '(' || rest.at(-1)?.text !== ')')
    return undefined;
  const list = rest.slice(0, -1);
  const isList = list.every((token, index) =>
    index % 2 === 0 ? token.kind === 'string' : token.text === ',',
  );
  if (!isList || list.length % 2 === 0) return undefined;
  const values = list.filter((token) => token.kind === 'string').map((token) => token.value);
  return { kind: 'in', name: name.value.toUpperCase(), values };
}

function isName(token: Token | undefined): token is Token {
  return token?.kind === 'word' || token?.kind === 'quoted';
}
