import type { ColumnName, Expression } from '../ast.ts';
import { readCall, readKeywordFunction } from './call.ts';
import { notSupported } from '../not-supported.ts';
import { assignmentInExpression } from '../text-warning.ts';
import {
  noteDeprecated,
  readBits,
  readExpression,
  readParameter,
  readSubquery,
  type QueryReader,
} from './query-reader.ts';
import { readLiteral } from './literal.ts';
import { isIntervalAhead, isSubqueryAhead } from './lookahead.ts';
import { isName, isReserved, readName } from './names.ts';
import { simpleCall } from './nodes.ts';
import { readUnit } from './units.ts';

/** `simple_expr` with its suffixes: COLLATE and the JSON arrows. */
export function readSimple(reader: QueryReader): Expression {
  let expression = reader.nested(() => readPrefix(reader));
  for (;;) {
    if (reader.accept('COLLATE')) {
      const token = reader.next();
      expression = { kind: 'collate', operand: expression, collation: token.value };
    } else if (reader.isOperator('->') || reader.isOperator('->>')) {
      expression = readArrow(reader, expression);
    } else {
      return expression;
    }
  }
}

function readArrow(reader: QueryReader, operand: Expression): Expression {
  const isUnquoting = reader.next().text === '->>';
  const path = reader.peek();
  if (path.kind !== 'string') return reader.fail();
  reader.next();
  const extract = simpleCall('JSON_EXTRACT', [operand, { kind: 'string', value: path.value, binary: false }]);
  return isUnquoting ? simpleCall('JSON_UNQUOTE', [extract]) : extract;
}

function readPrefix(reader: QueryReader): Expression {
  const token = reader.peek();
  if (token.kind === 'operator') return readOperatorPrefix(reader);
  if (token.kind === 'word') return readWord(reader);
  if (token.kind === 'quoted') return readColumnOrCall(reader);
  if (token.kind === 'parameter') return readParameter(reader);
  if (token.kind === 'system_variable') {
    reader.next();
    return { kind: 'systemVariable', name: token.value };
  }
  if (token.kind === 'user_variable') return readUserVariable(reader);
  return readLiteral(reader) ?? reader.fail();
}

function readUserVariable(reader: QueryReader): Expression {
  const token = reader.next();
  if (reader.acceptOperator(':=')) {
    reader.warnings.push(assignmentInExpression);
    return { kind: 'assignment', name: token.value, value: readExpression(reader) };
  }
  return { kind: 'userVariable', name: token.value };
}

function readOperatorPrefix(reader: QueryReader): Expression {
  const token = reader.peek();
  switch (token.text) {
    case '-':
    case '+':
    case '~':
      reader.next();
      return { kind: 'unary', operator: token.text, operand: readSimple(reader) };
    case '!':
      reader.next();
      noteDeprecated(reader, "'!'", 'Please use NOT instead');
      return { kind: 'unary', operator: 'NOT', operand: readSimple(reader) };
    case '(':
      return readParenthesised(reader);
    case '{':
      return readOdbcEscape(reader);
    case '*':
      reader.next();
      return { kind: 'star' };
    default:
      return reader.fail();
  }
}

function readParenthesised(reader: QueryReader): Expression {
  if (isSubqueryAhead(reader)) return { kind: 'subquery', query: readSubquery(reader) };
  const items = reader.parenthesized(() => reader.list(() => readExpression(reader)));
  return items.length === 1 ? (items[0] as Expression) : { kind: 'row', items };
}

/** `{d '2024-01-01'}`, `{t …}`, `{ts …}`, `{fn NAME(…)}`: ODBC's escapes, which MySQL reads. */
function readOdbcEscape(reader: QueryReader): Expression {
  reader.expectOperator('{');
  const word = reader.next().upper;
  let result: Expression;
  if (word === 'FN') {
    result = readExpression(reader);
  } else {
    const type = word === 'D' ? 'date' : word === 'T' ? 'time' : word === 'TS' ? 'datetime' : undefined;
    const value = reader.next();
    if (type === undefined || value.kind !== 'string') return reader.fail();
    result = { kind: 'temporal', type, value: value.value };
  }
  reader.expectOperator('}');
  return result;
}

