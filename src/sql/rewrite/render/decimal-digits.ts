import { type Rendered, scaleOf, type ValueType, doubleType } from '../types.ts';

/** Scale at which digits of a division end; DuckDB's DECIMAL has 38 digits in all. */
const carriedScaleMax = 20;
/** MySQL's div_precision_increment: digits a division adds to the scale of its left side. */
export const divisionScale = 4;
/** MySQL divides in groups of nine digits, so a division inside an expression carries more than it shows. */
const digitsOfGroup = 9;

export function isKind(kind: ValueType['kind'], ...values: readonly Rendered[]): boolean {
  return values.some((value) => value.type.kind === kind);
}

/** MySQL shows a double with the digits of its operands when all of them have a number of digits. */
export function doubleOf(operator: '+' | '-' | '*' | '/', left: Rendered, right: Rendered): ValueType {
  const [a, b] = [left, right].map(({ type }) => (type.kind === 'double' ? type.decimals : scaleOf(type)));
  if (a === undefined || b === undefined) return doubleType;
  const sum = operator === '*' ? a + b : Math.max(a, b);
  return { kind: 'double', decimals: operator === '/' ? sum + divisionScale : sum };
}

/** Digits after the point that DuckDB's value really has. */
export function carriedScale(value: Rendered): number {
  if (value.type.kind !== 'decimal') return 0;
  return value.type.loose === true ? roundedUp(value.type.scale) : value.type.scale;
}

export function roundedUp(scale: number): number {
  return Math.min(Math.ceil(scale / digitsOfGroup) * digitsOfGroup, carriedScaleMax);
}
