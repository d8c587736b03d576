import type { BinaryOperator, Expression } from '../ast.ts';
import { asBits, asCondition, asDouble, asNumber, scaleMax } from '../conversions.ts';
import { render, type Environment } from '../environment.ts';
import { macro } from '../macro-names.ts';
import { bigintType, booleanType, doubleType, scaleOf, type Rendered, type ValueType } from '../types.ts';

type Node<Kind extends Expression['kind']> = Extract<Expression, { kind: Kind }>;

/** Scale at which products stop being exact decimals; DuckDB's DECIMAL has 38 digits in all. */
const productScaleMax = 20;
/** MySQL's div_precision_increment: digits a division adds to the scale of its left side. */
const divisionScale = 4;
/** MySQL divides in groups of nine digits, so a division inside an expression carries more than it shows. */
const digitsOfGroup = 9;

export function renderUnary(node: Node<'unary'>, environment: Environment): Rendered {
  const operand = render(node.operand, environment);
  switch (node.operator) {
    case 'NOT':
      return { sql: `(NOT ${asCondition(operand)})`, type: booleanType };
    case '~':
      return { sql: `(~${asBits(operand)})`, type: bigintType };
    case '+':
      return operand;
    case '-': {
      if (
        operand.literal !== undefined &&
        (operand.type.kind === 'integer' || operand.type.kind === 'decimal')
      ) {
        return { sql: `(-${operand.sql})`, type: operand.type, literal: `-${operand.literal}` };
      }
      const number = asNumber(operand);
      return { sql: `(-${number.sql})`, type: number.type };
    }
  }
}

export function renderBinary(node: Node<'binary'>, environment: Environment): Rendered {
  const left = render(node.left, environment);
  const right = render(node.right, environment);
  return arithmetic(node.operator, left, right);
}

export function arithmetic(operator: BinaryOperator, left: Rendered, right: Rendered): Rendered {
  switch (operator) {
    case '+':
    case '-':
    case '*':
      return sumOrProduct(operator, asNumber(left), asNumber(right));
    case '/':
      return divide(asNumber(left), asNumber(right));
    case 'DIV':
      return divideWhole(asNumber(left), asNumber(right));
    case '%':
      return remainder(asNumber(left), asNumber(right));
    case '^':
      return { sql: `xor(${asBits(left)}, ${asBits(right)})`, type: bigintType };
    case '&':
    case '|':
      return { sql: `(${asBits(left)} ${operator} ${asBits(right)})`, type: bigintType };
    case '<<':
      return { sql: macro('shift_left', asBits(left), asBits(right)), type: bigintType };
    case '>>':
      return { sql: macro('shift_right', asBits(left), asBits(right)), type: bigintType };
  }
}

function isKind(kind: ValueType['kind'], ...values: readonly Rendered[]): boolean {
  return values.some((value) => value.type.kind === kind);
}

function sumOrProduct(operator: '+' | '-' | '*', left: Rendered, right: Rendered): Rendered {
  const plain = `(${left.sql} ${operator} ${right.sql})`;
  if (isKind('null', left, right)) return { sql: 'NULL', type: { kind: 'null' } };
  if (isKind('unknown', left, right)) return { sql: plain, type: { kind: 'unknown' } };
  if (isKind('double', left, right))
    return {
      sql: `(${asDouble(left)} ${operator} ${asDouble(right)})`,
      type: doubleOf(operator, left, right),
    };
  if (!isKind('decimal', left, right)) return { sql: plain, type: bigintType };
  const loose = [left, right].some((each) => each.type.kind === 'decimal' && each.type.loose === true);
  const [a, b] = [scaleOf(left.type), scaleOf(right.type)];
  const scale = Math.min(operator === '*' ? a + b : Math.max(a, b), scaleMax);
  const carried = operator === '*' ? carriedScale(left) + carriedScale(right) : 0;
  if (carried <= productScaleMax) return { sql: plain, type: decimal(scale, loose) };
  const product = `(${asDouble(left)} * ${asDouble(right)})`;
  return {
    sql: `CAST(${product} AS DECIMAL(38, ${Math.min(scale, productScaleMax)}))`,
    type: decimal(scale, loose),
  };
}

/** MySQL shows a double with the digits of its operands when all of them have a number of digits. */
function doubleOf(operator: '+' | '-' | '*' | '/', left: Rendered, right: Rendered): ValueType {
  const [a, b] = [left, right].map(({ type }) => (type.kind === 'double' ? type.decimals : scaleOf(type)));
  if (a === undefined || b === undefined) return doubleType;
  const sum = operator === '*' ? a + b : Math.max(a, b);
  return { kind: 'double', decimals: operator === '/' ? sum + divisionScale : sum };
}

function decimal(scale: number, loose: boolean): ValueType {
  return loose ? { kind: 'decimal', scale, loose: true } : { kind: 'decimal', scale };
}

/** Digits after the point that DuckDB's value really has. */
function carriedScale(value: Rendered): number {
  if (value.type.kind !== 'decimal') return 0;
  return value.type.loose === true ? roundedUp(value.type.scale) : value.type.scale;
}

function roundedUp(scale: number): number {
  return Math.min(Math.ceil(scale / digitsOfGroup) * digitsOfGroup, productScaleMax);
}

/** Division is exact in MySQL, NULL by zero, and shows four digits more than its left side. */
function divide(left: Rendered, right: Rendered): Rendered {
  const quotient = `(${left.sql} / nullif(${right.sql}, 0))`;
  if (isKind('null', left, right)) return { sql: 'NULL', type: { kind: 'null' } };
  if (isKind('double', left, right)) return { sql: quotient, type: doubleOf('/', left, right) };
  if (isKind('unknown', left, right)) return { sql: quotient, type: { kind: 'unknown' } };
  const scale = Math.min(scaleOf(left.type) + divisionScale, scaleMax);
  const sql = `CAST(${quotient} AS DECIMAL(38, ${roundedUp(scale)}))`;
  return { sql, type: { kind: 'decimal', scale, loose: true } };
}

/** DIV cuts toward zero and gives an integer. */
function divideWhole(left: Rendered, right: Rendered): Rendered {
  if (left.type.kind === 'integer' && right.type.kind === 'integer') {
    return { sql: `(${left.sql} // ${right.sql})`, type: bigintType };
  }
  return {
    sql: `CAST(trunc(${asDouble(left)} / nullif(${asDouble(right)}, 0)) AS BIGINT)`,
    type: bigintType,
  };
}

function remainder(left: Rendered, right: Rendered): Rendered {
  const type: ValueType = isKind('unknown', left, right)
    ? { kind: 'unknown' }
    : isKind('double', left, right)
      ? doubleType
      : isKind('decimal', left, right)
        ? { kind: 'decimal', scale: Math.max(scaleOf(left.type), scaleOf(right.type)) }
        : bigintType;
  return { sql: `(${left.sql} % nullif(${right.sql}, 0))`, type };
}
