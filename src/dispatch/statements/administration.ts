import { textColumn } from '../../base/rows.ts';
import type { Properties } from '../../sql/statement.ts';
import { type Answer, okAnswer, rowsAnswer } from '../answer.ts';
import { likeRows } from '../row-filter.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

const configColumns = ['Key', 'AliasNames', 'Value', 'Type', 'IsMutable', 'Comment'];

/** ADMIN SHOW FRONTEND CONFIG [LIKE p]. */
export function showConfig(statement: Readonly<{ like?: string }>, services: Services): Answer {
  const rows = services.settings
    .rows()
    .map((row) => [row.key, row.aliasNames, row.value, row.type, row.isMutable, row.comment]);
  const table = { columns: configColumns.map((name) => textColumn(name, 100)), rows };
  return rowsAnswer(likeRows(table, 'Key', statement.like));
}

/** ADMIN SET FRONTEND CONFIG ("k" = "v"): all of them or none, kept over a restart. */
export async function setConfig(
  statement: Readonly<{ properties: Properties }>,
  services: Services,
  state: SessionState,
): Promise<Answer> {
  await services.settings.set(new Map(statement.properties), state.user);
  return okAnswer;
}
