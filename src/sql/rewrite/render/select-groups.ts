import { SqlError } from '../../../base/sql-error.ts';
import type { Expression, OrderItem, Select } from '../ast.ts';
import { settled } from '../conversions/numbers.ts';
import { render, type Environment } from '../environment.ts';
import { findColumn, isAmbiguous } from '../scope.ts';
import type { Rendered } from '../types.ts';
import { hasAggregate, keySql } from './grouping.ts';
import { orderTerm } from './order.ts';
import type { OutputItem } from './select-items.ts';
import { contains, isConstant, isPosition, isQuery } from '../walk.ts';
import { itemAt, namedAt, withNames } from './select-names.ts';

/** True when the rows of the result stand for groups. Throws SqlError where ORDER BY alone would make one of all rows. */
export function isAggregated(
  select: Select,
  orderBy: readonly OrderItem[],
  { scope, context }: Environment,
): boolean {
  if (select.groupBy.length > 0) return true;
  const shown = select.items.map((item) => item.expression);
  if (
    [...shown, ...(select.having === undefined ? [] : [select.having])].some((each) =>
      hasAggregate(each, scope),
    )
  )
    return true;
  const sorting = orderBy.findIndex((item) => hasAggregate(item.expression, scope));
  if (sorting >= 0 && context.sqlMode.has('ONLY_FULL_GROUP_BY'))
    throw new SqlError(
      'order_by_aggregate',
      `Expression #${sorting + 1} of ORDER BY contains aggregate function and applies to the result of a non-aggregated query`,
    );
  return sorting >= 0;
}

/** The keys of GROUP BY: positions, columns of the tables, and then names of the select list. */
export function groupKeys(
  select: Select,
  items: readonly OutputItem[],
  environment: Environment,
): readonly Rendered[] {
  const clause = 'group statement';
  environment.scope.clause = clause;
  return withNames(items, environment, { isFirst: false }, () =>
    select.groupBy.map((node) => {
      const target = targetOf(node, items, environment);
      refuseAggregate(target, items, environment);
      const value = ofBytes(target, settled(render(target, environment)));
      return isConstant(target) || value.type.kind === 'null'
        ? { ...value, literal: value.literal ?? '' }
        : value;
    }),
  );
}

/** DuckDB shows its own collation's key in place of a subquery that is a key; by an explicit one it does not. */
function ofBytes(node: Expression, value: Rendered): Rendered {
  const isText = value.type.kind === 'text' && contains(node, isQuery);
  return isText ? { ...value, type: { ...value.type, bytes: true } } : value;
}

/** What a key is: a position and a name that is not one table's alone are those of the select list. */
function targetOf(node: Expression, items: readonly OutputItem[], { scope }: Environment): Expression {
  if (isPosition(node)) return itemAt(items, node.text, scope.clause);
  if (node.kind !== 'column' || node.table !== undefined) return node;
  if (!isAmbiguous(scope, node.name) && findColumn(scope, node) !== undefined) return node;
  const item = items[namedAt(node.name, items, scope) ?? -1];
  return item?.kind === 'item' ? item.expression : node;
}

function refuseAggregate(key: Expression, items: readonly OutputItem[], { scope }: Environment): void {
  if (!hasAggregate(key, scope)) return;
  const named = items.find((item) => item.kind === 'item' && item.expression === key);
  const name = named?.kind === 'item' ? named.name : 'an aggregate function';
  throw new SqlError('group_on_aggregate', `Can't group on '${name}'`);
}

/** The GROUP BY clause; empty without keys. */
export function groupClause(select: Select, keys: readonly Rendered[]): string {
  if (keys.length === 0) return '';
  const list = keys.map(keySql).join(', ');
  return select.rollup ? ` GROUP BY ROLLUP(${list})` : ` GROUP BY ${list}`;
}

/** MySQL gives rollup rows behind the groups that they sum up, also without ORDER BY. */
export function rollupOrder(keys: readonly Rendered[]): string {
  const terms = keys.flatMap((key) => [
    `grouping(${keySql(key)})`,
    ...(key.literal === undefined ? [orderTerm(key, false)] : []),
  ]);
  return ` ORDER BY ${terms.join(', ')}`;
}
