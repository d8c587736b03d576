import { SqlError } from '../../../base/sql-error.ts';
import type { Cell, UserVariable } from '../../../base/rows.ts';
import type { Coercibility } from '../coercibility.ts';
import type { RewriteContext } from '../context.ts';
import { textLiteral } from '../conversions/texts.ts';
import { renderNumber } from './literal.ts';
import { duckdbBytes } from '../../duckdb-quote.ts';
import {
  bigintType,
  binaryType,
  doubleType,
  isAscii,
  nullType,
  textTypeIn,
  unsignedType,
  type Rendered,
} from '../types.ts';

/** @@name, @@session.name, @@global.name: the value at this moment. */
export function renderSystemVariable(name: string, context: RewriteContext): Rendered {
  const bare = name.toLowerCase().replace(/^(session|global|local|persist|persist_only)\./, '');
  const isGlobal = /^global\./i.test(name);
  const value = context.variable(isGlobal ? `global.${bare}` : bare);
  if (value === undefined) throw new SqlError('unknown_system_variable', `Unknown system variable '${bare}'`);
  return typeof value === 'string' ? systemText(value) : cellLiteral(value);
}

/** Text of the server itself is of its own character set. */
export function systemText(value: string, coercibility: Coercibility = 'sysconst'): Rendered {
  const type = textTypeIn('utf8mb3_general_ci', coercibility);
  return { ...textLiteral(value), type: { ...type, ascii: isAscii(value) } };
}

/** @name: NULL when it was never set. A text has the collation that it had when it was put there. */
export function renderUserVariable(name: string, context: RewriteContext): Rendered {
  const kept = context.userVariable(name.toLowerCase());
  if (kept === undefined) return cellLiteral(null);
  const number = kept.value === null ? undefined : numberOf(kept);
  if (number !== undefined) return number;
  const value = cellLiteral(kept.value);
  if (value.type.kind !== 'text' || kept.collation === undefined) return value;
  return { ...value, type: textTypeIn(kept.collation, 'implicit') };
}

function numberOf({ value, kind }: UserVariable): Rendered | undefined {
  switch (kind) {
    case 'decimal':
      return renderNumber(String(value as string));
    case 'double':
      return { sql: `CAST('${value as number}' AS DOUBLE)`, type: doubleType };
    case 'unsigned':
      return { sql: `CAST(${value as bigint} AS UBIGINT)`, type: unsignedType };
    default:
      return undefined;
  }
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
