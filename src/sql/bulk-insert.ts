import { tokensOf } from './lexer.ts';
import type { LexerOptions, Token } from './token.ts';

/** From this length on an INSERT is read token by token, so that its rows do not stand in memory as tokens. */
export const bulkLengthMin: number = 64 * 1_024;
/** Enough for the names of a table and a part of its columns. */
const headLength = 64;

/** The first tokens of a long INSERT or REPLACE; undefined for every other statement. Throws as the lexer does. */
export function bulkInsertHead(text: string, options: LexerOptions): readonly Token[] | undefined {
  if (text.length < bulkLengthMin) return undefined;
  const head: Token[] = [];
  for (const token of tokensOf(text, options)) {
    head.push(token);
    const isInsert = head[0]?.upper === 'INSERT' || head[0]?.upper === 'REPLACE';
    if (!isInsert) return undefined;
    if (head.length === headLength) break;
  }
  return head;
}
