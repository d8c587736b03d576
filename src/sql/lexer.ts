import { SqlError } from '../base/sql-error.ts';
import { isBlank, isDigit, isHexDigit, isNamePart, skipWhile } from './characters.ts';
import { positionAt, syntaxErrorAt } from './position.ts';
import { readQuoted } from './quoted.ts';
import { mysqlLexing } from './token.ts';
import type { LexerOptions, Token, TokenKind } from './token.ts';

export { positionAt };

/** MySQL's largest max_allowed_packet that we offer; a longer text could not have come over the wire. */
const maxStatementLength: number = 64 * 1024 * 1024;
/** About 300 MB of token objects. A statement of mysqldump (1 MB) has at most half a million. */
export const maxTokens = 2_000_000;

/**
 * Splits SQL text into MySQL's lexical elements; the last token is always `end`. Runs in linear time.
 * Throws `syntax` with a position for an unterminated string, name or comment, `resource_limit` past a limit.
 * Adjacent strings stay separate tokens. A character with no meaning is an operator of its own, which no
 * statement accepts.
 */
export function tokenize(text: string, options: LexerOptions = mysqlLexing): Token[] {
  const scan = beginScan(text, options);
  while (scanNext(scan)) {
    if (scan.tokens.length > maxTokens) {
      throw new SqlError('resource_limit', `statement has more than ${maxTokens} elements`);
    }
  }
  return scan.tokens;
}

/** The tokens of a text one after another, however many there are. Throws as `tokenize` when it comes to the mistake. */
export function* tokensOf(text: string, options: LexerOptions = mysqlLexing): Generator<Token, void> {
  const scan = beginScan(text, options);
  for (let goesOn = true; goesOn;) {
    goesOn = scanNext(scan);
    const [token] = scan.tokens.slice(-1);
    if (token !== undefined) yield token;
    if (scan.tokens.length > lookedBack) scan.tokens.shift();
  }
}

/** How many tokens behind itself the lexer looks at. */
const lookedBack = 2;

function beginScan(text: string, options: LexerOptions): Scan {
  if (text.length > maxStatementLength) {
    throw new SqlError('resource_limit', `statement is longer than ${maxStatementLength} characters`);
  }
  return { text, options, at: 0, tokens: [], versionedFrom: undefined, blankBefore: false };
}

/** Reads one token more; false when it is `end`. */
function scanNext(scan: Scan): boolean {
  if (skipBlanksAndComments(scan)) {
    scanToken(scan);
    scan.blankBefore = false;
    return true;
  }
  const { text, versionedFrom } = scan;
  if (versionedFrom !== undefined) throw syntaxErrorAt(text, versionedFrom, 'unterminated comment');
  push(scan, 'end', text.length);
  return false;
}

type Scan = {
  readonly text: string;
  readonly options: LexerOptions;
  readonly tokens: Token[];
  at: number;
  /** Where the executed comment around `at` began. */
  versionedFrom: number | undefined;
  blankBefore: boolean;
};

type Extras = Readonly<{ quote?: "'" | '"'; introducer?: string }>;

type MutableToken = { -readonly [Key in keyof Token]: Token[Key] };

/** The hot path of bulk INSERTs: one object, one or two strings. */
function push(scan: Scan, kind: TokenKind, end: number, value?: string, extras?: Extras): void {
  const start = scan.at;
  const text = scan.text.slice(start, end);
  const token: MutableToken = {
    kind,
    text,
    value: value ?? text,
    upper: kind === 'word' ? text.toUpperCase() : '',
    start,
    end,
    spaceBefore: scan.blankBefore,
  };
  if (extras?.quote !== undefined) token.quote = extras.quote;
  if (extras?.introducer !== undefined) token.introducer = extras.introducer;
  if (scan.versionedFrom !== undefined) token.versioned = true;
  scan.tokens.push(token);
  scan.at = end;
}

/** True when a token follows. */
function skipBlanksAndComments(scan: Scan): boolean {
  const { text } = scan;
  for (;;) {
    const from = scan.at;
    scan.at = skipWhile(text, scan.at, isBlank);
    skipComment(scan);
    if (scan.at === from) return scan.at < text.length;
    scan.blankBefore = true;
  }
}

function skipComment(scan: Scan): void {
  const { text, at, options } = scan;
  switch (text.charCodeAt(at)) {
    case 47: // "/"
      if (text[at + 1] === '*') skipBlockComment(scan);
      return;
    case 42: // "*"
      if (text[at + 1] === '/' && scan.versionedFrom !== undefined) {
        scan.versionedFrom = undefined;
        scan.at = at + 2;
      }
      return;
    case 45: // "-"
      if (text[at + 1] !== '-') return;
      if (options.dialect === 'starrocks' || endsDashes(text, at + 2)) skipLine(scan);
      return;
    case 35: // "#"
      if (options.dialect === 'mysql') skipLine(scan);
      return;
    default:
  }
}

