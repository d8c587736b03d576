import type { BinaryOperator, CompareOperator, Expression } from '../ast.ts';
import { notSupported } from '../not-supported.ts';
import {
  chainMax,
  noteDeprecated,
  readBits,
  readExpression,
  readSubquery,
  type QueryReader,
} from './query-reader.ts';
import { isIntervalAhead, isSubqueryAhead } from './lookahead.ts';
import { simpleCall } from './nodes.ts';
import { readSimple } from './simple.ts';
import { readUnit } from './units.ts';

/**
 * An expression by MySQL's precedence (manual, Operator Precedence; sql_yacc.yy: expr, bool_pri, predicate, bit_expr,
 * simple_expr).
 */
export function expressionRule(reader: QueryReader): Expression {
  return readOr(reader);
}

function readOr(reader: QueryReader): Expression {
  return readLogical(reader, 'OR', readXor, () => {
    if (reader.accept('OR')) return true;
    if (reader.modes.has('PIPES_AS_CONCAT') || !reader.acceptOperator('||')) return false;
    noteDeprecated(reader, "'|| as a synonym for OR'", 'Please use OR instead');
    return true;
  });
}

function readXor(reader: QueryReader): Expression {
  return readLogical(reader, 'XOR', readAnd, () => reader.accept('XOR'));
}

function readAnd(reader: QueryReader): Expression {
  return readLogical(reader, 'AND', readNot, () => {
    if (reader.accept('AND')) return true;
    if (!reader.acceptOperator('&&')) return false;
    noteDeprecated(reader, "'&&'", 'Please use AND instead');
    return true;
  });
}

function readLogical(
  reader: QueryReader,
  operator: 'AND' | 'OR' | 'XOR',
  readOperand: (reader: QueryReader) => Expression,
  acceptOperator: () => boolean,
): Expression {
  const operands = [readOperand(reader)];
  while (acceptOperator()) operands.push(readOperand(reader));
  return operands.length === 1 ? (operands[0] as Expression) : { kind: 'logical', operator, operands };
}

function readNot(reader: QueryReader): Expression {
  if (!reader.accept('NOT')) return readTruthTest(reader);
  return { kind: 'unary', operator: 'NOT', operand: reader.nested(() => readNot(reader)) };
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
function readTruthTest(reader: QueryReader): Expression {
  let left = readPredicate(reader);
  for (let length = 0; ; length++) {
    if (length > chainMax) notSupported(`a chain of more than ${chainMax} operators`);
    if (reader.accept('IS')) {
      left = readIs(reader, left);
      continue;
    }
    const token = reader.peek();
    const operator = token.kind === 'operator' ? comparisons.get(token.text) : undefined;
    if (token.kind === 'operator' && token.text === ':=') notSupported('assignment of a variable in a query');
    if (operator === undefined) return left;
    reader.next();
    left = readComparison(reader, operator, left);
  }
}

function readIs(reader: QueryReader, operand: Expression): Expression {
  const negated = reader.accept('NOT');
  const test = reader.expectOneOf('NULL', 'TRUE', 'FALSE', 'UNKNOWN');
  return { kind: 'is', operand, test, negated };
}

function readComparison(reader: QueryReader, operator: CompareOperator, left: Expression): Expression {
  const quantifier = reader.isOperator('(', 1) ? reader.acceptOneOf('ANY', 'SOME', 'ALL') : undefined;
  if (quantifier === undefined) {
    return { kind: 'compare', operator, left, right: readPredicate(reader) };
  }
  const query = readSubquery(reader);
  return { kind: 'quantified', operator, quantifier: quantifier === 'ALL' ? 'ALL' : 'ANY', left, query };
}

function readPredicate(reader: QueryReader): Expression {
  const operand = readBits(reader);
  const negated =
    reader.isWord('NOT') && reader.isWordAt(1, 'IN', 'BETWEEN', 'LIKE', 'REGEXP', 'RLIKE')
      ? reader.next().upper !== ''
      : false;
  if (reader.accept('IN')) return readIn(reader, operand, negated);
  if (reader.accept('BETWEEN')) {
    const low = readBits(reader);
    reader.expect('AND');
    return { kind: 'between', operand, low, high: reader.nested(() => readPredicate(reader)), negated };
  }
  if (reader.accept('LIKE')) {
    const pattern = readSimple(reader);
    const escape = reader.accept('ESCAPE') ? readSimple(reader) : undefined;
    return { kind: 'like', operand, pattern, escape, negated };
  }
  if (reader.acceptOneOf('REGEXP', 'RLIKE')) {
    return { kind: 'regexp', operand, pattern: readBits(reader), negated };
  }
  if (reader.accept('SOUNDS', 'LIKE')) {
    const [left, right] = [operand, readBits(reader)].map((each) => simpleCall('SOUNDEX', [each]));
    return { kind: 'compare', operator: '=', left: left as Expression, right: right as Expression };
  }
  if (reader.accept('MEMBER', 'OF')) return readMemberOf(reader, operand);
  return operand;
}

function readIn(reader: QueryReader, operand: Expression, negated: boolean): Expression {
  if (isSubqueryAhead(reader)) return { kind: 'inQuery', operand, query: readSubquery(reader), negated };
  const items = reader.parenthesized(() => reader.list(() => readExpression(reader)));
  return { kind: 'in', operand, items, negated };
}

function readMemberOf(reader: QueryReader, operand: Expression): Expression {
  const array = reader.parenthesized(() => readExpression(reader));
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
export function bitsRule(reader: QueryReader): Expression {
  return readLevel(reader, 0);
}

function readLevel(reader: QueryReader, level: number): Expression {
  const operators = levels[level];
  if (operators === undefined) return readConcatenation(reader);
  let left = readLevel(reader, level + 1);
  for (let length = 0; ; length++) {
    if (length > chainMax) notSupported(`a chain of more than ${chainMax} operators`);
    const token = reader.peek();
    const spelling = token.kind === 'operator' ? token.text : token.upper;
    const operator = operators.get(spelling);
    if (operator === undefined) return left;
    reader.next();
    const isDate = (operator === '+' || operator === '-') && isIntervalAhead(reader);
    left = isDate
      ? readDateArithmetic(reader, operator, left)
      : { kind: 'binary', operator, left, right: readLevel(reader, level + 1) };
  }
}

/** sql_mode PIPES_AS_CONCAT: `||` joins text and binds tighter than arithmetic. */
function readConcatenation(reader: QueryReader): Expression {
  const first = readSimple(reader);
  if (!reader.modes.has('PIPES_AS_CONCAT') || !reader.isOperator('||')) return first;
  const parts = [first];
  while (reader.acceptOperator('||')) parts.push(readSimple(reader));
  return simpleCall('CONCAT', parts);
}

function readDateArithmetic(reader: QueryReader, operator: '+' | '-', date: Expression): Expression {
  reader.expect('INTERVAL');
  const amount = readExpression(reader);
  return { kind: 'dateArithmetic', operator, date, amount, unit: readUnit(reader) };
}
