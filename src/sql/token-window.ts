import { SqlError } from '../base/sql-error.ts';
import { maxTokens, tokensOf } from './lexer.ts';
import type { TokenList } from './token-reader.ts';
import type { LexerOptions, Token } from './token.ts';

/** Tokens behind the reader are given up so many at a time. */
const givenUpAtOnce = 4_096;

/** The tokens of a long text, made when they are asked for and held until the reader gives them up. */
export class TokenWindow implements TokenList {
  readonly #source: Iterator<Token>;
  #held: Token[] = [];
  /** The index of the first that is held. */
  #first = 0;
  #isAtEnd = false;

  constructor(text: string, options: LexerOptions) {
    this.#source = tokensOf(text, options);
  }

  /** Undefined behind the last. Throws as the lexer does, and `resource_limit` when too many are held. */
  at(index: number): Token | undefined {
    while (index >= this.#first + this.#held.length && !this.#isAtEnd) this.#take();
    return this.#held[index - this.#first];
  }

  slice(from: number, to: number): readonly Token[] {
    return this.#held.slice(from - this.#first, to - this.#first);
  }

  giveUp(before: number): void {
    const count = before - this.#first;
    if (count < givenUpAtOnce) return;
    this.#held = this.#held.slice(count);
    this.#first = before;
  }

  #take(): void {
    const { value, done } = this.#source.next();
    this.#isAtEnd = done === true || value.kind === 'end';
    if (done !== true) this.#held.push(value);
    if (this.#held.length > maxTokens) {
      throw new SqlError('resource_limit', `statement has more than ${maxTokens} elements`);
    }
  }
}
