import type { CastTarget, Expression } from '../ast.ts';
import { notSupported } from '../not-supported.ts';
import { readCastTarget } from './cast-target.ts';
import { simpleCall } from './nodes.ts';
import { readExpression, type QueryReader } from './query-reader.ts';

const numberTypes: ReadonlySet<CastTarget['name']> = new Set([
  'SIGNED',
  'UNSIGNED',
  'DECIMAL',
  'DOUBLE',
  'FLOAT',
]);

/** What is returned where the query does not say (manual, JSON_VALUE). */
const usualTarget: CastTarget = { name: 'CHAR', arguments: [512] };

/** What stands within `JSON_VALUE(document, path [RETURNING type] [… ON EMPTY] [… ON ERROR])`. */
export function readJsonValue(reader: QueryReader): Expression {
  const document = readExpression(reader);
  reader.expectOperator(',');
  const path = readExpression(reader);
  const target = reader.accept('RETURNING') ? readCastTarget(reader) : undefined;
  const value = returned(document, path, target);
  const otherwise = readOnEmpty(reader);
  if (otherwise === undefined) return value;
  const isThere = simpleCall('JSON_CONTAINS_PATH', [
    document,
    { kind: 'string', value: 'one', binary: false },
    path,
  ]);
  const result = target === undefined ? otherwise : castTo(otherwise, target);
  const branches = [
    { when: number('1'), result: value },
    { when: number('0'), result },
  ];
  return { kind: 'case', operand: isThere, branches, otherwise: undefined };
}

function returned(document: Expression, path: Expression, target: CastTarget | undefined): Expression {
  if (target === undefined) return fitting(simpleCall('JSON_VALUE', [document, path]), usualTarget);
  if (target.name === 'JSON') return simpleCall('JSON_VALUE DOCUMENT', [document, path]);
  const text = simpleCall('JSON_VALUE', [document, path]);
  if (!numberTypes.has(target.name)) return castTo(fitting(text, target), target);
  // By way of a double: a number of a document is rounded, where a text would be cut.
  const value = simpleCall('JSON_VALUE NUMBER', [document, path]);
  return castTo(castTo(value, { name: 'DOUBLE', arguments: [] }), target);
}

/** A text that is longer than CHAR(n) is an error, which nobody asked for, and so NULL. */
function fitting(text: Expression, { name, arguments: [size] }: CastTarget): Expression {
  if (name !== 'CHAR' || size === undefined) return text;
  const length = simpleCall('CHAR_LENGTH', [text]);
  const when: Expression = { kind: 'compare', operator: '<=', left: length, right: number(String(size)) };
  return { kind: 'case', operand: undefined, branches: [{ when, result: text }], otherwise: undefined };
}

function castTo(operand: Expression, target: CastTarget): Expression {
  return { kind: 'cast', operand, target };
}

function number(text: string): Expression {
  return { kind: 'number', text };
}

/** The value of DEFAULT … ON EMPTY, or the error of ERROR ON EMPTY. NULL ON EMPTY and NULL ON ERROR say what is so without them. */
function readOnEmpty(reader: QueryReader): Expression | undefined {
  let value: Expression | undefined;
  while (reader.isWord('NULL', 'ERROR', 'DEFAULT')) {
    const answer = reader.next().upper;
    const given = readAnswer(reader, answer);
    reader.expect('ON');
    const event = reader.expectOneOf('EMPTY', 'ERROR');
    if (event === 'ERROR' && answer === 'ERROR') notSupported('ERROR ON ERROR of JSON_VALUE');
    if (event === 'ERROR' && answer === 'DEFAULT') notSupported('DEFAULT … ON ERROR of JSON_VALUE');
    value = given ?? value;
  }
  return value;
}

function readAnswer(reader: QueryReader, answer: string): Expression | undefined {
  if (answer === 'DEFAULT') return readExpression(reader);
  return answer === 'ERROR' ? simpleCall('JSON_VALUE EMPTY', []) : undefined;
}
