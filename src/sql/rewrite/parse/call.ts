import type { Call, CastTarget, Expression, OrderItem } from '../ast.ts';
import { notSupported, readBits, readExpression, type Cursor } from './cursor.ts';
import { readOrderItems } from './order.ts';
import { simpleCall } from './nodes.ts';
import { readUnit } from './units.ts';
import { readOver } from './window.ts';

/** Functions that need no parentheses (manual, Date and Time Functions; Information Functions). */
const bareFunctions: ReadonlySet<string> = new Set([
  'CURRENT_DATE',
  'CURRENT_TIME',
  'CURRENT_TIMESTAMP',
  'LOCALTIME',
  'LOCALTIMESTAMP',
  'UTC_DATE',
  'UTC_TIME',
  'UTC_TIMESTAMP',
  'CURRENT_USER',
]);

/** Functions whose arguments have a grammar of their own; `undefined` when the next word is none of them. */
export function readKeywordFunction(cursor: Cursor): Expression | undefined {
  const word = cursor.peek().upper;
  if (!cursor.isOperator('(', 1)) {
    if (!bareFunctions.has(word) || cursor.isOperator('.', 1)) return undefined;
    cursor.next();
    return simpleCall(word, []);
  }
  const read = keywordFunctions.get(word);
  if (read === undefined) return undefined;
  cursor.next();
  cursor.expectOperator('(');
  const result = read(cursor, word);
  cursor.expectOperator(')');
  return result;
}

/** `name(arguments) [OVER …]`. */
export function readCall(cursor: Cursor): Call {
  const name = cursor.next().upper;
  cursor.expectOperator('(');
  const distinct = cursor.acceptWord('DISTINCT') !== undefined;
  cursor.acceptWord('ALL');
  const parameters = cursor.isOperator(')') ? [] : cursor.list(() => readExpression(cursor));
  let orderBy: readonly OrderItem[] = [];
  let separator: string | undefined;
  if (name === 'GROUP_CONCAT') {
    if (cursor.acceptPhrase('ORDER', 'BY')) orderBy = readOrderItems(cursor);
    if (cursor.acceptWord('SEPARATOR')) separator = cursor.next().value;
    if (cursor.isWord('LIMIT')) notSupported('LIMIT in GROUP_CONCAT');
  }
  cursor.expectOperator(')');
  if (cursor.acceptPhrase('RESPECT', 'NULLS')) return overOf(cursor, name, parameters, distinct);
  if (cursor.isWord('IGNORE') && cursor.isWordAt(1, 'NULLS')) notSupported('IGNORE NULLS');
  if (cursor.isWord('FROM') && cursor.isWordAt(1, 'FIRST', 'LAST')) notSupported('FROM FIRST and FROM LAST');
  return { ...overOf(cursor, name, parameters, distinct), orderBy, separator };
}

function overOf(cursor: Cursor, name: string, parameters: readonly Expression[], distinct: boolean): Call {
  const window = cursor.acceptWord('OVER') ? readOver(cursor) : undefined;
  return { ...simpleCall(name, parameters), distinct, window };
}

type KeywordReader = (cursor: Cursor, name: string) => Expression;

const keywordFunctions: ReadonlyMap<string, KeywordReader> = new Map<string, KeywordReader>([
  ['CAST', readCast],
  ['CONVERT', readConvert],
  ['EXTRACT', readExtract],
  ['TRIM', readTrim],
  ['SUBSTRING', readSubstring],
  ['SUBSTR', readSubstring],
  ['MID', readSubstring],
  ['POSITION', readPosition],
  ['DATE_ADD', readDateAdd],
  ['DATE_SUB', readDateAdd],
  ['ADDDATE', readDateAdd],
  ['SUBDATE', readDateAdd],
  ['TIMESTAMPADD', readUnitFirst],
  ['TIMESTAMPDIFF', readUnitFirst],
  ['GET_FORMAT', () => notSupported('GET_FORMAT')],
  ['WEIGHT_STRING', () => notSupported('WEIGHT_STRING')],
  ['CHAR', readChar],
  ['VALUES', readValuesFunction],
  ['DEFAULT', readDefaultFunction],
]);

function readCast(cursor: Cursor): Expression {
  const operand = readExpression(cursor);
  cursor.expectWord('AS');
  const target = readCastTarget(cursor);
  if (cursor.acceptWord('ARRAY')) notSupported('CAST … AS … ARRAY');
  return { kind: 'cast', operand, target };
}

function readConvert(cursor: Cursor): Expression {
  const operand = readExpression(cursor);
  if (cursor.acceptWord('USING')) {
    return { kind: 'convertUsing', operand, characterSet: cursor.next().value };
  }
  cursor.expectOperator(',');
  return { kind: 'cast', operand, target: readCastTarget(cursor) };
}

