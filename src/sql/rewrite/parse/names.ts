import type { Token } from '../../token.ts';
import type { Cursor } from './cursor.ts';

/** Words that end an expression or a table, so that they cannot be an alias without AS or a bare name (MySQL 8.0 manual, Keywords). */
const reserved: ReadonlySet<string> = new Set(
  `ALL ANALYZE AND AS ASC BETWEEN BOTH BY CASE COLLATE CONVERT CREATE CROSS DEFAULT DELETE DESC DISTINCT DISTINCTROW
  DIV ELSE EXCEPT EXISTS FALSE FETCH FOR FORCE FROM GROUP HAVING IF IGNORE IN INNER INSERT INTERSECT INTERVAL INTO IS
  JOIN KEY KEYS LATERAL LEADING LEFT LIKE LIMIT LOCK MATCH MOD NATURAL NOT NULL OF ON OR ORDER OUTER OVER
  PARTITION PROCEDURE REGEXP RIGHT RLIKE SELECT SEPARATOR SET STRAIGHT_JOIN TABLE THEN TO TRAILING TRUE UNION UNIQUE UPDATE
  USE USING VALUES WHEN WHERE WINDOW WITH XOR SQL_CALC_FOUND_ROWS SQL_BIG_RESULT SQL_SMALL_RESULT HIGH_PRIORITY
  ROWS RANGE RECURSIVE LINES LOAD OUTFILE`.split(/\s+/),
);

/** Words that MySQL reserves and that are yet functions when `(` follows. */
export function isReserved(token: Token): boolean {
  return token.kind === 'word' && reserved.has(token.upper);
}

export function isName(token: Token): boolean {
  return token.kind === 'quoted' || (token.kind === 'word' && !reserved.has(token.upper));
}

/** A name that stands where nothing else may stand: after a dot any word will do. */
export function readName(cursor: Cursor, afterDot = false): string {
  const token = cursor.peek();
  if (token.kind === 'quoted' || isName(token) || (afterDot && token.kind === 'word')) {
    cursor.next();
    return token.value;
  }
  return cursor.fail();
}

/** `[AS] alias`; a string is an alias too. `undefined` when none follows. */
export function readAlias(cursor: Cursor): string | undefined {
  const hasAs = cursor.acceptWord('AS') !== undefined;
  const token = cursor.peek();
  if (token.kind === 'string' || isName(token)) {
    cursor.next();
    return token.value;
  }
  return hasAs ? cursor.fail() : undefined;
}

/** `(a, b, c)`, or nothing. */
export function readNameList(cursor: Cursor): readonly string[] {
  if (!cursor.acceptOperator('(')) return [];
  const names = cursor.list(() => readName(cursor));
  cursor.expectOperator(')');
  return names;
}

export type QualifiedName = Readonly<{ database: string | undefined; name: string }>;

/** `table` or `database.table`. */
export function readTableName(cursor: Cursor): QualifiedName {
  const first = readName(cursor);
  if (!cursor.acceptOperator('.')) return { database: undefined, name: first };
  return { database: first, name: readName(cursor, true) };
}
