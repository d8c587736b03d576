import type { RewriteContext } from '../context.ts';
import { type Rendered, scaleOf, type ValueType, doubleType } from '../types.ts';

/** Scale at which digits of a division end; DuckDB's DECIMAL has 38 digits in all. */
const carriedScaleMax = 20;
/** Digits a division adds to the scale of its left side, unless div_precision_increment says otherwise. */
export const divisionScale = 4;
/** The session's div_precision_increment. */
export function divisionIncrement(context: RewriteContext): number {
  const value = context.variable('div_precision_increment');
  return value === undefined ? divisionScale : Number(value);
}

/** MySQL divides in groups of nine digits, so a division inside an expression carries more than it shows. */
const digitsOfGroup = 9;

export function isKind(kind: ValueType['kind'], ...values: readonly Rendered[]): boolean {
  return values.some((value) => value.type.kind === kind);
}

/** MySQL shows a double with the digits of its operands when all of them have a number of digits. */
export function doubleOf(
  operator: '+' | '-' | '*' | '/',
  left: Rendered,
  right: Rendered,
  increment: number = divisionScale,
): ValueType {
  const [a, b] = [left, right].map(({ type }) => (type.kind === 'double' ? type.decimals : scaleOf(type)));
  if (a === undefined || b === undefined) return doubleType;
  const sum = operator === '*' ? a + b : Math.max(a, b);
  return { kind: 'double', decimals: operator === '/' ? sum + increment : sum };
}

/** Digits after the point that DuckDB's value really has. */
export function carriedScale(value: Rendered): number {
  if (value.type.kind !== 'decimal') return 0;
  return value.type.loose === true ? roundedUp(value.type.scale) : value.type.scale;
}

export function roundedUp(scale: number): number {
  return Math.min(Math.ceil(scale / digitsOfGroup) * digitsOfGroup, carriedScaleMax);
}
