import { SqlError } from '../base/sql-error.ts';
import { type LexerOptions, type TextPosition, type Token, type TokenKind, mysqlLexing } from './token.ts';

/** A statement holds at most this many tokens: an INSERT of a dump (16 MB of short values) stays below. */
export const tokensMax = 20_000_000;

/** Cuts a text into tokens, the last of kind `end`. Linear in the text's length. Throws SqlError `syntax`. */
export function tokenize(text: string, options: LexerOptions = mysqlLexing): Token[] {
  return new Lexer(text, options).run();
}

/** Line and column of an offset, both counted from 1. */
export function positionAt(text: string, offset: number): TextPosition {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - (before.lastIndexOf('\n') + 1) + 1, offset };
}

/** Longest first, so that `<=>` is not read as `<=` and `>`. */
const operators = ['<=>', '->>', ':=', '||', '&&', '<=', '>=', '<>', '!=', '<<', '>>', '->'] as const;
const escapes: Readonly<Record<string, string>> = {
  '0': '\0',
  b: '\b',
  n: '\n',
  r: '\r',
  t: '\t',
  Z: '\u001A',
};

const prefixedDigits = /0x([0-9a-fA-F]+)(?![\w$\u0080-\uFFFF])|0b([01]+)(?![\w$\u0080-\uFFFF])/y;
const decimalOnly = /\.\d+(?![\w$\u0080-\uFFFF])/y;
const numberPattern = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;

class Lexer {
  readonly #text: string;
  readonly #options: LexerOptions;
  readonly #tokens: Token[] = [];
  #at = 0;
  #versioned = false;
  #spaceBefore = false;

  constructor(text: string, options: LexerOptions) {
    this.#text = text;
    this.#options = options;
  }

  run(): Token[] {
    while (this.#skipBlanks()) {
      if (this.#tokens.length >= tokensMax) this.#fail('the statement has too many tokens', this.#at);
      this.#next();
      this.#spaceBefore = false;
    }
    this.#push('end', this.#at, this.#at, '');
    return this.#tokens;
  }

  /** Passes blanks and comments; false at the end of the text. */
  #skipBlanks(): boolean {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code)) return false;
      if (isBlank(code)) this.#at++;
      else if (!this.#skipComment()) return true;
      this.#spaceBefore = true;
    }
  }

