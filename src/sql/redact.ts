import { createHash } from 'node:crypto';
import { SqlError } from '../base/sql-error.ts';
import { parseAccount } from './account.ts';
import { classify } from './classifier.ts';
import { parseDialect } from './dialect.ts';
import { tokenize } from './lexer.ts';
import { quoteDouble } from './quote.ts';
import { isSecretName, maskedTexts } from './secrets.ts';
import { mysqlLexing } from './token.ts';
import type { LexerOptions, Token } from './token.ts';

/** Longer texts are bulk INSERTs: reading them again for a log line would cost more than the line is worth. */
export const redactedLengthMax: number = 64 * 1024;

/**
 * The statement as logs, the audit log and the process list may show it: passwords, keys and tokens are `***`,
 * comments are left out, blanks are single. A backup or account statement that does not parse, a text the lexer
 * refuses and a text longer than `redactedLengthMax` give their first word and a SHA-256 prefix only, which tells
 * equal statements apart from others without showing them. Never throws.
 */
export function redactStatement(text: string, options: LexerOptions = mysqlLexing): string {
  if (text.length > redactedLengthMax) return summary(text);
  const tokens = tokensOf(text, options);
  if (tokens === undefined || isMisquoted(tokens) || !isUnderstood(text, tokens)) return summary(text);
  return shown(tokens);
}

function tokensOf(text: string, options: LexerOptions): readonly Token[] | undefined {
  return succeeds(() => tokenize(text, options));
}

/**
 * A word right behind a string tells of a quote that is missing or too many: what was written as a string is read as words
 * from there on, and the other way round, also where the result happens to parse. It only matters beside a telling name.
 */
function isMisquoted(tokens: readonly Token[]): boolean {
  const touches = tokens.some(
    (token, index) =>
      token.kind === 'word' && !token.spaceBefore && index > 0 && tokens[index - 1]?.kind === 'string',
  );
  return touches && tokens.some((token) => isSecretName(token.text));
}

/** Where secrets are usual, only a statement whose every part is known is shown. */
function isUnderstood(text: string, tokens: readonly Token[]): boolean {
  switch (classify(tokens)) {
    case 'dialect':
      return succeeds(() => parseDialect(text)) !== undefined;
    case 'account':
      return succeeds(() => parseAccount(tokens, text)) !== undefined;
    default:
      return !tokens.some((token) => token.upper === 'IDENTIFIED');
  }
}

function succeeds<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

function shown(tokens: readonly Token[]): string {
  const masked = maskedTexts(tokens);
  const parts = tokens.map((token, index) => {
    const text = isStatementText(tokens, index) ? shownStatement(token) : (masked.get(index) ?? token.text);
    return token.spaceBefore && index > 0 ? ` ${text}` : text;
  });
  return parts.join('').trim();
}

/** The statement in PREPARE name FROM '…'. */
function isStatementText(tokens: readonly Token[], index: number): boolean {
  return tokens[0]?.upper === 'PREPARE' && tokens[index]?.kind === 'string';
}

/** Not looked into twice: a PREPARE in a PREPARE is summed up. */
function shownStatement({ value }: Token): string {
  return quoteDouble(/^\s*prepare/i.test(value) ? summary(value) : redactStatement(value));
}

function summary(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `${firstKeyword(text)} … (${text.length} characters, sha256 ${hash})`;
}

/** The first word if statements begin with it; anything else might be a secret pasted in the wrong window. */
function firstKeyword(text: string): string {
  const word = /^\s{0,64}([A-Za-z]{1,16})\b/.exec(text)?.[1] ?? '';
  const isKnown = word !== '' && classify(tokenize(word)) !== 'unknown';
  return isKnown ? word.toUpperCase() : 'statement';
}
