import { doubleText } from '../../base/float-text.ts';
import { SqlError } from '../../base/sql-error.ts';
import { depthMax, type JsonValue, objectOf } from './value.ts';

/**
 * Reads a document that somebody wrote: its numbers become MySQL's integers of 64 bits, or doubles. Throws `invalid_json`
 * with MySQL's words for what is wrong and where.
 */
export function parseWritten(text: string): JsonValue {
  return new DocumentReader(text, realOfText).document();
}

/** Reads a document that is one already: a number that is a DECIMAL in it keeps its digits. */
export function parseDocument(text: string): JsonValue {
  return new DocumentReader(text, (real) => real).document();
}

/** The digits MySQL shows of a double in a document: always with a point or an exponent. */
function realText(value: number): string {
  const text = doubleText(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function realOfText(text: string): string {
  return realText(Number(text));
}

const int64Min = -(2n ** 63n);
const uint64Max = 2n ** 64n - 1n;

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

const blank = 0x20;
const quote = 0x22;
const backslash = 0x5c;

class DocumentReader {
  readonly #text: string;
  readonly #real: (text: string) => string;
  #at = 0;
  #depth = 0;

  constructor(text: string, real: (text: string) => string) {
    this.#text = text;
    this.#real = real;
  }

  document(): JsonValue {
    this.#blanks();
    if (this.#at === this.#text.length) this.#fail('The document is empty.');
    const value = this.#value();
    this.#blanks();
    if (this.#at < this.#text.length) {
      this.#fail('The document root must not be followed by other values.');
    }
    return value;
  }

  #value(): JsonValue {
    switch (this.#text[this.#at]) {
      case '{':
        return this.#nested(() => this.#object());
      case '[':
        return this.#nested(() => this.#array());
      case '"':
        return this.#string();
      default:
        return this.#literal();
    }
  }

  #nested(read: () => JsonValue): JsonValue {
    this.#depth += 1;
    if (this.#depth > depthMax) {
      throw new SqlError('json_depth', 'The JSON document exceeds the maximum depth.');
    }
    this.#at += 1;
    this.#blanks();
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #object(): JsonValue {
    const members: [string, JsonValue][] = [];
    if (this.#accept('}')) return objectOf(members);
    for (;;) {
      if (this.#text[this.#at] !== '"') this.#fail('Missing a name for object member.');
      const name = this.#string();
      this.#blanks();
      if (!this.#accept(':')) this.#fail('Missing a colon after a name of object member.');
      this.#blanks();
      members.push([name, this.#value()]);
      this.#blanks();
      if (this.#accept('}')) return objectOf(members);
      if (!this.#accept(',')) this.#fail("Missing a comma or '}' after an object member.");
      this.#blanks();
    }
  }

  #array(): JsonValue {
    const items: JsonValue[] = [];
    if (this.#accept(']')) return items;
    for (;;) {
      items.push(this.#value());
      this.#blanks();
      if (this.#accept(']')) return items;
      if (!this.#accept(',')) this.#fail("Missing a comma or ']' after an array element.");
      this.#blanks();
    }
  }

  #string(): string {
    this.#at += 1;
    let value = '';
    for (;;) {
      const plain = this.#text.slice(this.#at, this.#endOfPlain());
      value += plain;
      this.#at += plain.length;
      if (this.#accept('"')) return value;
      if (this.#accept('\\')) value += this.#escape();
      else if (this.#at === this.#text.length) this.#fail('Missing a closing quotation mark in string.');
      else this.#fail('Invalid encoding in string.');
    }
  }

  /** Where the next character stands that means something in a text, or must not be in one. */
  #endOfPlain(): number {
    let at = this.#at;
    for (; at < this.#text.length; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit < blank || unit === quote || unit === backslash) break;
    }
    return at;
  }

  #escape(): string {
    const letter = this.#text[this.#at] ?? '';
    const plain = escapes[letter];
    if (plain !== undefined) {
      this.#at += 1;
      return plain;
    }
    if (letter !== 'u') this.#failAt(this.#at - 1, 'Invalid escape character in string.');
    const digits = match(/u[0-9a-fA-F]{4}/y, this.#text, this.#at);
    if (digits === undefined)
      return this.#failAt(this.#at - 1, 'Incorrect hex digit after \\u escape in string.');
    this.#at += digits.length;
    const unit = String.fromCharCode(Number.parseInt(digits.slice(1), 16));
    if (unit.isWellFormed()) return unit;
    const low = match(/\\u[dD][c-fC-F][0-9a-fA-F]{2}/y, this.#text, this.#at);
    const pair = low === undefined ? unit : unit + String.fromCharCode(Number.parseInt(low.slice(2), 16));
    if (!pair.isWellFormed()) {
      this.#failAt(this.#at - digits.length - 1, 'The surrogate pair in string is invalid.');
    }
    this.#at += low?.length ?? 0;
    return pair;
  }

  #literal(): JsonValue {
    const word = match(/true|false|null/y, this.#text, this.#at);
    if (word === undefined) return this.#number();
    this.#at += word.length;
    return word === 'null' ? null : word === 'true';
  }

  #number(): JsonValue {
    const text = match(/-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y, this.#text, this.#at);
    if (text === undefined) return this.#fail('Invalid value.');
    const begin = this.#at;
    this.#at += text.length;
    const isCut = match(/[.eE]/y, this.#text, this.#at);
    if (isCut !== undefined) {
      this.#failAt(
        this.#at + 1,
        isCut === '.' ? 'Miss fraction part in number.' : 'Miss exponent in number.',
      );
    }
    if (!/[.eE]/.test(text)) {
      const whole = BigInt(text);
      if (whole >= int64Min && whole <= uint64Max) return whole;
    }
    if (!Number.isFinite(Number(text))) this.#failAt(begin, 'Number too big to be stored in double.');
    return { real: this.#real(text) };
  }

  #blanks(): void {
    this.#at += match(/[ \t\r\n]*/y, this.#text, this.#at)?.length ?? 0;
  }

  #accept(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #fail(reason: string): never {
    return this.#failAt(this.#at, reason);
  }

  #failAt(at: number, reason: string): never {
    const position = Buffer.byteLength(this.#text.slice(0, at));
    throw new SqlError('invalid_json', `Invalid JSON text: "${reason}" at position ${position}.`);
  }
}

function match(sticky: RegExp, text: string, at: number): string | undefined {
  sticky.lastIndex = at;
  return sticky.exec(text)?.[0];
}
