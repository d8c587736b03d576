import type { BinaryOperator, Expression } from '../ast.ts';
import { asCondition } from '../conversions/wanted-types.ts';
import { asText } from '../conversions/texts.ts';
import { asBits, asDouble, asNumber } from '../conversions/numbers.ts';
import { duckdbText } from '../../duckdb-quote.ts';
import { outsideArithmetic, render, type Environment } from '../environment.ts';
import { macro } from '../macro-names.ts';
import {
  bigintType,
  binaryType,
  booleanType,
  doubleType,
  isCoded,
  isUnsigned,
  unsignedType,
  type Rendered,
} from '../types.ts';
import { divide, divideWhole, remainder } from './division.ts';
import { divisionIncrement, divisionScale } from './decimal-digits.ts';
import { wholeLiteral } from './literal.ts';
import { shownExpression } from './shown-expression.ts';
import { sumOrProduct } from './sum.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

const sumOperators: ReadonlySet<BinaryOperator> = new Set(['+', '-', '*']);

export function renderUnary(node: Node<'unary'>, environment: Environment): Rendered {
  const operand = render(node.operand, node.operator === '-' ? environment : outsideArithmetic(environment));
  switch (node.operator) {
    case 'NOT':
      return { sql: `(NOT ${asCondition(operand)})`, type: booleanType };
    case '~':
      if (isByteString(operand)) return { sql: macro('bytes_inverted', operand.sql), type: binaryType };
      return { sql: `(~${asBits(operand)})`, type: unsignedType };
    case '+':
      return operand;
    case '-':
      return negatedLiteral(operand) ?? negated(asNumber(operand));
  }
}

function negatedLiteral({ sql, type, literal }: Rendered): Rendered | undefined {
  if (literal === undefined) return undefined;
  const text = literal.startsWith('-') ? literal.slice(1) : `-${literal}`;
  if (/^-?\d+$/.test(text)) return wholeLiteral(text);
  return type.kind === 'decimal' ? { sql: `(-${sql})`, type, literal: text } : undefined;
}

/** What has no sign fits into 64 bits with one, or is out of range. */
function negated({ sql, type }: Rendered): Rendered {
  if (type.kind === 'double') return { sql: `(-CAST(${sql} AS DOUBLE))`, type };
  if (!isUnsigned(type)) return { sql: `(-${sql})`, type };
  return { sql: `CAST(-CAST(${sql} AS HUGEINT) AS BIGINT)`, type: bigintType };
}

export function renderBinary(node: Node<'binary'>, environment: Environment): Rendered {
  const value = binaryValue(node, environment);
  if (value.type.kind !== 'double' || environment.insideArithmetic) return value;
  // An infinity stays one in sums and products, so the whole is asked once.
  const shown = shownExpression(node, environment);
  return { sql: macro('finite', value.sql, duckdbText(shown)), type: value.type };
}

function binaryValue(node: Node<'binary'>, environment: Environment): Rendered {
  const inside = { ...environment, insideArithmetic: true };
  const left = render(node.left, inside);
  // A number divided by an infinity would be none.
  const right = render(node.right, sumOperators.has(node.operator) ? inside : outsideArithmetic(environment));
  if (node.operator === '-' && environment.context.sqlMode.has('NO_UNSIGNED_SUBTRACTION')) {
    const { sql, type } = arithmetic('-', withSign(left), withSign(right));
    return type.kind === 'integer' ? { sql: `CAST(${sql} AS BIGINT)`, type } : { sql, type };
  }
  return arithmetic(node.operator, left, right, divisionIncrement(environment.context));
}

function withSign(value: Rendered): Rendered {
  return isUnsigned(value.type) ? { sql: `CAST(${value.sql} AS HUGEINT)`, type: bigintType } : value;
}

export function arithmetic(
  operator: BinaryOperator,
  left: Rendered,
  right: Rendered,
  increment: number = divisionScale,
): Rendered {
  switch (operator) {
    case '+':
    case '-':
    case '*':
      return sumOrProduct(operator, asOperand(left), asOperand(right));
    case '/':
      return divide(asOperand(left), asOperand(right), increment);
    case 'DIV':
      return divideWhole(asDivided(left), asDivided(right));
    case '%':
      return remainder(asOperand(left), asOperand(right));
    case '^':
      if (areByteStrings(left, right)) return bytesOf(`xor(${bitsOf(left)}, ${bitsOf(right)})`, left, right);
      return { sql: `xor(${asBits(left)}, ${asBits(right)})`, type: unsignedType };
    case '&':
    case '|':
      if (areByteStrings(left, right))
        return bytesOf(`${bitsOf(left)} ${operator} ${bitsOf(right)}`, left, right);
      return { sql: `(${asBits(left)} ${operator} ${asBits(right)})`, type: unsignedType };
    case '<<':
      if (isByteString(left)) return shifted('bytes_shifted_left', left, right);
      return { sql: macro('shift_left', asBits(left), asBits(right)), type: unsignedType };
    case '>>':
      if (isByteString(left)) return shifted('bytes_shifted_right', left, right);
      return { sql: macro('shift_right', asBits(left), asBits(right)), type: unsignedType };
  }
}

/** Bytes, but for a hexadecimal or bit literal, which is a number (manual, Bit Functions and Operators). */
function isByteString({ type, literal }: Rendered): boolean {
  return type.kind === 'binary' && literal === undefined;
}

/** Two byte strings, of which one may be such a literal. */
function areByteStrings(left: Rendered, right: Rendered): boolean {
  const areBytes = left.type.kind === 'binary' && right.type.kind === 'binary';
  return areBytes && (isByteString(left) || isByteString(right));
}

function bitsOf({ sql }: Rendered): string {
  return macro('bits_of_bytes', sql);
}

function bytesOf(bits: string, left: Rendered, right: Rendered): Rendered {
  const sql = macro('bytes_of_bits', bits, macro('bytes_of_equal_length', left.sql, right.sql));
  return { sql, type: binaryType };
}

function shifted(
  name: 'bytes_shifted_left' | 'bytes_shifted_right',
  left: Rendered,
  right: Rendered,
): Rendered {
  if (right.type.kind === 'null') return { sql: 'CAST(NULL AS BLOB)', type: binaryType };
  return { sql: macro(name, left.sql, asBits(right)), type: binaryType };
}

/** A text of DIV is a DECIMAL, of which MySQL warns so. */
function asDivided(value: Rendered): Rendered {
  const isPlain = value.type.kind === 'text' && !isCoded(value.type);
  return isPlain ? { sql: macro('decimal_of_text', asText(value)), type: doubleType } : asOperand(value);
}

/** A text is a double in arithmetic, also one that reads as an integer. */
function asOperand(value: Rendered): Rendered {
  return value.type.kind === 'text' ? { sql: asDouble(value), type: doubleType } : asNumber(value);
}
