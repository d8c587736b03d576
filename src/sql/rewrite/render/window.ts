import { SqlError } from '../../../base/sql-error.ts';
import type { FrameBound, Window } from '../ast.ts';
import { isPosition } from '../walk.ts';
import { sortKey } from '../conversions/keys.ts';
import { render, type Environment } from '../environment.ts';
import { duckdbName } from '../../duckdb-quote.ts';
import { intervalOf } from './date.ts';
import { renderOrderBy } from './order.ts';
import { requireFrame, requireRange } from './window-frame.ts';

/** What stands in the WINDOW clause: always in parentheses. */
export function renderWindowDefinition(window: Window, environment: Environment): string {
  const sql = renderWindow(window, environment);
  return sql.startsWith('(') ? sql : `(${sql})`;
}

/** What stands behind OVER. */
export function renderWindow(window: Window, environment: Environment): string {
  refusePositions(window);
  const parts: string[] = [];
  if (window.name !== undefined) parts.push(duckdbName(window.name));
  if (window.partitionBy.length > 0) {
    const keys = window.partitionBy.map((key) => sortKey(render(key, environment)));
    parts.push(`PARTITION BY ${keys.join(', ')}`);
  }
  const keys = window.orderBy.map(({ expression }) => render(expression, environment));
  const { frame } = window;
  if (frame !== undefined) {
    const name = window.name ?? unnamed;
    if (keys.length > 0 || window.name === undefined) requireRange(frame, keys, name);
    requireFrame(frame, name);
  }
  const order = renderOrderBy(window.orderBy, environment);
  if (order !== '') parts.push(order);
  if (frame !== undefined) {
    const { unit, start, end } = frame;
    const first = renderBound(start, environment);
    parts.push(
      end === undefined
        ? `${unit} ${first}`
        : `${unit} BETWEEN ${first} AND ${renderBound(end, environment)}`,
    );
  }
  const isNameOnly = window.name !== undefined && parts.length === 1;
  return isNameOnly ? (parts[0] ?? '') : `(${parts.join(' ')})`;
}

const unnamed = '<unnamed window>';

function refusePositions({ name, partitionBy, orderBy }: Window): void {
  if (![...partitionBy, ...orderBy.map(({ expression }) => expression)].some(isPosition)) return;
  throw new SqlError(
    'window_position',
    `Window '${name ?? unnamed}': ORDER BY or PARTITION BY uses legacy position indication which is not supported, use expression.`,
  );
}

function renderBound(bound: FrameBound, environment: Environment): string {
  if (bound.kind === 'current') return 'CURRENT ROW';
  const side = bound.kind.toUpperCase();
  if (bound.amount === undefined) return `UNBOUNDED ${side}`;
  const amount = render(bound.amount, environment);
  return `${bound.unit === undefined ? amount.sql : intervalOf(amount, bound.unit)} ${side}`;
}
