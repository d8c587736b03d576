import { SqlError } from '../../../base/sql-error.ts';
import type { DataType, Expression } from '../definition.ts';
import { quoteText } from '../quote.ts';
import type { Cursor } from './cursor.ts';
import { canonicalText, parseExpression } from './expression.ts';

/** MySQL's names of the current time, all shown as CURRENT_TIMESTAMP. */
const currentTimeNames: readonly string[] = ['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP'];

/**
 * default := literal | NULL | TRUE | FALSE | [+ | -] number | now | ( expression ) | function ( arguments )
 *
 * Literals come back as SHOW CREATE TABLE prints them, an expression in its parentheses.
 */
export function parseDefault(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (cursor.isWord(...currentTimeNames)) return parseCurrentTime(cursor);
  if (cursor.isOperator('(')) return { text: `(${parseInside(cursor)})` };
  if (cursor.take('NULL')) return { text: 'NULL' };
  if (cursor.take('TRUE')) return { text: "'1'" };
  if (cursor.take('FALSE')) return { text: "'0'" };
  if (token.kind === 'string') return { text: quoteText(cursor.string()) };
  if (token.kind === 'hex') return { text: `0x${cursor.next().value.toUpperCase()}` };
  if (token.kind === 'bit') return { text: `b'${cursor.next().value}'` };
  if (token.kind === 'word' && cursor.isOperator('(', 1)) return { text: `(${parseCall(cursor)})` };
  return { text: quoteText(parseSignedNumber(cursor)) };
}

/** now := (CURRENT_TIMESTAMP | NOW | LOCALTIME | LOCALTIMESTAMP) [( [digits] )] */
export function parseCurrentTime(cursor: Cursor): Expression {
  cursor.expectOneOf(...currentTimeNames);
  if (!cursor.takeOperator('(')) return { text: 'CURRENT_TIMESTAMP' };
  const digits = cursor.isOperator(')') ? 0 : cursor.integer();
  cursor.expectOperator(')');
  return { text: digits === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${digits})` };
}

/** number := [+ | -] digits; the sign stays when it is minus */
export function parseSignedNumber(cursor: Cursor): string {
  const sign = cursor.takeOperator('-') ? '-' : '';
  if (sign === '') cursor.takeOperator('+');
  if (cursor.peek().kind !== 'number') cursor.fail();
  return sign + cursor.next().value;
}

/**
 * A literal default as MySQL keeps it for a type: DECIMAL with all its digits after the point, a BIT as b'…'. Throws
 * invalid_default for NULL where the column cannot be NULL, and for literals of TEXT, BLOB, JSON and GEOMETRY.
 */
export function settleDefault(
  column: Readonly<{ name: string; type: DataType; nullable: boolean }>,
  written: Expression,
): Expression | undefined {
  const { type } = column;
  if (written.text === 'NULL') {
    if (!column.nullable) throw invalidDefault(column.name);
    return undefined;
  }
  const literal = /^'(-?\d+(?:\.\d*)?|-?\.\d+)'$/.exec(written.text)?.[1];
  if (literal === undefined) return written;
  if (type.name.startsWith('DECIMAL')) return { text: quoteText(withScale(literal, type.arguments[1] ?? 0)) };
  if (type.name === 'BIT' && /^\d+$/.test(literal)) return { text: `b'${BigInt(literal).toString(2)}'` };
  return written;
}

function invalidDefault(column: string): SqlError {
  return new SqlError('invalid_default', `Invalid default value for '${column}'`);
}

/** `3` with two digits is `3.00`. Digits beyond the scale stay, for the engine to judge. */
function withScale(number: string, scale: number): string {
  const [whole = '', fraction = ''] = number.split('.');
  const padded = fraction.padEnd(scale, '0');
  const sign = whole.startsWith('-') ? '-' : '';
  const digits = whole.replace('-', '').replace(/^0+(?=\d)/, '') || '0';
  return padded === '' ? sign + digits : `${sign}${digits}.${padded}`;
}

function parseInside(cursor: Cursor): string {
  return cursor.parenthesized(() => parseExpression(cursor).text);
}

function parseCall(cursor: Cursor): string {
  const mark = cursor.mark;
  cursor.name();
  cursor.expectOperator('(');
  if (!cursor.isOperator(')')) cursor.list(() => parseExpression(cursor));
  cursor.expectOperator(')');
  return canonicalText(cursor.tokensSince(mark));
}
