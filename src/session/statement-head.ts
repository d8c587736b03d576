import { SqlError } from '../base/sql-error.ts';
import { tokenize } from '../sql/lexer.ts';
import type { LexerOptions } from '../sql/token.ts';

/** Longer texts are bulk data, of which only the beginning is read when another server reads the rest. */
const readLengthMax = 64 * 1_024;
/** Holds the words that tell statements apart, and a comment before them. */
const headLength = 1_024;

export function isBulk(text: string): boolean {
  return text.length > readLengthMax;
}

/** A statement behind another one: its words, without data. */
const laterHeadLength = 128;

/** The beginnings of all statements of a long text. Bodies of programs count as statements: what is read of them is too much, not too little. */
export function headsOf(text: string, options: LexerOptions): readonly string[] {
  const heads = [headOf(text, options)];
  for (const start of startsBehind(text, options)) {
    heads.push(headOf(text.slice(start, start + laterHeadLength), options));
  }
  return heads;
}

/**
 * Where a statement begins behind a `;`. Jumps from mark to mark, so that megabytes of values cost milliseconds: a
 * doubled quote ends a string and begins the next, which comes to the same.
 */
function* startsBehind(text: string, { noBackslashEscapes }: LexerOptions): Generator<number> {
  const mark = /['"`;#]|--\s|\/\*/g;
  const visible = /\S/g;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const [opening] = found;
    const behind = mark.lastIndex;
    switch (opening) {
      case ';':
        visible.lastIndex = behind;
        if (!visible.test(text)) return;
        yield visible.lastIndex - 1;
        break;
      case "'":
      case '"':
      case '`': {
        const escapes = opening !== '`' && !noBackslashEscapes;
        mark.lastIndex = behindQuote(text, opening, behind, escapes);
        break;
      }
      case '/*':
        mark.lastIndex = behindNext(text, '*/', behind);
        break;
      default:
        mark.lastIndex = behindNext(text, '\n', behind - 1);
    }
  }
}

function behindQuote(text: string, quote: string, from: number, escapes: boolean): number {
  for (let at = text.indexOf(quote, from); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (!escapes || backslashesBefore(text, at, from) % 2 === 0) return at + 1;
  }
  return text.length;
}

function backslashesBefore(text: string, at: number, from: number): number {
  let count = 0;
  while (at - count > from && text[at - count - 1] === '\\') count += 1;
  return count;
}

function behindNext(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at + mark.length;
}

/** The beginning of a text as far as it can be read alone: not into a string, a quoted name or a comment. */
export function headOf(text: string, options: LexerOptions): string {
  let head = text.slice(0, headLength);
  while (head !== '' && !isReadable(head, options)) {
    head = head.slice(
      0,
      Math.max(...['"', "'", '`', '/*', '--', '#'].map((mark) => head.lastIndexOf(mark)), 0),
    );
  }
  return head;
}

function isReadable(text: string, options: LexerOptions): boolean {
  try {
    tokenize(text, options);
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}
