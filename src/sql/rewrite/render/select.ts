import type { OrderItem, Select } from '../ast.ts';
import { equalityKey } from '../conversions/keys.ts';
import { settled } from '../conversions/numbers.ts';
import type { Environment, RenderedQuery } from '../environment.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import { findColumn, isAmbiguous } from '../scope.ts';
import { hasKey, type Rendered } from '../types.ts';
import { filter } from './control.ts';
import { renderFrom } from './from.ts';
import { havingPlace, openGrouping } from './grouping.ts';
import { groupClause, groupKeys, isAggregated, rollupOrder } from './select-groups.ts';
import { expandItems, type OutputItem } from './select-items.ts';
import { renderItem, withNames } from './select-names.ts';
import { selectOrder, type SelectList } from './select-order.ts';
import { renderWindowDefinition } from './window.ts';
import { requireWindows } from './window-names.ts';
import { isConstant } from '../walk.ts';

/** One SELECT with its ORDER BY. Fills the environment's scope, which must be new. */
export function renderSelect(
  select: Select,
  orderBy: readonly OrderItem[],
  environment: Environment,
): RenderedQuery {
  const { scope } = environment;
  if (select.calcFoundRows) environment.output.calcFoundRows = true;
  requireWindows(select, orderBy);
  const from = renderFrom(select.from, environment);
  scope.clause = 'where clause';
  const where = select.where === undefined ? undefined : filter(select.where, environment);
  const items = expandItems(select.items, scope);
  const keys = groupKeys(select, items, environment);
  scope.grouping = isAggregated(select, orderBy, environment)
    ? openGrouping(keys, select, environment)
    : undefined;
  const grouped = renderGrouped(select, orderBy, items, environment);
  const isFilter = scope.grouping === undefined;
  scope.grouping = undefined;
  const { list, having, order } = grouped;
  const isShown = environment.output.shownScope === scope && !select.distinct;
  const conditions = [where, isFilter ? having : undefined].filter((each) => each !== undefined);
  const sql = [
    `SELECT ${select.distinct ? distinctWord(list) : ''}${list.map((item) => itemSql(item, isShown)).join(', ')}`,
    from,
    conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`,
    groupClause(select, keys),
    !isFilter && having !== undefined ? ` HAVING ${having}` : '',
    grouped.windows,
    orderBy.length === 0 && select.rollup ? rollupOrder(keys) : order,
  ].join('');
  return { sql, columns: columnsOfList(list) };
}

type Grouped = Readonly<{ list: SelectList; having: string | undefined; order: string; windows: string }>;

/** The clauses that stand for groups where there are groups. */
function renderGrouped(
  select: Select,
  orderBy: readonly OrderItem[],
  items: readonly OutputItem[],
  environment: Environment,
): Grouped {
  const { scope } = environment;
  scope.clause = 'field list';
  const list = items.map((item, index) => ({ item, value: itemValue(items, index, environment) }));
  const having = renderHaving(select, items, environment);
  const isOneRow = scope.grouping !== undefined && select.groupBy.length === 0;
  const order = isOneRow
    ? orderOfOneRow(orderBy, list, environment)
    : selectOrder(orderBy, list, environment, select.distinct);
  const windows = select.windows.map(
    ({ name, window }) => `${duckdbName(name)} AS ${renderWindowDefinition(window, environment)}`,
  );
  return { list, having, order, windows: windows.length === 0 ? '' : ` WINDOW ${windows.join(', ')}` };
}

/** All rows are one, which nothing sorts; the names have to be known nevertheless. */
function orderOfOneRow(orderBy: readonly OrderItem[], list: SelectList, environment: Environment): string {
  const { scope } = environment;
  const { grouping } = scope;
  scope.grouping = undefined;
  selectOrder(orderBy, list, environment, false);
  scope.grouping = grouping;
  return '';
}

/** DISTINCT; rows whose texts a collation of its own calls equal are one, too. */
function distinctWord(list: SelectList): string {
  if (!list.some(({ value }) => value !== undefined && hasKey(value.type))) return 'DISTINCT ';
  const keys = list.map(({ item, value }) =>
    value === undefined ? (item.kind === 'open' ? item.sql : '') : equalityKey(value),
  );
  return `DISTINCT ON (${keys.join(', ')}) `;
}

function itemValue(
  items: readonly OutputItem[],
  index: number,
  environment: Environment,
): Rendered | undefined {
  const item = items[index];
  const { grouping } = environment.scope;
  if (item === undefined || item.kind === 'open') return undefined;
  if (grouping !== undefined) grouping.place = `Expression #${index + 1} of SELECT list`;
  const value = settled(renderItem(item.expression, items.slice(0, index), environment));
  const key = isConstant(item.expression) ? grouping?.keyOf(value.sql) : undefined;
  return key === undefined ? value : { sql: key, type: value.type };
}

function itemSql({ item, value }: SelectList[number], isShown: boolean): string {
  if (item.kind === 'open' || value === undefined) return item.kind === 'open' ? item.sql : '';
  const sql = isShown && value.type.kind === 'decimal' ? (value.shown ?? value.sql) : value.sql;
  return `${sql} AS ${duckdbName(item.name === '' ? namelessColumn : item.name)}`;
}

/** MySQL has columns without a name, DuckDB has none; the client is told MySQL's name. */
const namelessColumn = ' ';

/** `undefined` when a star hides how many there are. */
function columnsOfList(list: SelectList): RenderedQuery['columns'] {
  if (list.some(({ value }) => value === undefined)) return undefined;
  return list.flatMap(({ item, value }) =>
    item.kind === 'open' || value === undefined
      ? []
      : [{ name: item.name, type: value.type, ...(item.asDefined && { asDefined: true }) }],
  );
}

/** HAVING sees the names of the select list before the tables, but for the columns that GROUP BY names. */
function renderHaving(
  select: Select,
  items: readonly OutputItem[],
  environment: Environment,
): string | undefined {
  const { having } = select;
  if (having === undefined) return undefined;
  const { scope } = environment;
  scope.clause = 'having clause';
  if (scope.grouping !== undefined) scope.grouping.place = havingPlace;
  const except = select.groupBy.flatMap((key) =>
    key.kind === 'column' && !isAmbiguous(scope, key.name) && findColumn(scope, key) !== undefined
      ? [key.name]
      : [],
  );
  return withNames(items, environment, { isFirst: true, except }, () => filter(having, environment));
}
