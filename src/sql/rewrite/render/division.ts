import { asDouble, scaleMax } from '../conversions.ts';
import {
  bigintType,
  decimalType,
  doubleType,
  isUnsigned,
  scaleOf,
  unsignedType,
  type Rendered,
  type ValueType,
} from '../types.ts';
import { carriedScale, doubleOf, isKind, requireDigits, roundedUp } from './decimal-digits.ts';
import { macro, mayNote } from '../macro-names.ts';
import { integers } from './sum.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

/** Digits that a division may add to a number, so that 18 before the point have room. */
const quotientScaleMax = 20;

const noInteger: Rendered = { sql: 'CAST(NULL AS BIGINT)', type: bigintType };

/** The divisor, NULL where it is zero, of which MySQL warns. */
function divisor({ sql, literal }: Rendered): string {
  if (literal !== undefined && Number(literal) !== 0) return sql;
  return macro(mayNote(sql) ? 'divisor_once' : 'divisor', sql);
}

/** Division is exact in MySQL, NULL by zero, and shows so many digits more than its left side. Throws SqlError `not_supported`. */
export function divide(left: Rendered, by: Rendered, increment: number): Rendered {
  if (isKind('null', left, by)) return { sql: 'NULL', type: { kind: 'null' } };
  const right = { ...by, sql: divisor(by) };
  const quotient = `(${left.sql} / ${right.sql})`;
  if (isKind('double', left, right)) {
    const sql = `(CAST(${left.sql} AS DOUBLE) / ${right.sql})`;
    return { sql, type: doubleOf('/', left, right, increment) };
  }
  if (isKind('unknown', left, right)) return { sql: quotient, type: { kind: 'unknown' } };
  const scale = Math.min(scaleOf(left.type) + increment, scaleMax);
  const digits = roundedUp(scale);
  const exact = digits < scale ? undefined : exactQuotient(left, right, digits);
  if (exact === undefined) requireDigits(increment);
  const sql = exact ?? `CAST(${quotient} AS DECIMAL(38, ${digits}))`;
  return { sql, type: { kind: 'decimal', scale, precision: decimalDigitsMax, loose: true } };
}

/** The quotient as a DECIMAL with so many digits behind its point; without any it is cut, as in MySQL. */
export function exactQuotient(left: Rendered, right: Rendered, digits: number): string | undefined {
  const whole = wholeQuotient(left, right, digits);
  if (digits === 0) return whole && `CAST(${whole} AS DECIMAL(38, 0))`;
  return whole && `(CAST(${whole} AS DECIMAL(38, 0)) * 0.${'1'.padStart(digits, '0')})`;
}

/** DIV cuts toward zero and gives an integer. */
export function divideWhole(left: Rendered, by: Rendered): Rendered {
  if (isKind('null', left, by)) return noInteger;
  const right = { ...by, sql: divisor(by) };
  if (left.type.kind === 'integer' && right.type.kind === 'integer') return integers('//', left, right);
  const exact = isKind('double', left, right) ? undefined : wholeQuotient(left, right, 0);
  const whole = exact ?? `trunc(${asDouble(left)} / ${asDouble(right)})`;
  return { sql: `CAST(${whole} AS BIGINT)`, type: bigintType };
}

/**
 * The quotient with so many digits behind its point, as a whole number, NULL by zero. Undefined where DuckDB's 38
 * digits may be too few: then a double, which has 15, must do.
 */
function wholeQuotient(left: Rendered, right: Rendered, digits: number): string | undefined {
  if (![left, right].every(({ type }) => type.kind === 'integer' || type.kind === 'decimal'))
    return undefined;
  const [above, below] = [carriedScale(left), carriedScale(right)];
  const common = Math.max(below, above - digits);
  if (above + common + digits > quotientScaleMax) return undefined;
  return `(${scaledUp(left, common + digits)} // ${scaledUp(right, common)})`;
}

/** A number times a power of ten that makes it a whole one. */
function scaledUp(value: Rendered, power: number): string {
  const factor = power === 0 ? '' : ` * 1${'0'.repeat(power)}`;
  const scale = carriedScale(value);
  // A column's DECIMAL may have no room for the zeros: DuckDB gives the product no more digits than 18 has.
  return scale === 0
    ? `(CAST(${value.sql} AS HUGEINT)${factor})`
    : `CAST(CAST(${value.sql} AS DECIMAL(38, ${scale}))${factor} AS HUGEINT)`;
}

/** With one scale: of DECIMALs that together have more than 38 digits DuckDB would make doubles. */
function aligned(...values: readonly [Rendered, Rendered]): readonly string[] {
  const scale = Math.max(...values.map(carriedScale));
  return values.map(({ sql }) => `CAST(${sql} AS DECIMAL(38, ${scale}))`);
}

export function remainder(left: Rendered, by: Rendered): Rendered {
  if (isKind('null', left, by)) return noInteger;
  const right = { ...by, sql: divisor(by) };
  const type: ValueType = isKind('unknown', left, right)
    ? { kind: 'unknown' }
    : isKind('double', left, right)
      ? doubleType
      : isKind('decimal', left, right)
        ? decimalType(Math.max(scaleOf(left.type), scaleOf(right.type)), decimalDigitsMax)
        : isUnsigned(left.type)
          ? unsignedType
          : bigintType;
  const [above, below] = type.kind === 'decimal' ? aligned(left, right) : [left.sql, right.sql];
  return { sql: `(${above} % ${below})`, type };
}
