import { asDouble, scaleMax } from '../conversions/numbers.ts';
import { bigintType, isUnsigned, scaleOf, unsignedType, type Rendered, type ValueType } from '../types.ts';
import { carriedScale, doubleOf, isKind } from './decimal-digits.ts';
import { exactDecimal } from './exact-decimal.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

/** Scale at which products of divisions stop being exact decimals; DuckDB's DECIMAL has 38 digits in all. */
const productScaleMax = 20;

/** Addition, subtraction and multiplication of numbers. */
export function sumOrProduct(operator: '+' | '-' | '*', left: Rendered, right: Rendered): Rendered {
  const plain = `(${left.sql} ${operator} ${right.sql})`;
  if (isKind('null', left, right)) return { sql: 'NULL', type: { kind: 'null' } };
  if (isKind('unknown', left, right)) return { sql: plain, type: { kind: 'unknown' } };
  if (isKind('double', left, right))
    return {
      sql: `(${asDouble(left)} ${operator} ${asDouble(right)})`,
      type: doubleOf(operator, left, right),
    };
  if (!isKind('decimal', left, right)) return integers(operator, left, right);
  const loose = [left, right].some((each) => each.type.kind === 'decimal' && each.type.loose === true);
  const [a, b] = [scaleOf(left.type), scaleOf(right.type)];
  const scale = Math.min(operator === '*' ? a + b : Math.max(a, b), scaleMax);
  const carried = operator === '*' ? carriedScale(left) + carriedScale(right) : 0;
  if (carried <= (loose ? productScaleMax : scaleMax)) {
    const { sql, precision } = exactDecimal(operator, left, right);
    return { sql, type: { ...decimal(scale, loose), precision } };
  }
  const product = `(${asDouble(left)} * ${asDouble(right)})`;
  return {
    sql: `CAST(${product} AS DECIMAL(38, ${Math.min(scale, productScaleMax)}))`,
    type: { ...decimal(scale, loose), precision: decimalDigitsMax },
  };
}

/**
 * 64 bits, with a sign where both sides have one. DuckDB's own types tell what is out of range; for a mix of both
 * kinds a wider one is narrowed.
 */
export function integers(operator: '+' | '-' | '*' | '//', left: Rendered, right: Rendered): Rendered {
  if (![left, right].some(({ type }) => isUnsigned(type))) {
    return { sql: `(${left.sql} ${operator} ${right.sql})`, type: bigintType };
  }
  const isPositive = [left, right].every(
    ({ type, literal }) => isUnsigned(type) || /^\d+$/.test(literal ?? ''),
  );
  const kind = isPositive ? 'UBIGINT' : 'HUGEINT';
  const sql = `(CAST(${left.sql} AS ${kind}) ${operator} CAST(${right.sql} AS ${kind}))`;
  // Beside a literal DuckDB would compute with that instead, and fail beyond 63 bits; abs changes nothing and keeps it from that.
  return { sql: isPositive ? `abs(${sql})` : `CAST(${sql} AS UBIGINT)`, type: unsignedType };
}

function decimal(scale: number, loose: boolean): Extract<ValueType, { kind: 'decimal' }> {
  return loose ? { kind: 'decimal', scale, loose: true } : { kind: 'decimal', scale };
}