function readWord(reader: QueryReader): Expression {
  const token = reader.peek();
  switch (token.upper) {
    case 'NULL':
      reader.next();
      return { kind: 'null' };
    case 'TRUE':
    case 'FALSE':
      reader.next();
      return { kind: 'boolean', value: token.upper === 'TRUE' };
    case 'CASE':
      return readCase(reader);
    case 'BINARY':
      reader.next();
      noteDeprecated(reader, "'BINARY expr'", 'Please use CAST instead');
      return { kind: 'cast', operand: readSimple(reader), target: { name: 'BINARY', arguments: [] } };
    case 'ROW':
      if (!reader.isOperator('(', 1)) break;
      reader.next();
      return readRow(reader);
    case 'EXISTS':
      reader.next();
      return { kind: 'exists', query: readSubquery(reader) };
    case 'INTERVAL':
      if (isIntervalAhead(reader)) return readLeadingInterval(reader);
      break;
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      if (reader.peek(1).kind === 'string') return readTemporal(reader);
      break;
    case 'MATCH':
      notSupported('full-text search (MATCH … AGAINST)');
  }
  return readKeywordFunction(reader) ?? readColumnOrCall(reader);
}

function readTemporal(reader: QueryReader): Expression {
  const word = reader.next().upper;
  const type = word === 'DATE' ? 'date' : word === 'TIME' ? 'time' : 'datetime';
  return { kind: 'temporal', type, value: reader.next().value };
}

function readRow(reader: QueryReader): Expression {
  const items = reader.parenthesized(() => reader.list(() => readExpression(reader)));
  return { kind: 'row', items };
}

function readCase(reader: QueryReader): Expression {
  reader.expect('CASE');
  const operand = reader.isWord('WHEN') ? undefined : readExpression(reader);
  const branches: { when: Expression; result: Expression }[] = [];
  while (reader.accept('WHEN')) {
    const when = readExpression(reader);
    reader.expect('THEN');
    branches.push({ when, result: readExpression(reader) });
  }
  if (branches.length === 0) reader.fail();
  const otherwise = reader.accept('ELSE') ? readExpression(reader) : undefined;
  reader.expect('END');
  return { kind: 'case', operand, branches, otherwise };
}

/** A column, a qualified column or star, or a call. */
function readColumnOrCall(reader: QueryReader): Expression {
  const token = reader.peek();
  if (token.kind === 'word' && reader.isOperator('(', 1)) return readCall(reader);
  if (isReserved(token) || !isName(token)) return reader.fail();
  const parts = [readName(reader)];
  while (reader.acceptOperator('.')) {
    if (reader.acceptOperator('*')) return qualifiedStar(reader, parts);
    parts.push(readName(reader, true));
  }
  return reader.isOperator('(') ? readStoredCall(reader, parts) : columnOf(reader, parts);
}

/** `database.name(…)` and `` `name`(…) ``. */
function readStoredCall(reader: QueryReader, parts: readonly string[]): Expression {
  const [name, database] = parts.toReversed();
  if (name === undefined || parts.length > 2) return reader.fail();
  const values = reader.parenthesized(() =>
    reader.isOperator(')') ? [] : reader.list(() => readExpression(reader)),
  );
  const call = { ...simpleCall(name.toUpperCase(), values), quoted: name };
  return database === undefined ? call : { ...call, database };
}

function qualifiedStar(reader: QueryReader, parts: readonly string[]): Expression {
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) return reader.fail();
  return second === undefined
    ? { kind: 'star', table: first }
    : { kind: 'star', database: first, table: second };
}

function columnOf(reader: QueryReader, parts: readonly string[]): ColumnName {
  const [first, second, third] = parts;
  if (first === undefined || parts.length > 3) return reader.fail();
  if (second === undefined) return { kind: 'column', name: first };
  if (third === undefined) return { kind: 'column', table: first, name: second };
  return { kind: 'column', database: first, table: second, name: third };
}

/** `INTERVAL n unit + date`: the amount stands first. */
function readLeadingInterval(reader: QueryReader): Expression {
  reader.expect('INTERVAL');
  const amount = readExpression(reader);
  const unit = readUnit(reader);
  reader.expectOperator('+');
  return { kind: 'dateArithmetic', operator: '+', date: readBits(reader), amount, unit };
}