  #skipComment(): boolean {
    const text = this.#text;
    if (text.startsWith('/*', this.#at)) return this.#skipBlockComment();
    if (this.#versioned && text.startsWith('*/', this.#at)) {
      this.#versioned = false;
      this.#at += 2;
      return true;
    }
    if (!this.#startsLineComment()) return false;
    const end = text.indexOf('\n', this.#at);
    this.#at = end < 0 ? text.length : end + 1;
    return true;
  }

  /** MySQL wants a blank after `--`; StarRocks does not, and knows no `#`. */
  #startsLineComment(): boolean {
    const isMysql = this.#options.dialect === 'mysql';
    if (this.#text[this.#at] === '#') return isMysql;
    if (!this.#text.startsWith('--', this.#at)) return false;
    const after = this.#text.charCodeAt(this.#at + 2);
    return !isMysql || Number.isNaN(after) || isBlank(after);
  }

  #skipBlockComment(): boolean {
    const version = /^\/\*!(\d{5,6})?/.exec(this.#text.slice(this.#at, this.#at + 9));
    const isRead =
      version !== null &&
      this.#options.dialect === 'mysql' &&
      Number(version[1] ?? 0) <= this.#options.versionNumber;
    if (isRead) {
      this.#versioned = true;
      this.#at += version[0].length;
      return true;
    }
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end < 0) this.#fail('unterminated comment', this.#at);
    this.#at = end + 2;
    return true;
  }

  #next(): void {
    const text = this.#text;
    const character = text[this.#at] as string;
    const after = text[this.#at + 1] ?? '';
    if (character === '`') return this.#quotedName(this.#at);
    if (character === "'" || character === '"') return this.#stringOrName(this.#at, undefined);
    if ((character === 'x' || character === 'X') && after === "'")
      return this.#quotedDigits('hex', /[0-9a-fA-F]/);
    if ((character === 'b' || character === 'B') && after === "'") return this.#quotedDigits('bit', /[01]/);
    if ((character === 'n' || character === 'N') && after === "'")
      return this.#stringOrName(this.#at + 1, undefined);
    if (character === '.' && this.#qualifies()) return this.#take('operator', this.#at + 1);
    if (isDigit(character.charCodeAt(0)) || (character === '.' && isDigit(after.charCodeAt(0)))) {
      return this.#numberOrName();
    }
    if (isNameStart(character.charCodeAt(0))) return this.#word();
    if (character === '@') return this.#variable();
    if (character === '?') return this.#take('parameter', this.#at + 1);
    const operator = operators.find((candidate) => text.startsWith(candidate, this.#at));
    this.#take('operator', this.#at + (operator?.length ?? 1));
  }

  /** True for the dot between two names, also when the second begins with a digit; `db.123` is a number to StarRocks. */
  #qualifies(): boolean {
    const previous = this.#tokens.at(-1);
    if (this.#spaceBefore || (previous?.kind !== 'word' && previous?.kind !== 'quoted')) return false;
    if (this.#options.dialect === 'mysql') return true;
    return matchAt(decimalOnly, this.#text, this.#at) === null;
  }

  #quotedName(start: number): void {
    const { value, end } = this.#quotedText(start, '`', false);
    this.#push('quoted', start, end, value);
  }

  /** A string; with ANSI_QUOTES a double-quoted name. `quoteAt` stands behind an introducer or N. */
  #stringOrName(quoteAt: number, introducer: string | undefined): void {
    const start = this.#at;
    const quote = this.#text[quoteAt] as "'" | '"';
    const isName = quote === '"' && this.#options.ansiQuotes;
    const { value, end } = this.#quotedText(quoteAt, quote, !isName && !this.#options.noBackslashEscapes);
    if (isName) return this.#push('quoted', start, end, value);
    this.#push('string', start, end, value, { quote, ...(introducer && { introducer }) });
  }

  /** Decodes a quoted text that begins at `start`; a doubled quote stands for one. */
  #quotedText(start: number, quote: string, hasEscapes: boolean): { value: string; end: number } {
    const text = this.#text;
    let value = '';
    let plainFrom = start + 1;
    for (let at = start + 1; at < text.length; at++) {
      const character = text[at];
      if (character === '\\' && hasEscapes) {
        value += text.slice(plainFrom, at) + unescape(text[at + 1] ?? '');
        at++;
        plainFrom = at + 1;
      } else if (character === quote) {
        value += text.slice(plainFrom, at);
        if (text[at + 1] !== quote) return { value, end: at + 1 };
        value += quote;
        at++;
        plainFrom = at + 1;
      }
    }
    return this.#fail(quote === '`' ? 'unterminated quoted name' : 'unterminated string', start);
  }

  #quotedDigits(kind: 'hex' | 'bit', digit: RegExp): void {
    const start = this.#at;
    let at = start + 2;
    while (digit.test(this.#text[at] ?? '')) at++;
    if (this.#text[at] !== "'") this.#fail(`bad ${kind === 'hex' ? 'hexadecimal' : 'bit'} literal`, start);
    this.#push(kind, start, at + 1, this.#text.slice(start + 2, at));
  }

  /** `12`, `1.5`, `1e3`, `0x1F`, `0b01`; a digit may also begin a name, such as `1repo`. */
  #numberOrName(): void {
    const start = this.#at;
    const previous = this.#tokens.at(-1);
    const isAfterDot = previous?.text === '.' && !this.#spaceBefore;
    const prefixed = matchAt(prefixedDigits, this.#text, start);
    if (prefixed && !isAfterDot) {
      const kind = prefixed[1] === undefined ? 'bit' : 'hex';
      return this.#push(kind, start, start + prefixed[0].length, prefixed[1] ?? prefixed[2] ?? '');
    }
    if (isAfterDot && this.#text[start] !== '.') return this.#word();
    const number = matchAt(numberPattern, this.#text, start)?.[0] ?? '';
    const follower = this.#text.charCodeAt(start + number.length);
    if (/^\d+(?:[eE]\d+)?$/.test(number) && isNamePart(follower)) return this.#word();
    this.#take('number', start + number.length);
  }

  #word(): void {
    const start = this.#at;
    let at = start;
    while (isNamePart(this.#text.charCodeAt(at))) at++;
    const word = this.#text.slice(start, at);
    const introduced = word[0] === '_' ? this.#introduced(word, at) : undefined;
    if (introduced !== undefined) return this.#stringOrName(introduced, word.toLowerCase());
    this.#push('word', start, at, word);
  }

  /** Offset of the quote that follows a character-set introducer, undefined when it is an ordinary word. */
  #introduced(word: string, end: number): number | undefined {
    if (this.#options.dialect !== 'mysql' || !introducers.has(word.toLowerCase())) return undefined;
    let at = end;
    while (isBlank(this.#text.charCodeAt(at))) at++;
    const character = this.#text[at];
    return character === "'" || (character === '"' && !this.#options.ansiQuotes) ? at : undefined;
  }

  #variable(): void {
    const start = this.#at;
    const text = this.#text;
    if (text[start + 1] === '@') {
      let at = start + 2;
      while (isNamePart(text.charCodeAt(at)) || text[at] === '.' || text[at] === '`') at++;
      return this.#push('system_variable', start, at, text.slice(start + 2, at).replaceAll('`', ''));
    }
    const quote = text[start + 1] ?? '';
    if (quote === "'" || quote === '"' || quote === '`') {
      const { value, end } = this.#quotedText(start + 1, quote, quote !== '`');
      return this.#push('user_variable', start, end, value);
    }
    let at = start + 1;
    while (isNamePart(text.charCodeAt(at)) || text[at] === '.') at++;
    if (at === start + 1) return this.#take('operator', at);
    this.#push('user_variable', start, at, text.slice(start + 1, at));
  }

  #take(kind: TokenKind, end: number): void {
    this.#push(kind, this.#at, end, this.#text.slice(this.#at, end));
  }

  #push(
    kind: TokenKind,
    start: number,
    end: number,
    value: string,
    extra: Readonly<{ quote?: "'" | '"'; introducer?: string }> = {},
  ): void {
    this.#tokens.push({
      kind,
      text: this.#text.slice(start, end),
      value,
      upper: kind === 'word' ? value.toUpperCase() : '',
      start,
      end,
      spaceBefore: this.#spaceBefore,
      ...(this.#versioned && { versioned: true }),
      ...extra,
    });
    this.#at = end;
  }

  #fail(reason: string, offset: number): never {
    const near = this.#text.slice(offset, offset + 80);
    const position = positionAt(this.#text, offset);
    const message = `You have an error in your SQL syntax: ${reason} near '${near}' at line ${position.line}`;
    throw new SqlError('syntax', message, { position });
  }
}

/** Character sets that may introduce a string; any other `_word` is a name. */
const introducers: ReadonlySet<string> = new Set([
  '_binary',
  '_utf8',
  '_utf8mb3',
  '_utf8mb4',
  '_latin1',
  '_ascii',
  '_ucs2',
  '_utf16',
  '_utf16le',
  '_utf32',
  '_cp1252',
  '_sjis',
  '_gbk',
  '_big5',
]);

/** `\%` and `\_` keep their backslash: only LIKE reads them. */
function unescape(character: string): string {
  if (character === '%' || character === '_') return `\\${character}`;
  return escapes[character] ?? character;
}

/** The match of a sticky pattern that begins exactly at `offset`. */
function matchAt(pattern: RegExp, text: string, offset: number): RegExpExecArray | null {
  pattern.lastIndex = offset;
  return pattern.exec(text);
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isNameStart(code: number): boolean {
  return (
    (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 36 || code >= 128
  );
}

function isNamePart(code: number): boolean {
  return isDigit(code) || isNameStart(code);
}
