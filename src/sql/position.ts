import { SqlError } from '../base/sql-error.ts';
import type { TextPosition } from '../base/sql-error.ts';

/** Line and column of an offset, both from 1. A line ends with `\n`, `\r\n` or a lone `\r`; columns are UTF-16 units. */
export function positionAt(text: string, offset: number): TextPosition {
  let line = 1;
  let lineStart = 0;
  for (let at = 0; at < offset && at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const endsLine = code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10);
    if (!endsLine) continue;
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1, offset };
}

/**
 * A syntax error in StarRocks' words. Its text counts columns from 0, as StarRocks does; `position` counts from 1.
 */
export function syntaxErrorAt(text: string, offset: number, detail: string): SqlError {
  const position = positionAt(text, offset);
  const place = `line ${position.line}, column ${position.column - 1}`;
  return new SqlError('syntax', `Getting syntax error at ${place}. Detail message: ${detail}.`, { position });
}

/** Characters of the statement shown in a syntax error, as MySQL shows. */
const nearLengthMax = 80;

/** A syntax error in MySQL's words. `near` is the statement from the wrong place on. */
export function syntaxErrorNear(near: string, position?: TextPosition): SqlError {
  const message =
    'You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version for ' +
    `the right syntax to use near '${near.slice(0, nearLengthMax)}' at line ${position?.line ?? 1}`;
  return new SqlError('syntax', message, position === undefined ? {} : { position });
}

/** What passwords and keys stand behind, also where the statement around them is mistyped. */
const telling = /identified|passw|secret|token|credential|access[._-]?key/i;

/**
 * The same for a statement that nobody knows. What follows a telling word in it may be a secret, and errors end up in the
 * logs of clients.
 */
export function syntaxErrorOfUnknown(text: string): SqlError {
  const found = telling.exec(text);
  return syntaxErrorNear(found === null ? text : `${text.slice(0, found.index + found[0].length)} …`);
}
