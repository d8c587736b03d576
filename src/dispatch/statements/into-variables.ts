import { collectRows, keptValue } from '../../base/cells.ts';
import type { Column } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { SessionState } from '../session-state.ts';
import { errorNumber } from '../sql-error.ts';

/** SELECT … INTO @a, @b: the one row's values become user variables; without a row they stay, with a warning. */
export async function intoVariables(
  answer: Answer,
  variables: readonly string[],
  state: SessionState,
): Promise<Answer> {
  if (answer.kind !== 'rows') return answer;
  requireAsMany(answer.result.columns, variables);
  const [row, second] = await collectRows(answer.result, 2);
  if (second !== undefined) throw new SqlError('too_many_rows', 'Result consisted of more than one row');
  if (row === undefined) return { ...okAnswer, warnings: [...answer.warnings, noData] };
  const { columns } = answer.result;
  for (const [index, name] of variables.entries())
    state.userVariables.set(name, keptValue(row[index] ?? null, columns[index]));
  return { kind: 'ok', affectedRows: 1n, lastInsertId: 0n, info: '', warnings: answer.warnings };
}

/** MySQL's 1222. */
export function requireAsMany(columns: readonly Column[], variables: readonly string[]): void {
  if (columns.length === variables.length) return;
  const text = 'The used SELECT statements have a different number of columns';
  throw new SqlError('select_count_mismatch', text);
}

const noData = {
  level: 'Warning',
  number: errorNumber('no_data'),
  message: 'No data - zero rows fetched, selected, or processed',
} as const;
