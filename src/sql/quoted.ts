import { syntaxErrorAt } from './position.ts';

/**
 * The decoded text of a string or quoted name that begins with its quote at `from`, and the offset past its end.
 * A doubled quote stands for one; with `escapes`, MySQL's backslash escapes are decoded. Throws `syntax` when the
 * closing quote is missing.
 */
export function readQuoted(
  text: string,
  from: number,
  escapes: boolean,
): Readonly<{ value: string; end: number }> {
  const quote = text.charCodeAt(from);
  let value = '';
  let runStart = from + 1;
  for (let at = runStart; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      value += text.slice(runStart, at);
      if (text.charCodeAt(at + 1) !== quote) return { value, end: at + 1 };
      at += 1;
      runStart = at; // the second quote of the pair begins the next run
    } else if (code === 92 && escapes && at + 1 < text.length) {
      value += text.slice(runStart, at) + decodeEscape(text[at + 1] ?? '');
      at += 1;
      runStart = at + 1;
    }
  }
  throw syntaxErrorAt(text, from, quote === 96 ? 'unterminated quoted name' : 'unterminated string');
}

/** MySQL's manual, "String Literals": `\%` and `\_` keep the backslash, for LIKE. */
function decodeEscape(char: string): string {
  switch (char) {
    case '0':
      return '\0';
    case 'b':
      return '\b';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'Z':
      return '\x1a';
    case '%':
    case '_':
      return `\\${char}`;
    default:
      return char;
  }
}
