import { SqlError } from '../../../base/sql-error.ts';
import { positionAt } from '../../../sql/lexer.ts';
import type { Token } from '../../../sql/token.ts';

/** Characters of the statement shown in a syntax error, as MySQL shows. */
const nearLengthMax = 80;

export type ObjectReference = Readonly<{ database: string | undefined; name: string }>;

/** Reads the tokens of one statement from left to right. Past the end it gives the `end` token. */
export class TokenReader {
  readonly text: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens;
    this.text = text;
  }

  peek(ahead = 0): Token {
    return (this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)) as Token;
  }

  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length - 1) this.#at += 1;
    return token;
  }

  get isAtEnd(): boolean {
    return this.peek().kind === 'end';
  }

  isWord(...words: readonly string[]): boolean {
    return words.includes(this.peek().upper) && this.peek().upper !== '';
  }

  /** Takes one of the words when it is next. */
  takeWord(...words: readonly string[]): boolean {
    if (!this.isWord(...words)) return false;
    this.next();
    return true;
  }

  isOperator(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === text;
  }

  takeOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.next();
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.syntaxError();
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) throw this.syntaxError();
  }

  name(): string {
    const token = this.peek();
    if (token.kind !== 'word' && token.kind !== 'quoted') throw this.syntaxError();
    return this.next().value;
  }

  /** `table` or `database.table`. */
  objectName(): ObjectReference {
    const first = this.name();
    if (!this.takeOperator('.')) return { database: undefined, name: first };
    return { database: first, name: this.name() };
  }

  /** `(a, b, c)`; an empty list is allowed where MySQL allows it. */
  nameList(): readonly string[] {
    this.expectOperator('(');
    const names: string[] = [];
    while (!this.isOperator(')')) {
      if (names.length > 0) this.expectOperator(',');
      names.push(this.columnName());
    }
    this.expectOperator(')');
    return names;
  }

  /** A column, whose qualifiers are read and dropped. */
  columnName(): string {
    let name = this.name();
    while (this.takeOperator('.')) name = this.name();
    return name;
  }

  /**
   * Passes over tokens up to, not including, one of the words or operators outside of parentheses, and returns
   * their text.
   */
  textUntil(words: readonly string[], operators: readonly string[]): string {
    const start = this.peek().start;
    let end = start;
    let depth = 0;
    for (;;) {
      const token = this.peek();
      const isStop =
        token.kind === 'end' ||
        (depth === 0 &&
          ((token.upper !== '' && words.includes(token.upper)) ||
            (token.kind === 'operator' && operators.includes(token.text))));
      if (isStop) return this.text.slice(start, end);
      if (token.kind === 'operator' && '([{'.includes(token.text)) depth += 1;
      if (token.kind === 'operator' && ')]}'.includes(token.text)) depth -= 1;
      if (depth < 0) throw this.syntaxError();
      end = this.next().end;
    }
  }

  syntaxError(): SqlError {
    const token = this.peek();
    const near = this.text.slice(token.start, token.start + nearLengthMax);
    const position = positionAt(this.text, token.start);
    return new SqlError(
      'syntax',
      `You have an error in your SQL syntax near '${near}' at line ${position.line}`,
      { position },
    );
  }
}
