import type { ColumnName, Expression } from '../ast.ts';
import { readCall, readKeywordFunction } from './call.ts';
import { notSupported, readBits, readExpression, readSubquery, type Cursor } from './cursor.ts';
import { readLiteral } from './literal.ts';
import { isIntervalAhead, isSubqueryAhead } from './lookahead.ts';
import { isName, isReserved, readName } from './names.ts';
import { simpleCall } from './nodes.ts';
import { readUnit } from './units.ts';

/** `simple_expr` with its suffixes: COLLATE and the JSON arrows. */
export function readSimple(cursor: Cursor): Expression {
  let expression = cursor.nested(() => readPrefix(cursor));
  for (;;) {
    if (cursor.acceptWord('COLLATE')) {
      const token = cursor.next();
      expression = { kind: 'collate', operand: expression, collation: token.value };
    } else if (cursor.isOperator('->') || cursor.isOperator('->>')) {
      expression = readArrow(cursor, expression);
    } else {
      return expression;
    }
  }
}

function readArrow(cursor: Cursor, operand: Expression): Expression {
  const isUnquoting = cursor.next().text === '->>';
  const path = cursor.peek();
  if (path.kind !== 'string') return cursor.fail();
  cursor.next();
  const extract = simpleCall('JSON_EXTRACT', [operand, { kind: 'string', value: path.value, binary: false }]);
  return isUnquoting ? simpleCall('JSON_UNQUOTE', [extract]) : extract;
}

function readPrefix(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token.kind === 'operator') return readOperatorPrefix(cursor);
  if (token.kind === 'word') return readWord(cursor);
  if (token.kind === 'quoted') return readColumnOrCall(cursor);
  if (token.kind === 'parameter') return cursor.readParameter();
  if (token.kind === 'system_variable') {
    cursor.next();
    return { kind: 'systemVariable', name: token.value };
  }
  if (token.kind === 'user_variable') return readUserVariable(cursor);
  return readLiteral(cursor) ?? cursor.fail();
}

function readUserVariable(cursor: Cursor): Expression {
  const token = cursor.next();
  if (cursor.isOperator(':=')) {
    notSupported(
      `assignment of the user variable '@${token.value}' in a query`,
      'Use SET for variables, and ROW_NUMBER() OVER (…) for running numbers.',
    );
  }
  return { kind: 'userVariable', name: token.value };
}

function readOperatorPrefix(cursor: Cursor): Expression {
  const token = cursor.peek();
  switch (token.text) {
    case '-':
    case '+':
    case '~':
      cursor.next();
      return { kind: 'unary', operator: token.text, operand: readSimple(cursor) };
    case '!':
      cursor.next();
      return { kind: 'unary', operator: 'NOT', operand: readSimple(cursor) };
    case '(':
      return readParenthesised(cursor);
    case '{':
      return readOdbcEscape(cursor);
    case '*':
      cursor.next();
      return { kind: 'star' };
    default:
      return cursor.fail();
  }
}

function readParenthesised(cursor: Cursor): Expression {
  if (isSubqueryAhead(cursor)) return { kind: 'subquery', query: readSubquery(cursor) };
  cursor.expectOperator('(');
  const items = cursor.list(() => readExpression(cursor));
  cursor.expectOperator(')');
  return items.length === 1 ? (items[0] as Expression) : { kind: 'row', items };
}

/** `{d '2024-01-01'}`, `{t …}`, `{ts …}`, `{fn NAME(…)}`: ODBC's escapes, which MySQL reads. */
function readOdbcEscape(cursor: Cursor): Expression {
  cursor.expectOperator('{');
  const word = cursor.next().upper;
  let result: Expression;
  if (word === 'FN') {
    result = readExpression(cursor);
  } else {
    const type = word === 'D' ? 'date' : word === 'T' ? 'time' : word === 'TS' ? 'datetime' : undefined;
    const value = cursor.next();
    if (type === undefined || value.kind !== 'string') return cursor.fail();
    result = { kind: 'temporal', type, value: value.value };
  }
  cursor.expectOperator('}');
  return result;
}

