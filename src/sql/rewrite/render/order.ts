import type { OrderItem } from '../ast.ts';
import { orderKey } from '../conversions/keys.ts';
import { settled } from '../conversions/numbers.ts';
import { render, type Environment } from '../environment.ts';
import type { Rendered } from '../types.ts';

/** `ORDER BY …` of a window or an aggregate; empty when there is none. A bare number is a constant here. */
export function renderOrderBy(items: readonly OrderItem[], environment: Environment): string {
  if (items.length === 0) return '';
  const parts = items.map((item) => orderTerm(render(item.expression, environment), item.descending));
  return `ORDER BY ${parts.join(', ')}`;
}

/** One term of ORDER BY; NULL is the least value, as in MySQL. */
export function orderTerm(value: Rendered, descending: boolean): string {
  const key = orderKey(settled(value));
  return descending ? `${key} DESC NULLS LAST` : `${key} NULLS FIRST`;
}