const castNames: ReadonlyMap<string, CastTarget['name']> = new Map<string, CastTarget['name']>([
  ['SIGNED', 'SIGNED'],
  ['INTEGER', 'SIGNED'],
  ['INT', 'SIGNED'],
  ['BIGINT', 'SIGNED'],
  ['UNSIGNED', 'UNSIGNED'],
  ['CHAR', 'CHAR'],
  ['CHARACTER', 'CHAR'],
  ['VARCHAR', 'CHAR'],
  ['STRING', 'CHAR'],
  ['NCHAR', 'CHAR'],
  ['BINARY', 'BINARY'],
  ['VARBINARY', 'BINARY'],
  ['DATE', 'DATE'],
  ['DATETIME', 'DATETIME'],
  ['TIMESTAMP', 'DATETIME'],
  ['TIME', 'TIME'],
  ['DECIMAL', 'DECIMAL'],
  ['NUMERIC', 'DECIMAL'],
  ['DEC', 'DECIMAL'],
  ['DOUBLE', 'DOUBLE'],
  ['REAL', 'DOUBLE'],
  ['FLOAT', 'FLOAT'],
  ['JSON', 'JSON'],
  ['YEAR', 'YEAR'],
]);

function readCastTarget(cursor: Cursor): CastTarget {
  const name = castNames.get(cursor.peek().upper);
  if (name === undefined) return cursor.fail();
  cursor.next();
  if (name === 'SIGNED' || name === 'UNSIGNED') cursor.acceptWord('INTEGER', 'INT');
  if (name === 'DOUBLE') cursor.acceptWord('PRECISION');
  const sizes: number[] = [];
  if (cursor.acceptOperator('(')) {
    sizes.push(...cursor.list(() => readSize(cursor)));
    cursor.expectOperator(')');
  }
  if (name === 'CHAR') readCharacterSet(cursor);
  return { name, arguments: sizes };
}

function readSize(cursor: Cursor): number {
  const token = cursor.peek();
  if (token.kind !== 'number' || !/^\d{1,9}$/.test(token.value)) return cursor.fail();
  cursor.next();
  return Number(token.value);
}

function readCharacterSet(cursor: Cursor): void {
  if (cursor.acceptWord('CHARSET') || cursor.acceptPhrase('CHARACTER', 'SET')) cursor.next();
  cursor.acceptWord('BINARY', 'ASCII', 'UNICODE');
}

function readExtract(cursor: Cursor): Expression {
  const unit = readUnit(cursor);
  cursor.expectWord('FROM');
  return { kind: 'extract', unit, operand: readExpression(cursor) };
}

/** TRIM([BOTH|LEADING|TRAILING] [what] FROM text): becomes a call with side, text and what. */
function readTrim(cursor: Cursor): Expression {
  const side = cursor.acceptWord('BOTH', 'LEADING', 'TRAILING');
  const name = `TRIM ${side ?? 'BOTH'}`;
  if (side !== undefined && cursor.acceptWord('FROM')) return simpleCall(name, [readExpression(cursor)]);
  const first = readExpression(cursor);
  if (!cursor.acceptWord('FROM')) return simpleCall(name, [first]);
  return simpleCall(name, [readExpression(cursor), first]);
}

function readSubstring(cursor: Cursor): Expression {
  const parts = [readExpression(cursor)];
  if (cursor.acceptWord('FROM')) {
    parts.push(readExpression(cursor));
    if (cursor.acceptWord('FOR')) parts.push(readExpression(cursor));
  } else {
    while (cursor.acceptOperator(',')) parts.push(readExpression(cursor));
  }
  return simpleCall('SUBSTRING', parts);
}

function readPosition(cursor: Cursor): Expression {
  const what = readBits(cursor);
  cursor.expectWord('IN');
  return simpleCall('LOCATE', [what, readExpression(cursor)]);
}

/** The second argument is INTERVAL … unit, or for ADDDATE and SUBDATE a number of days. */
function readDateAdd(cursor: Cursor, name: string): Expression {
  const operator = name === 'DATE_SUB' || name === 'SUBDATE' ? '-' : '+';
  const date = readExpression(cursor);
  cursor.expectOperator(',');
  const hasUnit = cursor.acceptWord('INTERVAL') !== undefined;
  if (!hasUnit && !name.endsWith('DATE')) return cursor.fail();
  const amount = readExpression(cursor);
  return { kind: 'dateArithmetic', operator, date, amount, unit: hasUnit ? readUnit(cursor) : 'DAY' };
}

function readUnitFirst(cursor: Cursor, name: string): Expression {
  const unit = readUnit(cursor);
  cursor.expectOperator(',');
  const first = readExpression(cursor);
  cursor.expectOperator(',');
  const second = readExpression(cursor);
  if (name === 'TIMESTAMPADD') {
    return { kind: 'dateArithmetic', operator: '+', date: second, amount: first, unit };
  }
  return simpleCall(`TIMESTAMPDIFF ${unit}`, [first, second]);
}

function readChar(cursor: Cursor): Expression {
  const codes = cursor.list(() => readExpression(cursor));
  if (!cursor.acceptWord('USING')) return simpleCall('CHAR', codes);
  return { kind: 'convertUsing', operand: simpleCall('CHAR', codes), characterSet: cursor.next().value };
}

/** VALUES(column) inside ON DUPLICATE KEY UPDATE. */
function readValuesFunction(cursor: Cursor): Expression {
  return simpleCall('VALUES', [readExpression(cursor)]);
}

function readDefaultFunction(cursor: Cursor): Expression {
  const column = readExpression(cursor);
  if (column.kind !== 'column') return cursor.fail();
  return { kind: 'default', column };
}