function skipLine(scan: Scan): void {
  const lineEnd = scan.text.indexOf('\n', scan.at);
  scan.at = lineEnd < 0 ? scan.text.length : lineEnd + 1;
}

/** MySQL takes `--` for a comment only before a blank, a control character or the end. */
function endsDashes(text: string, at: number): boolean {
  return at >= text.length || text.charCodeAt(at) <= 32;
}

function skipBlockComment(scan: Scan): void {
  const { text, at, options } = scan;
  const executable = options.dialect === 'mysql' && text[at + 2] === '!' && scan.versionedFrom === undefined;
  if (executable) {
    const digitsEnd = Math.min(skipWhile(text, at + 3, isDigit), at + 9);
    const versioned = digitsEnd - at >= 8; // five or six digits; fewer belong to the SQL inside
    const version = versioned ? Number(text.slice(at + 3, digitsEnd)) : 0;
    if (version <= options.versionNumber) {
      scan.versionedFrom = at;
      scan.at = versioned ? digitsEnd : at + 3;
      return;
    }
  }
  scan.at = commentEnd(text, at, executable);
}

/** Past the closing mark. Inside a skipped `/*!99999` comment MySQL lets plain comments nest. */
function commentEnd(text: string, at: number, mayNest: boolean): number {
  for (let from = at + 2; ;) {
    const close = text.indexOf('*/', from);
    if (close < 0) throw syntaxErrorAt(text, at, 'unterminated comment');
    if (!mayNest || !text.slice(from, close).includes('/*')) return close + 2;
    from = close + 2;
  }
}

function scanToken(scan: Scan): void {
  const { text, at, options } = scan;
  const code = text.charCodeAt(at);
  const char = text[at] ?? '';
  if (char === '`') return pushQuoted(scan, 'quoted', at);
  if (char === '"' && options.ansiQuotes && options.dialect === 'mysql')
    return pushQuoted(scan, 'quoted', at);
  if (char === "'" || char === '"') return pushQuoted(scan, 'string', at);
  if (isDigit(code)) return scanNumber(scan);
  if (isNamePart(code)) return scanWord(scan);
  if (char === '.' && isDigit(text.charCodeAt(at + 1))) return scanDotDigit(scan);
  if (char === '@') return scanVariable(scan);
  if (char === '?') return push(scan, 'parameter', at + 1);
  push(scan, 'operator', at + operatorLength(text, at));
}

function pushQuoted(scan: Scan, kind: TokenKind, from: number, introducer?: string): void {
  const { text, options } = scan;
  const quote = text[from];
  const escapes = kind === 'string' && !(options.noBackslashEscapes && options.dialect === 'mysql');
  const { value, end } = readQuoted(text, from, escapes);
  // MySQL's manual, "Schema Object Names": no name holds NUL.
  if (kind === 'quoted' && value.includes('\0')) throw syntaxErrorAt(text, from, 'NUL in a quoted name');
  if (kind !== 'string' || (quote !== "'" && quote !== '"')) return push(scan, kind, end, value);
  push(scan, kind, end, value, introducer === undefined ? { quote } : { quote, introducer });
}

