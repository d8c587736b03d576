import type { Expression } from '../definition.ts';
import { quoteName, quoteText } from '../../quote.ts';
import type { Token } from '../../token.ts';
import type { TokenReader } from '../../token-reader.ts';

/**
 * expression := tokens with balanced parentheses, up to a comma, a closing parenthesis, the end, or one of `stops`
 * outside of parentheses. At least one token. What it means is left to the engine that computes it.
 */
export function parseExpression(reader: TokenReader, stops: readonly string[] = []): Expression {
  const mark = reader.mark;
  let depth = 0;
  while (!reader.isAtEnd) {
    const token = reader.peek();
    const isOperator = token.kind === 'operator';
    if (depth === 0 && ((isOperator && (token.text === ',' || token.text === ')')) || isStop(token, stops)))
      break;
    if (isOperator && token.text === '(') depth += 1;
    if (isOperator && token.text === ')') depth -= 1;
    reader.next();
  }
  if (reader.mark === mark || depth > 0) reader.fail();
  return { text: canonicalText(reader.tokensSince(mark)) };
}

/** ( expression ), without the parentheses. */
export function parseParenthesized(reader: TokenReader): Expression {
  return reader.parenthesized(() => {
    const mark = reader.mark;
    const parts = reader.list(() => parseExpression(reader));
    return parts.length === 1 ? (parts[0] as Expression) : { text: canonicalText(reader.tokensSince(mark)) };
  });
}

/**
 * SQL text of tokens that reads the same under every sql_mode but NO_BACKSLASH_ESCAPES: names that were quoted are
 * in backquotes, strings in single quotes; comments and runs of blanks are one blank.
 */
export function canonicalText(tokens: readonly Token[]): string {
  return tokens
    .map((token, index) => (needsBlank(tokens[index - 1], token) ? ' ' : '') + canonicalToken(token))
    .join('');
}

/** A string right after a word or a string would become a part of it: `n"x"`, `'a'"b"`. */
function needsBlank(before: Token | undefined, token: Token): boolean {
  if (before === undefined) return false;
  return (
    token.spaceBefore || (token.kind === 'string' && (before.kind === 'string' || before.kind === 'word'))
  );
}

function canonicalToken(token: Token): string {
  if (token.kind === 'quoted') return quoteName(token.value);
  if (token.kind !== 'string') return token.text;
  return `${token.introducer === undefined ? '' : `${token.introducer} `}${quoteText(token.value)}`;
}

function isStop(token: Token, stops: readonly string[]): boolean {
  return token.upper !== '' && stops.includes(token.upper);
}
