import type { SqlError } from '../../base/sql-error.ts';
import { regexpError, regexpSyntax } from './errors.ts';

/** Parentheses and brackets inside of one another. */
const depthMax = 250;

/** The text of a pattern, and how far it has been read. */
export class PatternText {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The next character, '' at the end. */
  peek(): string {
    const codePoint = this.#text.codePointAt(this.#at);
    return codePoint === undefined ? '' : String.fromCodePoint(codePoint);
  }

  /** Reads the next character; '' at the end. */
  take(): string {
    const character = this.peek();
    this.#at += character.length;
    return character;
  }

  startsWith(mark: string): boolean {
    return this.#text.startsWith(mark, this.#at);
  }

  /** Reads `mark` if it comes next, and tells whether it did. */
  skip(mark: string): boolean {
    if (!this.startsWith(mark)) return false;
    this.#at += mark.length;
    return true;
  }

  /** Reads up to `mark` and past it; undefined, and nothing read, where there is none. */
  takeUntil(mark: string): string | undefined {
    const end = this.#text.indexOf(mark, this.#at);
    if (end < 0) return undefined;
    const taken = this.#text.slice(this.#at, end);
    this.#at = end + mark.length;
    return taken;
  }

  takeRest(): string {
    const rest = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return rest;
  }

  /** Whether what comes next is of the form, which begins with ^. */
  is(form: RegExp): boolean {
    return form.test(this.#text.slice(this.#at));
  }

  /** Reads what is of the form, which begins with ^: its groups, or undefined where nothing is. */
  takeForm(form: RegExp): readonly (string | undefined)[] | undefined {
    const match = form.exec(this.#text.slice(this.#at));
    if (match === null) return undefined;
    this.#at += match[0].length;
    return match.slice(1);
  }

  /** How often the whole text has the form, which has the flag g. */
  count(form: RegExp): number {
    return this.#text.match(form)?.length ?? 0;
  }

  /** Goes into a parenthesis or a bracket; `leave` goes out of it. Throws SqlError `regexp_pattern_size`. */
  enter(): void {
    this.#depth += 1;
    if (this.#depth > depthMax) throw regexpError('regexp_pattern_size');
  }

  leave(): void {
    this.#depth -= 1;
  }

  /** The error of a pattern that is none from here on, or from the last character where it ends too soon. */
  syntaxError(): SqlError {
    return regexpSyntax(this.#text, Math.min(this.#at, this.#text.length - 1));
  }
}
