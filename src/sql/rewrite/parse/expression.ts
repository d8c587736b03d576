import type { BinaryOperator, CompareOperator, Expression, IsTest } from '../ast.ts';
import { chainMax, notSupported, readBits, readExpression, readSubquery, type Cursor } from './cursor.ts';
import { isIntervalAhead, isSubqueryAhead } from './lookahead.ts';
import { simpleCall } from './nodes.ts';
import { readSimple } from './simple.ts';
import { readUnit } from './units.ts';

/**
 * An expression by MySQL's precedence (manual, Operator Precedence; sql_yacc.yy: expr, bool_pri, predicate, bit_expr,
 * simple_expr).
 */
export function expressionRule(cursor: Cursor): Expression {
  return readOr(cursor);
}

function readOr(cursor: Cursor): Expression {
  return readLogical(cursor, 'OR', readXor, () => {
    if (cursor.acceptWord('OR')) return true;
    return !cursor.modes.has('PIPES_AS_CONCAT') && cursor.acceptOperator('||');
  });
}

function readXor(cursor: Cursor): Expression {
  return readLogical(cursor, 'XOR', readAnd, () => cursor.acceptWord('XOR') !== undefined);
}

function readAnd(cursor: Cursor): Expression {
  return readLogical(
    cursor,
    'AND',
    readNot,
    () => cursor.acceptWord('AND') !== undefined || cursor.acceptOperator('&&'),
  );
}

function readLogical(
  cursor: Cursor,
  operator: 'AND' | 'OR' | 'XOR',
  readOperand: (cursor: Cursor) => Expression,
  acceptOperator: () => boolean,
): Expression {
  const operands = [readOperand(cursor)];
  while (acceptOperator()) operands.push(readOperand(cursor));
  return operands.length === 1 ? (operands[0] as Expression) : { kind: 'logical', operator, operands };
}

function readNot(cursor: Cursor): Expression {
  if (!cursor.acceptWord('NOT')) return readTruthTest(cursor);
  return { kind: 'unary', operator: 'NOT', operand: cursor.nested(() => readNot(cursor)) };
}

const comparisons: ReadonlyMap<string, CompareOperator> = new Map([
  ['=', '='],
  ['<=>', '<=>'],
  ['<>', '<>'],
  ['!=', '<>'],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
]);

/** Comparisons and IS, which bind alike and from the left. */
function readTruthTest(cursor: Cursor): Expression {
  let left = readPredicate(cursor);
  for (let length = 0; ; length++) {
    if (length > chainMax) notSupported(`a chain of more than ${chainMax} operators`);
    if (cursor.acceptWord('IS')) {
      left = readIs(cursor, left);
      continue;
    }
    const token = cursor.peek();
    const operator = token.kind === 'operator' ? comparisons.get(token.text) : undefined;
    if (token.kind === 'operator' && token.text === ':=') notSupported('assignment of a variable in a query');
    if (operator === undefined) return left;
    cursor.next();
    left = readComparison(cursor, operator, left);
  }
}

function readIs(cursor: Cursor, operand: Expression): Expression {
  const negated = cursor.acceptWord('NOT') !== undefined;
  const test = cursor.expectWord('NULL', 'TRUE', 'FALSE', 'UNKNOWN') as IsTest;
  return { kind: 'is', operand, test, negated };
}

function readComparison(cursor: Cursor, operator: CompareOperator, left: Expression): Expression {
  const quantifier = cursor.isOperator('(', 1) ? cursor.acceptWord('ANY', 'SOME', 'ALL') : undefined;
  if (quantifier === undefined) {
    return { kind: 'compare', operator, left, right: readPredicate(cursor) };
  }
  const query = readSubquery(cursor);
  return { kind: 'quantified', operator, quantifier: quantifier === 'ALL' ? 'ALL' : 'ANY', left, query };
}