/** A word, or what a prefix makes of the quote after it: N'…', x'…', b'…', _utf8mb4'…'. */
function scanWord(scan: Scan): void {
  const { text, at, options } = scan;
  const end = skipWhile(text, at, isNamePart);
  if (options.dialect === 'mysql' && !followsDot(scan)) {
    const prefix = text.slice(at, end).toLowerCase();
    const quoted = text[end] === "'";
    if (prefix === 'n' && quoted) return pushQuoted(scan, 'string', end);
    if (prefix === 'x' && quoted) return pushDigits(scan, 'hex', end);
    if (prefix === 'b' && quoted) return pushDigits(scan, 'bit', end);
    if (characterSets.has(prefix)) {
      const next = skipWhile(text, end, isBlank);
      if (text[next] === "'" || text[next] === '"') return pushQuoted(scan, 'string', next, prefix);
      if (/^x'/i.test(text.slice(next, next + 2))) return pushDigits(scan, 'hex', next + 1, prefix);
    }
  }
  push(scan, 'word', end);
}

/** MySQL's introducers. Another word with `_` before a string is a name, as in `AS _total 'x'`. */
const characterSets: ReadonlySet<string> = new Set(
  (
    'armscii8 ascii big5 binary cp1250 cp1251 cp1256 cp1257 cp850 cp852 cp866 cp932 dec8 eucjpms euckr gb18030 gb2312 ' +
    'gbk geostd8 greek hebrew hp8 keybcs2 koi8r koi8u latin1 latin2 latin5 latin7 macce macroman sjis swe7 tis620 ucs2 ' +
    'ujis utf16 utf16le utf32 utf8 utf8mb3 utf8mb4'
  )
    .split(' ')
    .map((name) => `_${name}`),
);

function pushDigits(scan: Scan, kind: 'hex' | 'bit', from: number, introducer?: string): void {
  const { value, end } = readQuoted(scan.text, from, false);
  const form = kind === 'hex' ? /^(?:[0-9a-f]{2})*$/i : /^[01]*$/;
  if (!form.test(value)) throw syntaxErrorAt(scan.text, scan.at, `invalid ${kind} literal`);
  push(scan, kind, end, value, introducer === undefined ? undefined : { introducer });
}

/** `t.1a`: directly after a name and its dot, digits go on with the name. */
function followsDot(scan: Scan): boolean {
  const dot = scan.tokens.at(-1);
  const name = scan.tokens.at(-2);
  if (dot?.text !== '.' || dot.end !== scan.at || name === undefined) return false;
  return (name.kind === 'word' || name.kind === 'quoted') && !dot.spaceBefore;
}

function scanNumber(scan: Scan): void {
  const { text, at, options } = scan;
  if (options.dialect === 'mysql' && followsDot(scan))
    return push(scan, 'word', skipWhile(text, at, isNamePart));
  const wordEnd = skipWhile(text, at, isNamePart);
  const prefix = text.slice(at, at + 2);
  if (prefix === '0x' && wordEnd > at + 2 && skipWhile(text, at + 2, isHexDigit) === wordEnd) {
    return push(scan, 'hex', wordEnd, text.slice(at + 2, wordEnd));
  }
  if (prefix === '0b' && wordEnd > at + 2 && skipWhile(text, at + 2, isBit) === wordEnd) {
    return push(scan, 'bit', wordEnd, text.slice(at + 2, wordEnd));
  }
  const end = numberEnd(text, at);
  const isName = end < wordEnd && isDigitName(text.slice(at, end), options);
  push(scan, isName ? 'word' : 'number', isName ? wordEnd : end);
}

/** `1repo` is a name; `1.5x` is a number and a word; `1e3x` is a number and a word to MySQL, a name to StarRocks. */
function isDigitName(number: string, options: LexerOptions): boolean {
  return options.dialect === 'mysql' ? /^\d+$/.test(number) : /^\w+$/.test(number);
}

function isBit(code: number): boolean {
  return code === 48 || code === 49;
}

/** Past digits, a fraction and an exponent. */
function numberEnd(text: string, at: number): number {
  let end = skipWhile(text, at, isDigit);
  if (text[end] === '.') end = skipWhile(text, end + 1, isDigit);
  if (text[end] !== 'e' && text[end] !== 'E') return end;
  const sign = text[end + 1] === '+' || text[end + 1] === '-' ? 1 : 0;
  const exponentEnd = skipWhile(text, end + 1 + sign, isDigit);
  return exponentEnd > end + 1 + sign ? exponentEnd : end;
}

/** `.5`, or the dot of `t.1a` (MySQL: of `t.1` too; StarRocks reads that as a number). */
function scanDotDigit(scan: Scan): void {
  const { text, at, options } = scan;
  const before = scan.tokens.at(-1);
  const afterName = (before?.kind === 'word' || before?.kind === 'quoted') && !scan.blankBefore;
  const end = numberEnd(text, at);
  const digitName = skipWhile(text, at + 1, isNamePart) > end;
  if (options.dialect === 'starrocks' ? digitName : afterName) return push(scan, 'operator', at + 1);
  push(scan, 'number', end);
}

function scanVariable(scan: Scan): void {
  const { text, at } = scan;
  const system = text[at + 1] === '@';
  const from = at + (system ? 2 : 1);
  const quote = text[from];
  const kind = system ? 'system_variable' : 'user_variable';
  if (quote === '`' || (!system && (quote === "'" || quote === '"'))) {
    const { value, end } = readQuoted(text, from, quote !== '`' && !scan.options.noBackslashEscapes);
    return push(scan, kind, end, value);
  }
  const end = skipWhile(text, from, isVariablePart);
  if (system && text[end] === '`') return pushScopedVariable(scan, from, end);
  if (end === from) return push(scan, 'operator', from);
  push(scan, kind, end, text.slice(from, end));
}

function isVariablePart(code: number): boolean {
  return isNamePart(code) || code === 46;
}

/** @@session.`name`. */
function pushScopedVariable(scan: Scan, from: number, quoteAt: number): void {
  const { value, end } = readQuoted(scan.text, quoteAt, false);
  push(scan, 'system_variable', end, scan.text.slice(from, quoteAt) + value);
}

const operators3: ReadonlySet<string> = new Set(['<=>', '->>']);
const operators2: ReadonlySet<string> = new Set(['<=', '>=', '<>', '!=', ':=', '||', '&&', '<<', '>>', '->']);

/** Characters that begin an operator of two or three. */
const longOperatorStarts = '<>-!:|&';

function operatorLength(text: string, at: number): number {
  if (!longOperatorStarts.includes(text[at] ?? '')) return 1;
  if (operators3.has(text.slice(at, at + 3))) return 3;
  return operators2.has(text.slice(at, at + 2)) ? 2 : 1;
}
