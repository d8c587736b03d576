import { SqlError } from '../../../base/sql-error.ts';
import type { OrderItem, Select } from '../ast.ts';
import { equalityKey, settled } from '../conversions.ts';
import { render, type Environment } from '../environment.ts';
import type { Rendered } from '../types.ts';
import { hasAggregate } from './grouping.ts';
import { orderTerm } from './order.ts';
import type { OutputItem } from './select-items.ts';
import { isConstant, isPosition } from '../walk.ts';
import { itemAt, withNames } from './select-names.ts';

/** True when the rows of the result stand for groups. */
export function isAggregated(select: Select, orderBy: readonly OrderItem[]): boolean {
  if (select.groupBy.length > 0) return true;
  const places = [
    ...select.items.map((item) => item.expression),
    ...(select.having === undefined ? [] : [select.having]),
    ...orderBy.map((item) => item.expression),
  ];
  return places.some(hasAggregate);
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
      const target = isPosition(node) ? itemAt(items, node.text, clause) : node;
      if (hasAggregate(target)) throw new SqlError('invalid_group_function', 'Invalid use of group function');
      const value = settled(render(target, environment));
      return isConstant(target) || value.type.kind === 'null'
        ? { ...value, literal: value.literal ?? '' }
        : value;
    }),
  );
}

/** The GROUP BY clause. A literal as a key groups nothing; DuckDB would read a number as a position. */
export function groupClause(select: Select, keys: readonly Rendered[]): string {
  if (keys.length === 0) return '';
  const list = keys.map(keySql).join(', ');
  return select.rollup ? ` GROUP BY ROLLUP(${list})` : ` GROUP BY ${list}`;
}

function keySql(key: Rendered): string {
  return key.literal === undefined ? equalityKey(key) : `CAST(${key.sql} AS VARCHAR)`;
}

/** MySQL gives rollup rows behind the groups that they sum up, also without ORDER BY. */
export function rollupOrder(keys: readonly Rendered[]): string {
  const terms = keys.flatMap((key) => [
    `grouping(${keySql(key)})`,
    ...(key.literal === undefined ? [orderTerm(key, false)] : []),
  ]);
  return ` ORDER BY ${terms.join(', ')}`;
}
