import { SqlError } from '../base/sql-error.ts';
import { positionAt } from './position.ts';
import { maskedTexts } from './secrets.ts';
import type { SourceText } from './statement.ts';
import type { Token } from './token.ts';

/** Characters of the statement shown in a syntax error, as MySQL shows. */
const nearLengthMax = 80;

/** Reads the tokens of one session statement from the first to the last. Past the end it gives `end` tokens. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  readonly #text: string;
  readonly #end: Token;
  #at = 0;

  /** `text` is what the tokens' offsets count in. */
  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens.filter((token) => token.kind !== 'end');
    this.#text = text;
    const at = text.length;
    this.#end = { kind: 'end', text: '', value: '', upper: '', start: at, end: at, spaceBefore: false };
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  next(): Token {
    const token = this.peek();
    this.#at = Math.min(this.#at + 1, this.#tokens.length);
    return token;
  }

  /** True at the end of the statement or at its semicolon. */
  get isAtEnd(): boolean {
    return this.peek().kind === 'end' || (this.peek().text === ';' && this.peek(1).kind === 'end');
  }

  isWord(word: string, ahead = 0): boolean {
    return this.peek(ahead).upper === word;
  }

  isMark(mark: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === mark;
  }

  /** Reads the words one after another, or none of them. */
  accept(...words: readonly string[]): boolean {
    if (!words.every((word, index) => this.isWord(word, index))) return false;
    this.#at += words.length;
    return true;
  }

  /** Reads one of the words; nothing when another token stands here. */
  acceptOneOf<W extends string>(words: readonly W[]): W | undefined {
    const found = words.find((word) => this.isWord(word));
    if (found !== undefined) this.next();
    return found;
  }

  acceptMark(mark: string): boolean {
    if (!this.isMark(mark)) return false;
    this.next();
    return true;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.accept(word)) this.fail();
  }

  expectMark(mark: string): void {
    if (!this.acceptMark(mark)) this.fail();
  }

  /** A bare or backquoted name. */
  name(): string {
    const { kind } = this.peek();
    if (kind !== 'word' && kind !== 'quoted') this.fail();
    return this.next().value;
  }

  nameOrString(): string {
    return this.peek().kind === 'string' ? this.string() : this.name();
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

  /** `a`, `a.b` or `a.b.c`, the leading parts first. */
  namePath(partsMax = 3): readonly string[] {
    return this.list(() => this.name(), '.', partsMax);
  }

  /** One item or more with a mark between them. */
  list<T>(item: () => T, mark = ',', itemsMax: number = Number.POSITIVE_INFINITY): readonly T[] {
    const items = [item()];
    while (items.length < itemsMax && this.acceptMark(mark)) items.push(item());
    return items;
  }

  /** The text from here to the first token outside brackets that `ends`, or to the end. Fails when it is empty or a bracket is open. */
  source(ends: (reader: TokenReader) => boolean): SourceText {
    const { start } = this.peek();
    let end = start;
    let depth = 0;
    while (!this.isAtEnd && !(depth === 0 && ends(this))) {
      if (this.isMark('(')) depth += 1;
      if (this.isMark(')')) depth -= 1;
      if (depth < 0) this.fail();
      ({ end } = this.next());
    }
    if (end === start || depth > 0) this.fail();
    return { text: this.#text.slice(start, end), start, end };
  }

  /** Fails unless the statement is read to its end. */
  finish(): void {
    if (!this.isAtEnd) this.fail();
  }

  /** Throws MySQL's syntax error at the next token. Its text shows no secret. */
  fail(): never {
    const { start } = this.peek();
    const position = positionAt(this.#text, start);
    const near = this.#hidesSecrets() ? this.peek().upper : this.#text.slice(start, start + nearLengthMax);
    const message =
      'You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for ' +
      `the right syntax to use near '${near}' at line ${position.line}`;
    throw new SqlError('syntax', message, { position });
  }

  #hidesSecrets(): boolean {
    const isAccount = this.#tokens.some(({ upper }) => upper === 'IDENTIFIED' || upper === 'PASSWORD');
    return isAccount || maskedTexts(this.#tokens).size > 0;
  }
}
