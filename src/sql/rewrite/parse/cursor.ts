import { SqlError } from '../../../base/sql-error.ts';
import type { Token } from '../../token.ts';
import type { Expression, Query } from '../ast.ts';

/** Parentheses, subqueries and prefix operators inside one another; keeps the parser's own stack small. */
export const nestingMax = 120;
/** Operators of one left-deep chain such as `a + b + c …`; each is a level of the tree that later passes walk. */
export const chainMax = 400;
/** Characters of the statement shown in a syntax error, as MySQL shows. */
const nearLengthMax = 80;

/** A statement or a piece of one. */
export type CursorSource = Readonly<{
  tokens: readonly Token[];
  /** The text that the tokens' offsets count in. */
  text: string;
  /** Upper-case words of sql_mode. */
  modes: ReadonlySet<string>;
  /** The number of the first `?`. */
  firstParameter?: number;
  /** What the client wrote at these offsets, where `text` has values in the place of `?`. */
  written?: (start: number, end: number) => string;
}>;

/** The parts of the grammar that contain one another; handed in, so that their files need not import in circles. */
export interface Grammar {
  expression(cursor: Cursor): Expression;
  /** `bit_expr`: what binds tighter than a comparison. */
  bits(cursor: Cursor): Expression;
  query(cursor: Cursor): Query;
}

/** A reader over the tokens of one statement. Reading past the end gives `end` tokens. */
export class Cursor {
  readonly grammar: Grammar;
  readonly text: string;
  readonly modes: ReadonlySet<string>;
  readonly #tokens: readonly Token[];
  readonly #end: Token;
  #at = 0;
  #depth = 0;
  readonly #written: (start: number, end: number) => string;
  #nextParameter: number;

  constructor(grammar: Grammar, source: CursorSource) {
    const { tokens, text, modes, firstParameter = 1 } = source;
    this.grammar = grammar;
    this.#nextParameter = firstParameter;
    this.#tokens = tokens.filter((token) => token.kind !== 'end');
    this.text = text;
    this.#written = source.written ?? ((start, end) => text.slice(start, end));
    this.modes = modes;
    const at = text.length;
    this.#end = { kind: 'end', text: '', value: '', upper: '', start: at, end: at, spaceBefore: false };
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? this.#end;
  }

  next(): Token {
    const token = this.peek();
    if (this.#at < this.#tokens.length) this.#at += 1;
    return token;
  }

  /** Reads a `?` and numbers it by its place in the statement. */
  readParameter(): Expression {
    this.next();
    return { kind: 'parameter', number: this.#nextParameter++ };
  }

  /** The number that the next `?` will have. */
  get nextParameter(): number {
    return this.#nextParameter;
  }

  /** Offset in the text where the last token read ends. */
  lastEnd(): number {
    return this.#tokens[this.#at - 1]?.end ?? 0;
  }

  /** The client's own text from an offset to the end of the last token read. */
  writtenFrom(start: number): string {
    return this.#written(start, this.lastEnd());
  }

  get isAtEnd(): boolean {
    return this.peek().kind === 'end';
  }

  isWord(...words: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'word' && words.includes(token.upper);
  }

  isWordAt(ahead: number, ...words: readonly string[]): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && words.includes(token.upper);
  }

  acceptWord(...words: readonly string[]): string | undefined {
    return this.isWord(...words) ? this.next().upper : undefined;
  }

  expectWord(...words: readonly string[]): string {
    return this.acceptWord(...words) ?? this.fail();
  }

  /** Reads the words one after another, or none of them. */
  acceptPhrase(...words: readonly string[]): boolean {
    if (!words.every((word, index) => this.isWordAt(index, word))) return false;
    this.#at += words.length;
    return true;
  }

  isOperator(operator: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'operator' && token.text === operator;
  }

  acceptOperator(operator: string): boolean {
    if (!this.isOperator(operator)) return false;
    this.next();
    return true;
  }

  expectOperator(operator: string): void {
    if (!this.acceptOperator(operator)) this.fail();
  }

  /** Runs `read` one level deeper; fails for a statement nested beyond the limit. */
  nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > nestingMax) {
      throw new SqlError('resource_limit', `statement is nested deeper than ${nestingMax} levels`);
    }
    const result = read();
    this.#depth -= 1;
    return result;
  }

  /** Reads `item` one or more times, separated by commas. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.acceptOperator(',')) items.push(item());
    return items;
  }

  /** Throws MySQL's syntax error at the next token. */
  fail(): never {
    const token = this.peek();
    const near = this.text.slice(token.start, token.start + nearLengthMax);
    const before = this.text.slice(0, token.start);
    const line = before.split('\n').length;
    const column = token.start - before.lastIndexOf('\n');
    throw new SqlError('syntax', `You have an error in your SQL syntax; near '${near}' at line ${line}`, {
      position: { line, column, offset: token.start },
    });
  }
}

/** Refuses a construct by name, in one form of words. */
export function notSupported(construct: string, hint?: string): never {
  throw new SqlError('not_supported', `${construct} is not supported`, hint === undefined ? {} : { hint });
}

/** A whole expression, one level deeper. */
export function readExpression(cursor: Cursor): Expression {
  return cursor.nested(() => cursor.grammar.expression(cursor));
}

/** What binds tighter than a comparison. */
export function readBits(cursor: Cursor): Expression {
  return cursor.grammar.bits(cursor);
}

/** A query expression, one level deeper. */
export function readQuery(cursor: Cursor): Query {
  return cursor.nested(() => cursor.grammar.query(cursor));
}

/** `( query )`. */
export function readSubquery(cursor: Cursor): Query {
  cursor.expectOperator('(');
  const query = readQuery(cursor);
  cursor.expectOperator(')');
  return query;
}
