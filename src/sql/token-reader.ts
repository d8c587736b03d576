import { SqlError } from '../base/sql-error.ts';
import { positionAt, syntaxErrorNear } from './position.ts';
import { maskedTexts } from './secrets.ts';
import type { SourceText } from './statement.ts';
import type { Token } from './token.ts';

/** Parentheses, subqueries and types inside one another; keeps the parsers' own stack small. */
export const nestingMax = 120;

export type ReaderOptions = Readonly<{
  /** Errors show the text that follows also where the statement may hold a password: a column may be called so. */
  showsSecrets: boolean;
}>;

/** Tokens by their index: an array, or a window on those of a long text. */
export interface TokenList {
  at(index: number): Token | undefined;
  slice(from: number, to: number): readonly Token[];
  /** Those before the index will not be asked for again. */
  giveUp?(before: number): void;
}

/**
 * Reads the tokens of one statement, or of a piece of one, from left to right. A semicolon at the end is not read;
 * past the end there are `end` tokens. `is…` looks, `accept…` reads when it is there, `expect…` fails when it is not.
 */
export class TokenReader {
  readonly text: string;
  readonly #tokens: TokenList;
  /** How many there are before the end; not known of a window. */
  readonly #count: number;
  readonly #end: Token;
  readonly #showsSecrets: boolean;
  #at = 0;
  #depth = 0;
  /** The first half of the `>>` that is next has been read. */
  #insideShift = false;

  /** `text` is what the tokens' offsets count in. */
  constructor(
    tokens: readonly Token[] | TokenList,
    text: string,
    { showsSecrets }: ReaderOptions = { showsSecrets: false },
  ) {
    this.text = text;
    this.#tokens = tokens;
    this.#count = Array.isArray(tokens) ? countToEnd(tokens) : Number.POSITIVE_INFINITY;
    const at = text.length;
    this.#end = { kind: 'end', text: '', value: '', upper: '', start: at, end: at, spaceBefore: false };
    this.#showsSecrets = showsSecrets;
  }

  peek(ahead = 0): Token {
    return this.#tokenAt(this.#at + ahead) ?? this.#end;
  }

  next(): Token {
    const token = this.#tokenAt(this.#at);
    if (token !== undefined) this.#at += 1;
    return token ?? this.#end;
  }

  get isAtEnd(): boolean {
    return this.#tokenAt(this.#at) === undefined;
  }

  /** What has been read will not be gone back to. */
  giveUpRead(): void {
    this.#tokens.giveUp?.(this.#at - 1);
  }

  /** Where the reader stands, for `back` and `tokensSince`. */
  get mark(): number {
    return this.#at;
  }

  back(mark: number): void {
    this.#at = mark;
  }

  tokensSince(mark: number): readonly Token[] {
    return this.#tokens.slice(mark, this.#at);
  }

  /** One of the words is next. Words are given in upper case; a quoted name is none. */
  isWord(...words: readonly string[]): boolean {
    return words.includes(this.peek().upper);
  }

  isWordAt(ahead: number, ...words: readonly string[]): boolean {
    return words.includes(this.peek(ahead).upper);
  }

  /** The words are next, one after another. */
  isPhrase(...words: readonly string[]): boolean {
    return words.every((word, ahead) => this.peek(ahead).upper === word);
  }

  isOperator(operator: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === operator;
  }

  /** Reads the words one after another, or none of them. */
  accept(...words: readonly string[]): boolean {
    if (!this.isPhrase(...words)) return false;
    this.#at += words.length;
    return true;
  }

  acceptOneOf<W extends string>(...words: readonly W[]): W | undefined {
    const { upper } = this.peek();
    const found = words.find((word) => word === upper);
    if (found !== undefined) this.#at += 1;
    return found;
  }

  acceptOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.#at += 1;
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail();
  }

  expectOneOf<W extends string>(...words: readonly W[]): W {
    return this.acceptOneOf(...words) ?? this.fail();
  }

  expectOperator(operator: string): void {
    if (!this.acceptOperator(operator)) this.fail();
  }

  /** The `>` that closes a nested type; `>>` closes two. */
  expectAngleClose(): void {
    if (!this.isOperator('>>')) return this.expectOperator('>');
    if (this.#insideShift) this.next();
    this.#insideShift = !this.#insideShift;
  }

  expectEnd(): void {
    if (!this.isAtEnd) this.fail();
  }

  /** A bare or quoted name. */
  name(): string {
    const { kind } = this.peek();
    if (kind !== 'word' && kind !== 'quoted') this.fail();
    return this.next().value;
  }

  nameOrString(): string {
    return this.peek().kind === 'string' ? this.string() : this.name();
  }

  /** `a`, `a.b` or `a.b.c`, the leading parts first. */
  namePath(partsMax = 3): readonly string[] {
    return this.list(() => this.name(), '.', partsMax);
  }

  /** One string of adjacent ones. */
  string(): string {
    if (this.peek().kind !== 'string') this.fail();
    let value = '';
    while (this.peek().kind === 'string') value += this.next().value;
    return value;
  }

  /** An integer without sign that a number can hold exactly. */
  integer(): number {
    const token = this.peek();
    const value = Number(token.value);
    if (token.kind !== 'number' || !/^\d+$/.test(token.value) || !Number.isSafeInteger(value)) this.fail();
    this.next();
    return value;
  }

  /** One item or more with a separator between them. */
  list<T>(item: () => T, separator = ',', itemsMax: number = Number.POSITIVE_INFINITY): T[] {
    const items = [item()];
    while (items.length < itemsMax && this.acceptOperator(separator)) items.push(item());
    return items;
  }

  /** `( inside )` */
  parenthesized<T>(inside: () => T): T {
    this.expectOperator('(');
    const value = inside();
    this.expectOperator(')');
    return value;
  }

  /** Runs `read` one level deeper; fails for a statement nested beyond the limit. */
  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > nestingMax) {
      throw new SqlError('resource_limit', `statement is nested deeper than ${nestingMax} levels`);
    }
    const value = read();
    this.#depth -= 1;
    return value;
  }

  /** The text from here to the first token outside brackets that `ends`, or to the end. Fails when it is empty or a bracket is open. */
  source(ends: (reader: TokenReader) => boolean): SourceText {
    const { start } = this.peek();
    const first = this.#at;
    let depth = 0;
    while (!this.isAtEnd && !(depth === 0 && ends(this))) {
      const { kind, text } = this.peek();
      if (kind === 'operator' && '([{'.includes(text)) depth += 1;
      if (kind === 'operator' && ')]}'.includes(text)) depth -= 1;
      if (depth < 0) this.fail();
      this.next();
    }
    if (this.#at === first || depth > 0) this.fail();
    return this.sourceFrom(start);
  }

  /** Everything up to the end, without reading it. */
  rest(): SourceText {
    const { start } = this.peek();
    while (!this.isAtEnd) this.next();
    return this.sourceFrom(start);
  }

  /** From `start` to the end of the last token read. */
  spanFrom(start: number): Readonly<{ start: number; end: number }> {
    return { start, end: Math.max(start, this.#lastRead()?.end ?? 0) };
  }

  /** The text from `start` to the end of the last token read, without the marks of executed comments, which may be outside of it. */
  sourceFrom(start: number): SourceText {
    const span = this.spanFrom(start);
    return { text: this.#withoutMarks(span.start) ?? this.text.slice(span.start, span.end), ...span };
  }

  /** The tokens from `start` on with blanks between them; undefined when none is of an executed comment. */
  #withoutMarks(start: number): string | undefined {
    const read: Token[] = [];
    for (let at = this.#at - 1; at >= 0; at--) {
      const token = this.#tokens.at(at);
      if (token === undefined || token.start < start) break;
      read.push(token);
    }
    if (read.every(({ versioned }) => versioned !== true)) return undefined;
    return read
      .reverse()
      .map(({ start: from, end, spaceBefore }) => `${spaceBefore ? ' ' : ''}${this.text.slice(from, end)}`)
      .join('')
      .trimStart();
  }

  /** Throws MySQL's syntax error at the next token. */
  fail(): never {
    const { start, upper } = this.peek();
    const near = this.#hidesText() ? upper : this.text.slice(start);
    throw syntaxErrorNear(near, positionAt(this.text, start));
  }

  #lastRead(): Token | undefined {
    return this.#at === 0 ? undefined : this.#tokens.at(this.#at - 1);
  }

  /** Undefined at the end, before which a semicolon may stand. */
  #tokenAt(index: number): Token | undefined {
    if (index >= this.#count) return undefined;
    const token = this.#tokens.at(index);
    if (token === undefined || token.kind === 'end') return undefined;
    const isLast =
      token.text === ';' && token.kind === 'operator' && this.#tokens.at(index + 1)?.kind === 'end';
    return isLast ? undefined : token;
  }

  #hidesText(): boolean {
    if (!Array.isArray(this.#tokens)) return /identified/i.test(this.text);
    const tokens: readonly Token[] = this.#tokens;
    const hasWord = (word: string): boolean => tokens.some(({ upper }) => upper === word);
    if (hasWord('IDENTIFIED')) return true;
    if (this.#showsSecrets) return false;
    return hasWord('PASSWORD') || maskedTexts(tokens).size > 0;
  }
}

/** How many tokens there are before the end of the statement, or before its semicolon. */
function countToEnd(tokens: readonly Token[]): number {
  const count = tokens.at(-1)?.kind === 'end' ? tokens.length - 1 : tokens.length;
  const last = tokens[count - 1];
  return last?.kind === 'operator' && last.text === ';' ? count - 1 : count;
}
