import type { Token } from '../../token.ts';
import type { QueryReader } from './query-reader.ts';

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
export function readName(reader: QueryReader, afterDot = false): string {
  const token = reader.peek();
  if (token.kind === 'quoted' || isName(token) || (afterDot && token.kind === 'word')) {
    reader.next();
    return token.value;
  }
  return reader.fail();
}

/** `[AS] alias`; a string is an alias too. `undefined` when none follows. */
export function readAlias(reader: QueryReader): string | undefined {
  const hasAs = reader.accept('AS');
  const token = reader.peek();
  if (token.kind === 'string' || isName(token)) {
    reader.next();
    return token.value;
  }
  return hasAs ? reader.fail() : undefined;
}

/** `(a, b, c)`, or nothing. */
export function readNameList(reader: QueryReader): readonly string[] {
  if (!reader.acceptOperator('(')) return [];
  const names = reader.list(() => readName(reader));
  reader.expectOperator(')');
  return names;
}

export type QualifiedName = Readonly<{ database: string | undefined; name: string }>;

/** `table` or `database.table`. */
export function readTableName(reader: QueryReader): QualifiedName {
  const first = readName(reader);
  if (!reader.acceptOperator('.')) return { database: undefined, name: first };
  return { database: first, name: readName(reader, true) };
}
