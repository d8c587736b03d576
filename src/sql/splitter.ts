import { skipWhile, isBlank } from './characters.ts';
import { SqlError } from '../base/sql-error.ts';
import { tokensOf } from './lexer.ts';
import { mysqlLexing } from './token.ts';
import type { LexerOptions, Token } from './token.ts';

/** About 50 MB of statements that are to be run. */
export const statementsMax = 500_000;

/** One statement of a text, without its `;`. `start` and `end` are offsets in the whole text. */
export type StatementText = Readonly<{ text: string; start: number; end: number }>;

/**
 * The statements of a text, in order. A `;` inside a string, a comment, an executed comment or the body of a
 * procedure, function, trigger or event ends nothing. Blank statements and those made of comments only are left
 * out, so a text of comments gives none. Throws `syntax` as the lexer does: a text with an unterminated string runs none
 * of its statements. Throws `resource_limit` for more than `statementsMax`.
 */
export function splitStatements(text: string, options: LexerOptions = mysqlLexing): readonly StatementText[] {
  const statements: StatementText[] = [];
  const body = new BodyTracker();
  let from = 0;
  let hasTokens = false;
  for (const token of tokensOf(text, options)) {
    const separates = token.text === ';' && token.versioned !== true && !body.isOpen;
    if (token.kind !== 'end' && !separates) {
      hasTokens = true;
      body.read(token);
      continue;
    }
    if (hasTokens) statements.push(trimmed(text, from, token.start));
    if (statements.length > statementsMax) throw tooMany();
    from = token.end;
    hasTokens = false;
    body.reset();
  }
  return statements;
}

function tooMany(): SqlError {
  return new SqlError('resource_limit', `a text has at most ${statementsMax} statements`);
}

function trimmed(text: string, from: number, to: number): StatementText {
  const start = skipWhile(text, from, isBlank);
  let end = to;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return { text: text.slice(start, end), start, end };
}

const routineWords: ReadonlySet<string> = new Set(['PROCEDURE', 'FUNCTION', 'TRIGGER', 'EVENT']);
const loopWords: ReadonlySet<string> = new Set(['IF', 'WHILE', 'LOOP', 'REPEAT']);
const endedWords: ReadonlySet<string> = new Set([...loopWords, 'CASE']);
/** Texts after which a new statement of a body begins; elsewhere IF and REPEAT are functions. */
const beforeStatement: ReadonlySet<string> = new Set(
  '; : ) BEGIN THEN ELSE DO LOOP REPEAT ROW DETERMINISTIC DATA SQL DEFINER INVOKER'.split(' '),
);

/** Follows BEGIN … END, IF … END IF and the like inside CREATE PROCEDURE | FUNCTION | TRIGGER | EVENT. */
class BodyTracker {
  #isCreate = false;
  #isRoutine = false;
  #depth = 0;
  #previous: Token | undefined;
  #afterEnd = false;

  /** True while a `;` belongs to the body. */
  get isOpen(): boolean {
    return this.#depth > 0;
  }

  reset(): void {
    this.#isCreate = false;
    this.#isRoutine = false;
    this.#depth = 0;
    this.#previous = undefined;
    this.#afterEnd = false;
  }

  read(token: Token): void {
    const word = token.upper;
    if (this.#previous === undefined) this.#isCreate = word === 'CREATE' || word === 'ALTER';
    else if (this.#isCreate && routineWords.has(word)) this.#isRoutine = true;
    if (this.#isRoutine && word !== '' && this.#previous?.text !== '.') this.#count(word);
    else this.#afterEnd = false;
    this.#previous = token;
  }

  #count(word: string): void {
    const endsNamed = this.#afterEnd && endedWords.has(word);
    this.#afterEnd = false;
    if (endsNamed) return; // the IF of END IF
    if (word === 'END' && this.#depth > 0) {
      this.#depth -= 1;
      this.#afterEnd = true;
    } else if (word === 'CASE' || this.#opensBlock(word)) {
      this.#depth += 1;
    }
  }

  #opensBlock(word: string): boolean {
    const before = this.#previous?.upper === '' ? this.#previous.text : (this.#previous?.upper ?? '');
    if (word === 'BEGIN') return this.#depth === 0 || beforeStatement.has(before);
    return loopWords.has(word) && beforeStatement.has(before);
  }
}