function readWord(cursor: Cursor): Expression {
  const token = cursor.peek();
  switch (token.upper) {
    case 'NULL':
      cursor.next();
      return { kind: 'null' };
    case 'TRUE':
    case 'FALSE':
      cursor.next();
      return { kind: 'boolean', value: token.upper === 'TRUE' };
    case 'CASE':
      return readCase(cursor);
    case 'BINARY':
      cursor.next();
      return { kind: 'cast', operand: readSimple(cursor), target: { name: 'BINARY', arguments: [] } };
    case 'ROW':
      if (!cursor.isOperator('(', 1)) break;
      cursor.next();
      return readRow(cursor);
    case 'EXISTS':
      cursor.next();
      return { kind: 'exists', query: readSubquery(cursor) };
    case 'INTERVAL':
      if (isIntervalAhead(cursor)) return readLeadingInterval(cursor);
      break;
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      if (cursor.peek(1).kind === 'string') return readTemporal(cursor);
      break;
    case 'MATCH':
      notSupported('full-text search (MATCH … AGAINST)');
  }
  return readKeywordFunction(cursor) ?? readColumnOrCall(cursor);
}

function readTemporal(cursor: Cursor): Expression {
  const word = cursor.next().upper;
  const type = word === 'DATE' ? 'date' : word === 'TIME' ? 'time' : 'datetime';
  return { kind: 'temporal', type, value: cursor.next().value };
}

function readRow(cursor: Cursor): Expression {
  cursor.expectOperator('(');
  const items = cursor.list(() => readExpression(cursor));
  cursor.expectOperator(')');
  return { kind: 'row', items };
}

function readCase(cursor: Cursor): Expression {
  cursor.expectWord('CASE');
  const operand = cursor.isWord('WHEN') ? undefined : readExpression(cursor);
  const branches: { when: Expression; result: Expression }[] = [];
  while (cursor.acceptWord('WHEN')) {
    const when = readExpression(cursor);
    cursor.expectWord('THEN');
    branches.push({ when, result: readExpression(cursor) });
  }
  if (branches.length === 0) cursor.fail();
  const otherwise = cursor.acceptWord('ELSE') ? readExpression(cursor) : undefined;
  cursor.expectWord('END');
  return { kind: 'case', operand, branches, otherwise };
}

/** A column, a qualified column or star, or a call. */
function readColumnOrCall(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token.kind === 'word' && cursor.isOperator('(', 1)) return readCall(cursor);
  if (isReserved(token) || !isName(token)) return cursor.fail();
  const parts = [readName(cursor)];
  while (cursor.acceptOperator('.')) {
    if (cursor.acceptOperator('*')) return qualifiedStar(cursor, parts);
    parts.push(readName(cursor, true));
  }
  if (cursor.isOperator('(')) {
    notSupported(
      `the function '${parts.join('.')}'`,
      'Stored functions are not part of the embedded engine.',
    );
  }
  return columnOf(cursor, parts);
}

function qualifiedStar(cursor: Cursor, parts: readonly string[]): Expression {
  const [first, second] = parts;
  if (first === undefined || parts.length > 2) return cursor.fail();
  return second === undefined
    ? { kind: 'star', table: first }
    : { kind: 'star', database: first, table: second };
}

function columnOf(cursor: Cursor, parts: readonly string[]): ColumnName {
  const [first, second, third] = parts;
  if (first === undefined || parts.length > 3) return cursor.fail();
  if (second === undefined) return { kind: 'column', name: first };
  if (third === undefined) return { kind: 'column', table: first, name: second };
  return { kind: 'column', database: first, table: second, name: third };
}

/** `INTERVAL n unit + date`: the amount stands first. */
function readLeadingInterval(cursor: Cursor): Expression {
  cursor.expectWord('INTERVAL');
  const amount = readExpression(cursor);
  const unit = readUnit(cursor);
  cursor.expectOperator('+');
  return { kind: 'dateArithmetic', operator: '+', date: readBits(cursor), amount, unit };
}
