import { SqlError } from '../../../base/sql-error.ts';
import type { Cell } from '../../../base/rows.ts';
import type { RewriteContext } from '../context.ts';
import { textLiteral } from '../conversions.ts';
import { duckdbBytes } from '../../duckdb-quote.ts';
import { bigintType, binaryType, doubleType, nullType, unsignedType, type Rendered } from '../types.ts';

/** @@name, @@session.name, @@global.name: the value at this moment. */
export function renderSystemVariable(name: string, context: RewriteContext): Rendered {
  const bare = name.toLowerCase().replace(/^(session|global|local|persist|persist_only)\./, '');
  const isGlobal = /^global\./i.test(name);
  const value = context.variable(isGlobal ? `global.${bare}` : bare);
  if (value === undefined) throw new SqlError('unknown_system_variable', `Unknown system variable '${bare}'`);
  return cellLiteral(value);
}

/** @name: NULL when it was never set. */
export function renderUserVariable(name: string, context: RewriteContext): Rendered {
  return cellLiteral(context.userVariable(name.toLowerCase()) ?? null);
}

/** A value of the session as a literal. */
export function cellLiteral(value: Cell): Rendered {
  if (value === null) return { sql: 'NULL', type: nullType };
  if (typeof value === 'string') return textLiteral(value);
  if (typeof value === 'boolean') return { sql: value ? '1' : '0', type: { kind: 'integer', wide: false } };
  if (value instanceof Uint8Array) return { sql: duckdbBytes(value), type: binaryType };
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) {
    return BigInt(value) > 9_223_372_036_854_775_807n
      ? { sql: `CAST(${value} AS UBIGINT)`, type: unsignedType }
      : { sql: `CAST(${value} AS BIGINT)`, type: bigintType };
  }
  return { sql: `CAST('${value}' AS DOUBLE)`, type: doubleType };
}