function readPredicate(cursor: Cursor): Expression {
  const operand = readBits(cursor);
  const negated =
    cursor.isWord('NOT') && cursor.isWordAt(1, 'IN', 'BETWEEN', 'LIKE', 'REGEXP', 'RLIKE')
      ? cursor.next().upper !== ''
      : false;
  if (cursor.acceptWord('IN')) return readIn(cursor, operand, negated);
  if (cursor.acceptWord('BETWEEN')) {
    const low = readBits(cursor);
    cursor.expectWord('AND');
    return { kind: 'between', operand, low, high: cursor.nested(() => readPredicate(cursor)), negated };
  }
  if (cursor.acceptWord('LIKE')) {
    const pattern = readSimple(cursor);
    const escape = cursor.acceptWord('ESCAPE') ? readSimple(cursor) : undefined;
    return { kind: 'like', operand, pattern, escape, negated };
  }
  if (cursor.acceptWord('REGEXP', 'RLIKE')) {
    return { kind: 'regexp', operand, pattern: readBits(cursor), negated };
  }
  if (cursor.acceptPhrase('SOUNDS', 'LIKE')) notSupported('SOUNDS LIKE');
  if (cursor.acceptPhrase('MEMBER', 'OF')) return readMemberOf(cursor, operand);
  return operand;
}

function readIn(cursor: Cursor, operand: Expression, negated: boolean): Expression {
  if (isSubqueryAhead(cursor)) return { kind: 'inQuery', operand, query: readSubquery(cursor), negated };
  cursor.expectOperator('(');
  const items = cursor.list(() => readExpression(cursor));
  cursor.expectOperator(')');
  return { kind: 'in', operand, items, negated };
}

function readMemberOf(cursor: Cursor, operand: Expression): Expression {
  cursor.expectOperator('(');
  const array = readExpression(cursor);
  cursor.expectOperator(')');
  return simpleCall('MEMBER OF', [operand, array]);
}

/** Arithmetic and bit operators, weakest first. */
const levels: readonly ReadonlyMap<string, BinaryOperator>[] = [
  new Map([['|', '|']]),
  new Map([['&', '&']]),
  new Map([
    ['<<', '<<'],
    ['>>', '>>'],
  ]),
  new Map([
    ['+', '+'],
    ['-', '-'],
  ]),
  new Map([
    ['*', '*'],
    ['/', '/'],
    ['%', '%'],
    ['DIV', 'DIV'],
    ['MOD', '%'],
  ]),
  new Map([['^', '^']]),
];

/** `bit_expr`: everything that binds tighter than a comparison. */
export function bitsRule(cursor: Cursor): Expression {
  return readLevel(cursor, 0);
}

function readLevel(cursor: Cursor, level: number): Expression {
  const operators = levels[level];
  if (operators === undefined) return readConcatenation(cursor);
  let left = readLevel(cursor, level + 1);
  for (let length = 0; ; length++) {
    if (length > chainMax) notSupported(`a chain of more than ${chainMax} operators`);
    const token = cursor.peek();
    const spelling = token.kind === 'operator' ? token.text : token.upper;
    const operator = operators.get(spelling);
    if (operator === undefined) return left;
    cursor.next();
    const isDate = (operator === '+' || operator === '-') && isIntervalAhead(cursor);
    left = isDate
      ? readDateArithmetic(cursor, operator, left)
      : { kind: 'binary', operator, left, right: readLevel(cursor, level + 1) };
  }
}

/** sql_mode PIPES_AS_CONCAT: `||` joins text and binds tighter than arithmetic. */
function readConcatenation(cursor: Cursor): Expression {
  const first = readSimple(cursor);
  if (!cursor.modes.has('PIPES_AS_CONCAT') || !cursor.isOperator('||')) return first;
  const parts = [first];
  while (cursor.acceptOperator('||')) parts.push(readSimple(cursor));
  return simpleCall('CONCAT', parts);
}

function readDateArithmetic(cursor: Cursor, operator: '+' | '-', date: Expression): Expression {
  cursor.expectWord('INTERVAL');
  const amount = readExpression(cursor);
  return { kind: 'dateArithmetic', operator, date, amount, unit: readUnit(cursor) };
}
