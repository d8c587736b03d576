import { SqlError } from '../../../base/sql-error.ts';
import type { Call, Expression, OrderItem, Select, Window } from '../ast.ts';
import { children, contains } from '../walk.ts';

/**
 * Throws SqlError for a window function where there is no row to look from, and for windows that do not fit together (manual,
 * Named Windows).
 */
export function requireWindows(select: Select, orderBy: readonly OrderItem[]): void {
  const filters = [select.where, select.having, ...select.groupBy];
  for (const node of filters) if (node !== undefined) refuseWindows(node);
  const named = new Map<string, Window>();
  for (const { name, window } of select.windows) {
    if (named.has(name.toLowerCase()))
      throw new SqlError('window_twice', `Window '${name}' is defined twice.`);
    named.set(name.toLowerCase(), window);
  }
  for (const { name, window } of select.windows) requireBase(window, name, named);
  const shown = [...select.items, ...orderBy].map(({ expression }) => expression);
  for (const window of shown.flatMap(windowsIn)) requireBase(window, '<unnamed window>', named);
}

function refuseWindows(node: Expression): void {
  contains(node, (each) => {
    if (!isWindowCall(each)) return false;
    throw new SqlError(
      'window_context',
      `You cannot use the window function '${each.name.toLowerCase()}' in this context.'`,
    );
  });
}

function isWindowCall(node: Expression): node is Call {
  return node.kind === 'call' && node.window !== undefined;
}

function windowsIn(node: Expression): readonly Window[] {
  const own = node.kind === 'call' && node.window !== undefined ? [node.window] : [];
  return [...own, ...children(node).flatMap(windowsIn)];
}

/** The window that another one names and adds to. */
function requireBase(window: Window, name: string, named: ReadonlyMap<string, Window>): void {
  if (window.name === undefined) return;
  const base = named.get(window.name.toLowerCase());
  if (base === undefined)
    throw new SqlError('unknown_window', `Window name '${window.name}' is not defined.`);
  requireEnd(window, named);
  if (window.partitionBy.length > 0)
    throw new SqlError('window_partition', 'A window which depends on another cannot define partitioning.');
  if (window.orderBy.length > 0 && base.orderBy.length > 0)
    throw new SqlError(
      'window_order',
      `Window '${name}' cannot inherit '${window.name}' since both contain an ORDER BY clause.`,
    );
  if (base.frame !== undefined && (window.orderBy.length > 0 || window.frame !== undefined))
    throw new SqlError(
      'window_base_frame',
      `Window '${window.name}' has a frame definition, so cannot be referenced by another window.`,
    );
}

function requireEnd(window: Window, named: ReadonlyMap<string, Window>): void {
  let each: Window | undefined = window;
  for (let steps = 0; each?.name !== undefined; steps++) {
    if (steps > named.size)
      throw new SqlError('window_circle', 'There is a circularity in the window dependency graph.');
    each = named.get(each.name.toLowerCase());
  }
}
