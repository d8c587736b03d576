import { type Cell, type Column, type ResultSet, resultOfRows } from '../base/rows.ts';
import type { Warning } from '../source/query.ts';

/** What one statement gives its session, which turns it into packets. */
export type Answer =
  | Readonly<{
      kind: 'rows';
      result: ResultSet;
      warnings: readonly Warning[];
      /** What FOUND_ROWS() is afterwards, for SQL_CALC_FOUND_ROWS; else the rows sent count. */
      foundRows?: bigint;
    }>
  | Readonly<{
      kind: 'ok';
      affectedRows: bigint;
      lastInsertId: bigint;
      info: string;
      warnings: readonly Warning[];
    }>;

/** A whole answer in memory: SHOW and its kin. */
export type Table = Readonly<{ columns: readonly Column[]; rows: readonly (readonly Cell[])[] }>;

export const okAnswer: Answer = { kind: 'ok', affectedRows: 0n, lastInsertId: 0n, info: '', warnings: [] };

export function okWith(warnings: readonly Warning[]): Answer {
  return { ...okAnswer, warnings };
}

export function rowsAnswer(table: Table): Answer {
  return { kind: 'rows', result: resultOfRows(table.columns, table.rows), warnings: [] };
}
