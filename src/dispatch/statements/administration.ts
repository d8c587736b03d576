import { textColumn } from '../../base/rows.ts';
import type { Properties, ShowTail } from '../../sql/statement.ts';
import { type Answer, okAnswer, rowsAnswer } from '../answer.ts';
import { filterOf, likeRows } from '../row-filter.ts';
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

/** SHOW CATALOGS [LIKE p], in StarRocks' columns. */
export async function showCatalogs(tail: ShowTail, services: Services, signal: AbortSignal): Promise<Answer> {
  const columns = ['Catalog', 'Type', 'Comment'].map((name) => textColumn(name, 256));
  const rows = services.catalogs
    .names()
    .map((name) => [name, 'Internal', "An internal catalog contains this cluster's self-managed tables."]);
  const table = likeRows({ columns, rows }, 'Catalog', tail.like);
  const filter = filterOf(tail);
  return rowsAnswer(filter === undefined ? table : await services.filterRows(table, filter, signal));
}

/** SET CATALOG c: the database of the other catalog is no longer the current one. */
export function setCatalog(
  statement: Readonly<{ name: string }>,
  services: Services,
  state: SessionState,
): Answer {
  services.catalogs.source(statement.name);
  if (state.catalog !== statement.name) state.database = undefined;
  state.catalog = statement.name;
  return okAnswer;
}
