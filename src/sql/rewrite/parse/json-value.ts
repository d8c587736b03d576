import { decodeText } from '../../../base/text.ts';
import { defaultText, type JsonValuePlan, type ReturnedType } from '../../json/returned-value.ts';
import type { Fallback } from '../../json/table.ts';
import type { CastTarget, Expression } from '../ast.ts';
import { notSupported } from '../not-supported.ts';
import { readCastTarget } from './cast-target.ts';
import { readLiteral } from './literal.ts';
import { simpleCall } from './nodes.ts';
import { readExpression, type QueryReader } from './query-reader.ts';

/** What is returned where the query does not say (manual, JSON_VALUE). */
const usualType: ReturnedType = { name: 'CHAR', size: 512 };

/**
 * What stands within `JSON_VALUE(document, path [RETURNING type] [… ON EMPTY] [… ON ERROR])`: a call with the path and the plan as
 * literals, and a cast to the type around it.
 */
export function readJsonValue(reader: QueryReader): Expression {
  const document = readExpression(reader);
  reader.expectOperator(',');
  if (reader.peek().kind !== 'string') return reader.fail();
  const path = readExpression(reader);
  const target = reader.accept('RETURNING') ? readCastTarget(reader) : undefined;
  const type = target === undefined ? usualType : returnedType(target);
  const plan: JsonValuePlan = { type, ...readFallbacks(reader, type) };
  const planned: Expression = { kind: 'string', value: JSON.stringify(plan), binary: false };
  const operand = simpleCall('JSON_VALUE AS', [document, path, planned]);
  if (target === undefined || type.name === 'JSON') return operand;
  // A text that is long enough for a shorter one is not filled up.
  const sizes = type.name === 'BINARY' ? [] : target.arguments;
  return { kind: 'cast', operand, target: { name: type.name, arguments: sizes } };
}

function returnedType({ name, arguments: [size, scale], characterSet }: CastTarget): ReturnedType {
  switch (name) {
    case 'CHAR':
      if (characterSet?.toLowerCase() === 'binary')
        return returnedType({ name: 'BINARY', arguments: size === undefined ? [] : [size] });
      if (characterSet !== undefined && !/^utf8/i.test(characterSet))
        notSupported(`JSON_VALUE in the character set ${characterSet}`);
      return size === undefined ? { name } : { name, size };
    case 'BINARY':
      return size === undefined ? { name } : { name, size };
    case 'DECIMAL':
      return { name, size: size ?? 10, scale: scale ?? 0 };
    case 'DATE':
    case 'DATETIME':
    case 'TIME':
      return { name, size: size ?? 0 };
    default:
      return { name };
  }
}

/** `{NULL | ERROR | DEFAULT literal} ON {EMPTY | ERROR}`, each at most once and in this order. */
function readFallbacks(reader: QueryReader, type: ReturnedType): Omit<JsonValuePlan, 'type'> {
  let onEmpty: Fallback = { kind: 'null' };
  for (let events = ['EMPTY', 'ERROR']; reader.isWord('NULL', 'ERROR', 'DEFAULT'); events = ['ERROR']) {
    const given = readFallback(reader, type);
    reader.expect('ON');
    if (reader.expectOneOf(...events) === 'ERROR') return { onEmpty, onError: given };
    onEmpty = given;
  }
  return { onEmpty, onError: { kind: 'null' } };
}

function readFallback(reader: QueryReader, type: ReturnedType): Fallback {
  switch (reader.next().upper) {
    case 'NULL':
      return { kind: 'null' };
    case 'ERROR':
      return { kind: 'error' };
    default:
      return { kind: 'default', text: defaultText(readDefault(reader), type) };
  }
}

/** The text of a literal, which may be a number with its sign. */
function readDefault(reader: QueryReader): string {
  const truth = reader.acceptOneOf('TRUE', 'FALSE');
  if (truth !== undefined) return truth === 'TRUE' ? '1' : '0';
  if (reader.isWord('DATE', 'TIME', 'TIMESTAMP')) reader.next();
  const sign = reader.acceptOperator('-') ? '-' : '';
  if (sign === '') reader.acceptOperator('+');
  const literal = readLiteral(reader);
  switch (literal?.kind) {
    case 'number':
      return sign + literal.text;
    case 'string':
      return literal.value;
    case 'bytes':
      return decodeText(bytesOf(literal));
    default:
      return reader.fail();
  }
}

function bytesOf({ digits, base }: Extract<Expression, { kind: 'bytes' }>): Buffer {
  const hex = base === 16 ? digits : BigInt(`0b${digits}`).toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}
