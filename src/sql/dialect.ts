import { SqlError } from '../base/sql-error.ts';
import { refusal } from './dialect-refusals.ts';
import { dialectParser, reservedWords } from './generated/dialect-parser.ts';
import { tokenize } from './lexer.ts';
import { syntaxErrorAt } from './position.ts';
import { readQuoted } from './quoted.ts';
import { mask, maskedTexts } from './secrets.ts';
import { mostSimilar } from './similar.ts';
import { starrocksLexing } from './token.ts';
import { readFilter } from './where-filter.ts';
import type { DialectSyntaxError, ExpectedInput } from './dialect-parser.ts';
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

function unexpectedInput(text: string, tokens: readonly Token[], error: DialectSyntaxError): SqlError {
  const index = tokens.findIndex((token) => token.end > error.location.start.offset || token.kind === 'end');
  const token = tokens[index];
  const isEnd = token === undefined || token.kind === 'end';
  const input = isEnd ? '<EOF>' : shownInput(tokens, index);
  const names = (error.expected ?? []).map(expectedName).filter((name) => name !== undefined);
  const offered = mostSimilar(input, [...new Set(names)].sort());
  const detail = `Unexpected input '${input}', the most similar input is {${offered.join(', ')}}`;
  return syntaxErrorAt(text, isEnd ? text.length : token.start, detail);
}

/** A string in a property list may be a secret wherever it stands. */
function shownInput(tokens: readonly Token[], index: number): string {
  const inProperties = tokens.slice(0, index).some((token) => token.upper === 'PROPERTIES');
  if (inProperties && tokens[index]?.kind === 'string') return mask;
  return (maskedTexts(tokens).get(index) ?? tokens[index]?.text ?? '').slice(0, shownInputMax);
}

/** As much of a wrong word as an error text shows. */
const shownInputMax = 64;

/** Keywords and kinds of input by their names; single marks in quotes. Character classes say nothing to a reader. */
function expectedName(expected: ExpectedInput): string | undefined {
  if (expected.type === 'end') return '<EOF>';
  if (expected.type === 'other') return expected.description === '' ? undefined : expected.description;
  const isMark = expected.type === 'literal' && /^[(),;=.]$/.test(expected.text ?? '');
  return isMark ? `'${expected.text}'` : undefined;
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
