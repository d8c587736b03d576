import type { ShowTail } from '../sql/statement.ts';
import { type Answer, rowsAnswer, type Table } from './answer.ts';
import { filterOf } from './row-filter.ts';
import type { Services } from './services.ts';

/** The answer of a SHOW: the rows of its table that WHERE, ORDER BY and LIMIT leave. LIKE was applied before. */
export async function shownAnswer(
  table: Table,
  tail: ShowTail,
  services: Pick<Services, 'filterRows'>,
  signal: AbortSignal,
): Promise<Answer> {
  const filter = filterOf(tail);
  return rowsAnswer(filter === undefined ? table : await services.filterRows(table, filter, signal));
}
