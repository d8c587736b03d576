import { type Cell, type Column, resultOfRows } from '../base/rows.ts';
import type { QueryAnswer, Warnings } from '../source/query.ts';

/** One statement with the values of its `?`. */
export type StatementText = Readonly<{ text: string; parameters: readonly Cell[] }>;

/** What one statement gives its session, which turns it into packets. */
export type Answer = QueryAnswer;

/** A whole answer in memory: SHOW and its kin. */
export type Table = Readonly<{ columns: readonly Column[]; rows: readonly (readonly Cell[])[] }>;

export const okAnswer: Extract<Answer, { kind: 'ok' }> = {
  kind: 'ok',
  affectedRows: 0n,
  lastInsertId: 0n,
  info: '',
  warnings: [],
};

export function okWith(warnings: Warnings): Answer {
  return { ...okAnswer, warnings };
}

export function rowsAnswer(table: Table): Extract<Answer, { kind: 'rows' }> {
  return { kind: 'rows', result: resultOfRows(table.columns, table.rows), warnings: [] };
}
