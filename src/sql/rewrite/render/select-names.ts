import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnName, Expression } from '../ast.ts';
import { render, type Environment } from '../environment.ts';
import { isAggregateCall } from '../functions/aggregates.ts';
import { contains } from '../walk.ts';
import type { Rendered } from '../types.ts';
import { findColumn, sameName, type AliasLookup, type Scope } from '../scope.ts';
import type { OutputItem } from './select-items.ts';

type LookupOptions = Readonly<{
  isFirst: boolean;
  /** Names that the lookup leaves to the tables. */
  except?: readonly string[];
}>;

/** Runs `work` while names of the select list are in reach; each is rendered where it is used, by the groups there. */
export function withNames<T>(
  items: readonly OutputItem[],
  environment: Environment,
  options: LookupOptions,
  work: () => T,
): T {
  const { scope } = environment;
  scope.aliases = aliasLookup(items, environment, options);
  try {
    return work();
  } finally {
    scope.aliases = undefined;
  }
}

function aliasLookup(
  items: readonly OutputItem[],
  environment: Environment,
  options: LookupOptions,
): AliasLookup {
  const { scope } = environment;
  return {
    isFirst: options.isFirst,
    get(name) {
      if (options.except?.some((each) => sameName(each, name)) === true) return undefined;
      const index = namedAt(name, items, scope) ?? -1;
      const item = items[index];
      if (item === undefined || item.kind === 'open') return undefined;
      const { aliases } = scope;
      scope.aliases = undefined;
      try {
        return renderItem(item.expression, items.slice(0, index), environment);
      } finally {
        scope.aliases = aliases;
      }
    },
  };
}

/** An expression of the select list, of which subqueries see the names of the items before it. */
export function renderItem(
  expression: Expression,
  before: readonly OutputItem[],
  environment: Environment,
): Rendered {
  const { scope } = environment;
  const { earlier } = scope;
  scope.earlier = earlierNames(before, environment);
  try {
    return render(expression, environment);
  } finally {
    scope.earlier = earlier;
  }
}

/** What subqueries in the select list see of the items before them. A name of an aggregate is MySQL's error 1247 there. */
function earlierNames(items: readonly OutputItem[], environment: Environment): AliasLookup {
  const { scope } = environment;
  const named = aliasLookup(items, environment, { isFirst: false });
  return {
    isFirst: false,
    get(name) {
      const item = items[namedAt(name, items, scope) ?? -1];
      if (item?.kind === 'item' && contains(item.expression, isGathered)) {
        const text = `Reference '${name}' not supported (reference to group function)`;
        throw new SqlError('reference_to_group', text);
      }
      return named.get(name);
    },
  };
}

function isGathered(node: Expression): boolean {
  return isAggregateCall(node) || (node.kind === 'call' && node.window !== undefined);
}

/**
 * The index of the item that a name stands for: the first that is called so. Throws SqlError when two columns of the tables
 * are, but for one column that is there twice.
 */
export function namedAt(name: string, items: readonly OutputItem[], scope: Scope): number | undefined {
  let found: Readonly<{ index: number; column: ColumnName }> | undefined;
  for (const [index, item] of items.entries()) {
    if (item.kind === 'open' || !sameName(item.name, name)) continue;
    if (item.expression.kind !== 'column') return index;
    found ??= { index, column: item.expression };
    if (isSameColumn(found.column, item.expression, scope)) continue;
    throw new SqlError('ambiguous_column', `Column '${name}' in ${scope.clause} is ambiguous`);
  }
  return found?.index;
}

function isSameColumn(left: ColumnName, right: ColumnName, scope: Scope): boolean {
  if (left === right) return true;
  const [one, other] = [findColumn(scope, left), findColumn(scope, right)];
  return one?.relation === other?.relation && one?.column === other?.column;
}

/** The expression at a position of the select list, counted from 1. */
export function itemAt(items: readonly OutputItem[], position: string, clause: string): Expression {
  const item = items[Number(position) - 1];
  if (item === undefined || item.kind === 'open') {
    throw new SqlError('unknown_column', `Unknown column '${position}' in '${clause}'`);
  }
  return item.expression;
}
