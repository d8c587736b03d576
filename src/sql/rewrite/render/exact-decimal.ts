import type { Rendered } from '../types.ts';
import { carriedScale } from './decimal-digits.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

/** Digits that DuckDB's DECIMAL keeps in 64 bits. */
const shortDigitsMax = 18;
/** No integer has fewer digits than arithmetic gives it: those of a BIGINT. */
const integerDigits = 19;

type Operator = '+' | '-' | '*';

/**
 * A sum or product of which one side at least is a DECIMAL, with no fewer digits than DuckDB gives it. Of two sides of 64 bits DuckDB
 * gives it 64, and fails where they are too few: so one of them is made wider where the types do not rule that out.
 */
export function exactDecimal(
  operator: Operator,
  left: Rendered,
  right: Rendered,
): Readonly<{ sql: string; precision: number }> {
  const [a, b] = [digitsOf(left), digitsOf(right)];
  const isWide = [a, b].some((digits) => digits !== undefined && digits > shortDigitsMax);
  const digits =
    a === undefined || b === undefined ? undefined : digitsTogether(operator, left, right, [a, b]);
  const isExact = isWide || (digits !== undefined && digits <= shortDigitsMax);
  const first = isExact
    ? left.sql
    : `CAST(${left.sql} AS DECIMAL(${decimalDigitsMax}, ${carriedScale(left)}))`;
  const precision = isExact && digits !== undefined ? digits : decimalDigitsMax;
  return {
    sql: `(${first} ${operator} ${right.sql})`,
    precision: Math.min(precision, decimalDigitsMax),
  };
}

function digitsOf({ type }: Rendered): number | undefined {
  return type.kind === 'decimal' ? type.precision : integerDigits;
}

function digitsTogether(
  operator: Operator,
  left: Rendered,
  right: Rendered,
  [a, b]: readonly [number, number],
): number {
  if (operator === '*') return a + b;
  const [above, below] = [carriedScale(left), carriedScale(right)];
  return Math.max(a - above, b - below) + Math.max(above, below) + 1;
}
