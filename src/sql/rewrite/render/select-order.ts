import { SqlError } from '../../../base/sql-error.ts';
import type { Expression, OrderItem } from '../ast.ts';
import { settled } from '../conversions/numbers.ts';
import { findColumn } from '../scope.ts';
import { columnsIn, isConstant, isPosition } from '../walk.ts';
import { render, type Environment } from '../environment.ts';
import type { Rendered } from '../types.ts';
import { orderTerm } from './order.ts';
import type { OutputItem } from './select-items.ts';
import { itemAt, namedAt, withNames } from './select-names.ts';

/** One column of the result: its text, and its value unless it is a star over unknown columns. */
export type SelectList = readonly Readonly<{ item: OutputItem; value: Rendered | undefined }>[];

const clause = 'order clause';

/**
 * The ORDER BY clause of a SELECT; empty when nothing sorts. A name alone is looked for in the select list first, and in the
 * tables first where it is a part of an expression.
 */
export function selectOrder(
  orderBy: readonly OrderItem[],
  list: SelectList,
  environment: Environment,
  isDistinct: boolean,
): string {
  const { scope } = environment;
  scope.clause = clause;
  const items = list.map(({ item }) => item);
  const terms = withNames(items, environment, { isFirst: false }, () =>
    orderBy.flatMap((item, index) => {
      if (scope.grouping !== undefined) scope.grouping.place = `Expression #${index + 1} of ORDER BY`;
      if (isDistinct) requireListed(item.expression, index, list, environment);
      return term(item, list, environment);
    }),
  );
  return terms.length === 0 ? '' : ` ORDER BY ${terms.join(', ')}`;
}

/** Of rows that DISTINCT makes one, only what the select list shows is the same. */
function requireListed(
  expression: Expression,
  index: number,
  list: SelectList,
  environment: Environment,
): void {
  if (!environment.context.sqlMode.has('ONLY_FULL_GROUP_BY') || list.some(({ value }) => value === undefined))
    return;
  if (isConstant(expression) || listedAt(expression, list, environment) !== undefined) return;
  const listed = new Set(list.map(({ value }) => value?.sql));
  if (listed.has(settled(render(expression, environment)).sql)) return;
  const other = columnsIn(expression).find((column) => !listed.has(render(column, environment).sql));
  if (other === undefined) return;
  const match = findColumn(environment.scope, other);
  if (match === undefined) return;
  const { relation } = match;
  const name = [relation.database, relation.alias, other.name].filter((part) => part !== undefined).join('.');
  throw new SqlError(
    'order_not_in_distinct',
    `Expression #${index + 1} of ORDER BY clause is not in SELECT list, references column '${name}' which is not in SELECT list; this is incompatible with DISTINCT`,
  );
}

/** The place in the select list that a bare name stands for. */
function listedAt(expression: Expression, list: SelectList, { scope }: Environment): number | undefined {
  if (expression.kind !== 'column' || expression.table !== undefined) return undefined;
  const items = list.map(({ item }) => item);
  return namedAt(expression.name, items, scope);
}

/** A position or name of the select list sorts by that column; a constant sorts nothing. */
function term(
  { expression, descending }: OrderItem,
  list: SelectList,
  environment: Environment,
): readonly string[] {
  if (isConstant(expression) && !isPosition(expression)) return [];
  const items = list.map(({ item }) => item);
  if (expression.kind === 'number') itemAt(items, expression.text, clause);
  const index =
    expression.kind === 'number' ? Number(expression.text) - 1 : listedAt(expression, list, environment);
  const value = index === undefined ? undefined : list[index]?.value;
  if (index === undefined || value === undefined) {
    const rendered = render(expression, environment);
    return rendered.type.kind === 'null' ? [] : [orderTerm(rendered, descending)];
  }
  // Text and JSON sort by their key, which is no column of the result; a star shifts the positions behind it.
  const hasKey = value.type.kind === 'text' || value.type.kind === 'json' || value.shown !== undefined;
  const hasPosition = !hasKey && list.every((each) => each.value !== undefined);
  return [orderTerm(hasPosition ? { ...value, sql: String(index + 1) } : value, descending)];
}
