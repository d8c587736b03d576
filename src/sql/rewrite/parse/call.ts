import type { Call, Expression, OrderItem } from '../ast.ts';
import { notSupported } from '../not-supported.ts';
import { readCastTarget } from './cast-target.ts';
import { readJsonValue } from './json-value.ts';
import {
  noteCharacterSet,
  noteDeprecated,
  readBits,
  readExpression,
  type QueryReader,
} from './query-reader.ts';
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
export function readKeywordFunction(reader: QueryReader): Expression | undefined {
  const word = reader.peek().upper;
  if (!reader.isOperator('(', 1)) {
    if (!bareFunctions.has(word) || reader.isOperator('.', 1)) return undefined;
    reader.next();
    return simpleCall(word, []);
  }
  const read = keywordFunctions.get(word);
  if (read === undefined) return undefined;
  reader.next();
  const result = reader.parenthesized(() => read(reader, word));
  return result;
}

/** `name(arguments) [OVER …]`. */
export function readCall(reader: QueryReader): Call {
  const { start } = reader.peek();
  const call = readPlainCall(reader);
  reader.spans?.set(call, reader.spanFrom(start));
  return call;
}

function readPlainCall(reader: QueryReader): Call {
  const name = reader.next().upper;
  reader.expectOperator('(');
  if (name === 'FOUND_ROWS') noteDeprecated(reader, 'FOUND_ROWS()', 'Consider using COUNT(*) instead.');
  const distinct = reader.accept('DISTINCT');
  reader.accept('ALL');
  const parameters = reader.isOperator(')') ? [] : reader.list(() => readExpression(reader));
  let orderBy: readonly OrderItem[] = [];
  let separator: string | undefined;
  if (name === 'GROUP_CONCAT') {
    if (reader.accept('ORDER', 'BY')) orderBy = readOrderItems(reader);
    if (reader.accept('SEPARATOR')) separator = reader.next().value;
    if (reader.isWord('LIMIT')) notSupported('LIMIT in GROUP_CONCAT');
  }
  reader.expectOperator(')');
  if (reader.accept('RESPECT', 'NULLS')) return overOf(reader, name, parameters, distinct);
  if (reader.isWord('IGNORE') && reader.isWordAt(1, 'NULLS')) notSupported('IGNORE NULLS');
  if (reader.isWord('FROM') && reader.isWordAt(1, 'FIRST', 'LAST')) notSupported('FROM FIRST and FROM LAST');
  return { ...overOf(reader, name, parameters, distinct), orderBy, separator };
}

function overOf(
  reader: QueryReader,
  name: string,
  parameters: readonly Expression[],
  distinct: boolean,
): Call {
  const window = reader.accept('OVER') ? readOver(reader) : undefined;
  return { ...simpleCall(name, parameters), distinct, window };
}

type KeywordReader = (reader: QueryReader, name: string) => Expression;

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
  ['GET_FORMAT', readGetFormat],
  ['WEIGHT_STRING', () => notSupported('WEIGHT_STRING')],
  ['CHAR', readChar],
  ['JSON_VALUE', readJsonValue],
  ['VALUES', readValuesFunction],
  ['DEFAULT', readDefaultFunction],
]);

function readCast(reader: QueryReader): Expression {
  const operand = readExpression(reader);
  reader.expect('AS');
  const target = readCastTarget(reader);
  if (reader.accept('ARRAY')) notSupported('CAST … AS … ARRAY');
  return { kind: 'cast', operand, target };
}

function readCharacterSetName(reader: QueryReader): string {
  const name = reader.next().value;
  noteCharacterSet(reader, name);
  return name;
}

function readConvert(reader: QueryReader): Expression {
  const operand = readExpression(reader);
  if (reader.accept('USING')) {
    return { kind: 'convertUsing', operand, characterSet: readCharacterSetName(reader) };
  }
  reader.expectOperator(',');
  return { kind: 'cast', operand, target: readCastTarget(reader) };
}

function readExtract(reader: QueryReader): Expression {
  const unit = readUnit(reader);
  reader.expect('FROM');
  return { kind: 'extract', unit, operand: readExpression(reader) };
}

/** TRIM([BOTH|LEADING|TRAILING] [what] FROM text): becomes a call with side, text and what. */
function readTrim(reader: QueryReader): Expression {
  const side = reader.acceptOneOf('BOTH', 'LEADING', 'TRAILING');
  const name = `TRIM ${side ?? 'BOTH'}`;
  if (side !== undefined && reader.accept('FROM')) return simpleCall(name, [readExpression(reader)]);
  const first = readExpression(reader);
  if (!reader.accept('FROM')) return simpleCall(name, [first]);
  return simpleCall(name, [readExpression(reader), first]);
}

function readSubstring(reader: QueryReader): Expression {
  const parts = [readExpression(reader)];
  if (reader.accept('FROM')) {
    parts.push(readExpression(reader));
    if (reader.accept('FOR')) parts.push(readExpression(reader));
  } else {
    while (reader.acceptOperator(',')) parts.push(readExpression(reader));
  }
  return simpleCall('SUBSTRING', parts);
}

function readPosition(reader: QueryReader): Expression {
  const what = readBits(reader);
  reader.expect('IN');
  return simpleCall('LOCATE', [what, readExpression(reader)]);
}

/** The second argument is INTERVAL … unit, or for ADDDATE and SUBDATE a number of days. */
function readDateAdd(reader: QueryReader, name: string): Expression {
  const operator = name === 'DATE_SUB' || name === 'SUBDATE' ? '-' : '+';
  const date = readExpression(reader);
  reader.expectOperator(',');
  const hasUnit = reader.accept('INTERVAL');
  if (!hasUnit && !name.endsWith('DATE')) return reader.fail();
  const amount = readExpression(reader);
  return { kind: 'dateArithmetic', operator, date, amount, unit: hasUnit ? readUnit(reader) : 'DAY' };
}

/** GET_FORMAT(DATE | TIME | DATETIME | TIMESTAMP, style). */
function readGetFormat(reader: QueryReader): Expression {
  const type = reader.expectOneOf('DATE', 'TIME', 'DATETIME', 'TIMESTAMP');
  reader.expectOperator(',');
  return simpleCall(`GET_FORMAT ${type}`, [readExpression(reader)]);
}

function readUnitFirst(reader: QueryReader, name: string): Expression {
  const unit = readUnit(reader);
  reader.expectOperator(',');
  const first = readExpression(reader);
  reader.expectOperator(',');
  const second = readExpression(reader);
  if (name === 'TIMESTAMPADD') {
    return { kind: 'dateArithmetic', operator: '+', date: second, amount: first, unit };
  }
  return simpleCall(`TIMESTAMPDIFF ${unit}`, [first, second]);
}

function readChar(reader: QueryReader): Expression {
  const codes = reader.list(() => readExpression(reader));
  if (!reader.accept('USING')) return simpleCall('CHAR', codes);
  return {
    kind: 'convertUsing',
    operand: simpleCall('CHAR', codes),
    characterSet: readCharacterSetName(reader),
  };
}

/** VALUES(column) inside ON DUPLICATE KEY UPDATE. */
function readValuesFunction(reader: QueryReader): Expression {
  return simpleCall('VALUES', [readExpression(reader)]);
}

function readDefaultFunction(reader: QueryReader): Expression {
  const column = readExpression(reader);
  if (column.kind !== 'column') return reader.fail();
  return { kind: 'default', column };
}
