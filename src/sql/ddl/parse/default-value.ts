import { SqlError } from '../../../base/sql-error.ts';
import type { DataType, Expression } from '../definition.ts';
import { quoteText } from '../../quote.ts';
import type { TokenReader } from '../../token-reader.ts';
import { canonicalText, parseExpression } from './expression.ts';

/** MySQL's names of the current time, all shown as CURRENT_TIMESTAMP. */
const currentTimeNames: readonly string[] = ['CURRENT_TIMESTAMP', 'NOW', 'LOCALTIME', 'LOCALTIMESTAMP'];

/**
 * default := literal | NULL | TRUE | FALSE | [+ | -] number | now | ( expression ) | function ( arguments )
 *
 * Literals come back as SHOW CREATE TABLE prints them, an expression in its parentheses.
 */
export function parseDefault(reader: TokenReader): Expression {
  const token = reader.peek();
  if (reader.isWord(...currentTimeNames)) return parseCurrentTime(reader);
  if (reader.isOperator('(')) return { text: `(${parseInside(reader)})` };
  if (reader.accept('NULL')) return { text: 'NULL' };
  if (reader.accept('TRUE')) return { text: "'1'" };
  if (reader.accept('FALSE')) return { text: "'0'" };
  if (token.kind === 'string') return { text: quoteText(reader.string()) };
  if (token.kind === 'hex') return { text: `0x${reader.next().value.toUpperCase()}` };
  if (token.kind === 'bit') return { text: `b'${reader.next().value}'` };
  if (token.kind === 'word' && reader.isOperator('(', 1)) return { text: `(${parseCall(reader)})` };
  return { text: quoteText(parseSignedNumber(reader)) };
}

/** now := (CURRENT_TIMESTAMP | NOW | LOCALTIME | LOCALTIMESTAMP) [( [digits] )] */
export function parseCurrentTime(reader: TokenReader): Expression {
  reader.expectOneOf(...currentTimeNames);
  if (!reader.acceptOperator('(')) return { text: 'CURRENT_TIMESTAMP' };
  const digits = reader.isOperator(')') ? 0 : reader.integer();
  reader.expectOperator(')');
  return { text: digits === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${digits})` };
}

/** number := [+ | -] digits; the sign stays when it is minus */
export function parseSignedNumber(reader: TokenReader): string {
  const sign = reader.acceptOperator('-') ? '-' : '';
  if (sign === '') reader.acceptOperator('+');
  if (reader.peek().kind !== 'number') reader.fail();
  return sign + reader.next().value;
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

function parseInside(reader: TokenReader): string {
  return reader.parenthesized(() => parseExpression(reader).text);
}

function parseCall(reader: TokenReader): string {
  const mark = reader.mark;
  reader.name();
  reader.expectOperator('(');
  if (!reader.isOperator(')')) reader.list(() => parseExpression(reader));
  reader.expectOperator(')');
  return canonicalText(reader.tokensSince(mark));
}
