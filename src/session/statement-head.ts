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
