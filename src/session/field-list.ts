import type { Column } from '../base/rows.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { likeMatcher } from '../sql/like.ts';
import { quoteName } from '../sql/quote.ts';
import type { LoginState } from './login-state.ts';

/** The columns of COM_FIELD_LIST: those of the table, in order, whose names match the pattern. */
export async function columnsOfTable(
  dispatcher: Dispatcher,
  state: LoginState,
  of: Readonly<{ table: string; pattern: string }>,
  signal: AbortSignal,
): Promise<readonly Column[]> {
  const text = `SELECT * FROM ${quoteName(of.table)}`;
  const { columns } = await dispatcher.describe(text, state, signal);
  const matches = likeMatcher(of.pattern === '' ? '%' : of.pattern);
  return columns
    .filter(({ name }) => matches(name))
    .map((column) => ({ ...column, table: of.table, originalTable: of.table }));
}
