import { SqlError } from '../base/sql-error.ts';
import { refusal } from './dialect-refusals.ts';
import { dialectParser, reservedWords } from './generated/dialect-parser.ts';
import { tokenize } from './lexer.ts';
import { readQuoted } from './quoted.ts';
import { starrocksLexing } from './token.ts';
import { unexpectedInput } from './unexpected-input.ts';
import { readFilter } from './where-filter.ts';
import type { Statement } from './statement.ts';
import type { Token } from './token.ts';

/** A BACKUP naming ten thousand tables has 300 kB. Longer text would keep the event loop for too long. */
export const maxDialectLength: number = 1024 * 1024;
/** Brackets nest by recursion, in WHERE only; no condition on a SHOW needs more. */
export const maxNesting = 64;

/**
 * Parses one statement of the backup and administration dialect by StarRocks' lexical rules. The result is frozen.
 * Throws `syntax` (StarRocks' text, with the most similar words) or `analysis`, and `resource_limit` for a text
 * longer than `maxDialectLength` or nested deeper than `maxNesting`; nothing else. No text of an error holds a secret.
 */
export function parseDialect(text: string): Statement {
  if (text.length > maxDialectLength) {
    throw new SqlError('resource_limit', `statement is longer than ${maxDialectLength} characters`);
  }
  const tokens = tokenize(text, starrocksLexing);
  checkNesting(tokens);
  const parsed = run(text, tokens);
  const refused = refusal(parsed);
  if (refused !== undefined) throw refused;
  return freeze(withFilter(parsed as Statement)); // a refusal would have stopped what is no Statement
}

function checkNesting(tokens: readonly Token[]): void {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === '(') depth += 1;
    else if (token.text === ')') depth -= 1;
    if (depth > maxNesting) {
      throw new SqlError('resource_limit', `brackets are nested deeper than ${maxNesting}`);
    }
  }
}

function run(text: string, tokens: readonly Token[]): ReturnType<typeof dialectParser.parse> {
  try {
    return dialectParser.parse(text, {
      isReserved: (word) => reservedWords.has(word.toUpperCase()),
      unquote: (quoted) => readQuoted(quoted, 0, !quoted.startsWith('`')).value,
    });
  } catch (error) {
    if (error instanceof dialectParser.SyntaxError) throw unexpectedInput(text, tokens, error);
    throw error;
  }
}

function withFilter(statement: Statement): Statement {
  if (!('where' in statement) || statement.where === undefined) return statement;
  const filter = readFilter(statement.where.text);
  return filter === undefined ? statement : { ...statement, where: { ...statement.where, filter } };
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) freeze(part);
  }
  return Object.freeze(value);
}
