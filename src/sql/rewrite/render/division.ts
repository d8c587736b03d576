import { asDouble, scaleMax } from '../conversions/numbers.ts';
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
import { carriedScale, doubleOf, isKind, roundedUp } from './decimal-digits.ts';
import { byteCall, macro, mayNote } from '../macro-names.ts';
import { integers } from './sum.ts';
import { decimalDigitsMax } from '../../duckdb-decimal.ts';

/** Digits that a division may add to a number, so that 18 before the point have room. */
const quotientScaleMax = 20;

/** No integer has more digits than a BIGINT UNSIGNED. */
const integerDigits = 20;

const noInteger: Rendered = { sql: 'CAST(NULL AS BIGINT)', type: bigintType };

/** The divisor, NULL where it is zero, of which MySQL warns. */
function divisor({ sql, literal }: Rendered): string {
  if (literal !== undefined && Number(literal) !== 0) return sql;
  return macro(mayNote(sql) ? 'divisor_once' : 'divisor', sql);
}

/** Division is exact in MySQL, NULL by zero, and shows so many digits more than its left side. */
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
  const digits = Math.max(scale, roundedUp(scale));
  const precision = Math.min(digitsBefore(left) + carriedScale(right) + digits, decimalDigitsMax);
  const type: ValueType = { kind: 'decimal', scale, precision };
  return {
    sql: exactQuotient(left, right, digits),
    type: digits === scale ? type : { ...type, loose: true },
  };
}

/** The quotient as a DECIMAL with so many digits behind its point; what is behind them is cut, as in MySQL. */
export function exactQuotient(left: Rendered, right: Rendered, digits: number): string {
  const whole = wholeQuotient(left, right, digits);
  return whole === undefined ? longQuotient(left, right, digits) : scaledDown(whole, digits);
}

/** A whole number as a DECIMAL with so many of its digits behind the point. */
export function scaledDown(whole: string, digits: number): string {
  if (digits === 0) return `CAST(${whole} AS DECIMAL(38, 0))`;
  return `(CAST(${whole} AS DECIMAL(38, 0)) * 0.${'1'.padStart(digits, '0')})`;
}

/** The same by integers of any length, row by row. */
function longQuotient(left: Rendered, right: Rendered, digits: number): string {
  const texts = [left, right].map(({ sql }) => `encode(CAST(${sql} AS VARCHAR))`);
  const text = `decode(${byteCall('QUOTIENT', ...texts, `'${digits}'::BLOB`)})`;
  return `CAST(${text} AS DECIMAL(38, ${digits}))`;
}

/** DIV cuts toward zero and gives an integer. */
export function divideWhole(left: Rendered, by: Rendered): Rendered {
  if (isKind('null', left, by)) return noInteger;
  const right = { ...by, sql: divisor(by) };
  if (left.type.kind === 'integer' && right.type.kind === 'integer') return integers('//', left, right);
  const whole = [left, right].every(isExact)
    ? exactQuotient(left, right, 0)
    : `trunc(${asDouble(left)} / ${asDouble(right)})`;
  return { sql: `CAST(${whole} AS BIGINT)`, type: bigintType };
}

function isExact({ type }: Rendered): boolean {
  return type.kind === 'integer' || type.kind === 'decimal';
}

/** The most digits that a number may have before its point. */
function digitsBefore(value: Rendered): number {
  if (value.type.kind !== 'decimal') return integerDigits;
  return (value.type.precision ?? decimalDigitsMax) - carriedScale(value);
}

/**
 * The quotient with so many digits behind its point, as a whole number, NULL by zero. Undefined where DuckDB's 38
 * digits may be too few.
 */
function wholeQuotient(left: Rendered, right: Rendered, digits: number): string | undefined {
  if (![left, right].every(isExact)) return undefined;
  const [above, below] = [carriedScale(left), carriedScale(right)];
  const common = Math.max(below, above - digits);
  const added = above + common + digits;
  const hasRoom =
    digitsBefore(left) + added <= decimalDigitsMax &&
    digitsBefore(right) + below + common <= decimalDigitsMax;
  if (added > quotientScaleMax && !hasRoom) return undefined;
  return `(${scaledUp(left, common + digits)} // ${scaledUp(right, common)})`;
}

/** A number times a power of ten that makes it a whole one. */
export function scaledUp(value: Rendered, power: number): string {
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
