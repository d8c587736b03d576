import { SqlError } from '../../../base/sql-error.ts';
import { positionAt } from '../../position.ts';
import type { Token } from '../../token.ts';
import type { ObjectName, TextSpan } from '../statement.ts';

/** Characters of the statement shown in a syntax error, as MySQL shows. */
const nearLengthMax = 80;
/** Types and parentheses inside one another: StarRocks allows 15 levels of types, MySQL's own expressions need fewer. */
export const nestingMax = 64;

/** A reader over the tokens of one statement, from left to right. Past the end it gives the `end` token. */
export class Cursor {
  readonly text: string;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at = 0;
  #depth = 0;
  /** The first half of the `>>` that is next has been taken. */
  #insideShift = false;

  /** `tokens` are those of `text`; a trailing `;` is not among them. */
  constructor(tokens: readonly Token[], text: string) {
    this.#tokens = tokens.at(-1)?.kind === 'end' ? tokens.slice(0, -1) : tokens;
    this.text = text;
    const at = text.length;
    this.#end = { kind: 'end', text: '', value: '', upper: '', start: at, end: at, spaceBefore: false };
  }

  /** The index of the next token, for `tokensSince` and `back`. */
  get mark(): number {
    return this.#at;
  }

  back(mark: number): void {
    this.#at = mark;
  }

  tokensSince(mark: number): readonly Token[] {
    return this.#tokens.slice(mark, this.#at);
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length) this.#at += 1;
    return token;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  isWord(...words: readonly string[]): boolean {
    const { kind, upper } = this.peek();
    return kind === 'word' && words.includes(upper);
  }

  /** The next tokens are these words, one after another. */
  isPhrase(...words: readonly string[]): boolean {
    return words.every((word, ahead) => this.peek(ahead).upper === word);
  }

  /** Takes the words when all of them are next. */
  take(...words: readonly string[]): boolean {
    if (!this.isPhrase(...words)) return false;
    this.#at += words.length;
    return true;
  }

  /** Takes one of the words, in upper case. */
  takeOneOf(...words: readonly string[]): string | undefined {
    return this.isWord(...words) ? this.next().upper : undefined;
  }

  expect(...words: readonly string[]): void {
    for (const word of words) if (!this.take(word)) this.fail();
  }

  expectOneOf(...words: readonly string[]): string {
    return this.takeOneOf(...words) ?? this.fail();
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

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) this.fail();
  }

  /** The `>` that closes a nested type; `>>` closes two. */
  expectAngleClose(): void {
    if (!this.isOperator('>>')) return this.expectOperator('>');
    if (this.#insideShift) this.next();
    this.#insideShift = !this.#insideShift;
  }

  /** name := word | `quoted` | "quoted under ANSI_QUOTES" */
  name(): string {
    const { kind } = this.peek();
    if (kind !== 'word' && kind !== 'quoted') this.fail();
    return this.next().value;
  }

  /** object := [[catalog .] database .] name */
  objectName(): ObjectName {
    const parts = [this.name()];
    while (parts.length < 3 && this.takeOperator('.')) parts.push(this.name());
    const [name = '', database, catalog] = parts.reverse();
    return {
      ...(catalog === undefined ? {} : { catalog }),
      ...(database === undefined ? {} : { database }),
      name,
    };
  }

  /** word := name | 'string'   (character sets, engines, option values) */
  nameOrString(): string {
    return this.peek().kind === 'string' ? this.string() : this.name();
  }

  /** string := 'text' {'text'} */
  string(): string {
    if (this.peek().kind !== 'string') this.fail();
    let text = this.next().value;
    while (this.peek().kind === 'string') text += this.next().value;
    return text;
  }

  /** A whole number from 0 that JavaScript holds exactly. */
  integer(): number {
    const token = this.peek();
    if (token.kind !== 'number' || !/^\d{1,15}$/.test(token.value)) this.fail();
    return Number(this.next().value);
  }

  /** items := item {, item} */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeOperator(',')) items.push(item());
    return items;
  }

  /** ( inside ) */
  parenthesized<T>(inside: () => T): T {
    this.expectOperator('(');
    const value = inside();
    this.expectOperator(')');
    return value;
  }

  /** ( name {, name} ) */
  names(): string[] {
    return this.parenthesized(() => this.list(() => this.name()));
  }

  /** properties := ( key = value {, key = value} ) with strings, bare words or numbers */
  properties(): (readonly [string, string])[] {
    return this.parenthesized(() =>
      this.list(() => {
        const key = this.#propertyWord();
        this.expectOperator('=');
        return [key, this.#propertyWord()] as const;
      }),
    );
  }

  /** PROPERTIES ( … ), when it is next. */
  takeProperties(): (readonly [string, string])[] | undefined {
    return this.take('PROPERTIES') ? this.properties() : undefined;
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

  /** Everything up to the end of the statement, without reading it. */
  rest(): TextSpan {
    const start = this.peek().start;
    this.#at = this.#tokens.length;
    return this.spanFrom(start);
  }

  /** The text from `start` to the end of the last token read. */
  spanFrom(start: number): TextSpan {
    const end = Math.max(start, this.#tokens[this.#at - 1]?.end ?? 0);
    return { start, end, text: this.text.slice(start, end) };
  }

  expectEnd(): void {
    if (!this.isAtEnd) this.fail();
  }

  /** Throws MySQL's syntax error at the next token. */
  fail(): never {
    const token = this.peek();
    const near = this.text.slice(token.start, token.start + nearLengthMax);
    const position = positionAt(this.text, token.start);
    const advice =
      'check the manual that corresponds to your MySQL server version for the right syntax to use';
    throw new SqlError(
      'syntax',
      `You have an error in your SQL syntax; ${advice} near '${near}' at line ${position.line}`,
      { position },
    );
  }

  #propertyWord(): string {
    const token = this.peek();
    if (token.kind === 'string') return this.string();
    if (token.kind === 'word' || token.kind === 'quoted' || token.kind === 'number') return this.next().value;
    return this.fail();
  }
}

/** The error for a clause that is known and not built yet, in MySQL's words. */
export function notYet(what: string): SqlError {
  return new SqlError('not_supported', `This version of Holdfast doesn't yet support '${what}'`);
}
