import { SqlError } from '../../../base/sql-error.ts';
import type { Expression } from '../ast.ts';
import { render, type Environment } from '../environment.ts';
import { sameName, type AliasLookup } from '../scope.ts';
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
  const lookup: AliasLookup = {
    isFirst: options.isFirst,
    get(name) {
      if (options.except?.some((each) => sameName(each, name)) === true) return undefined;
      const item = items[namedAt(name, items) ?? -1];
      if (item === undefined || item.kind === 'open') return undefined;
      scope.aliases = undefined;
      try {
        return render(item.expression, environment);
      } finally {
        scope.aliases = lookup;
      }
    },
  };
  return lookup;
}

/** The index of the item that a name stands for. */
export function namedAt(name: string, items: readonly OutputItem[]): number | undefined {
  const index = items.findIndex((item) => item.kind === 'item' && item.isNamed && sameName(item.name, name));
  return index < 0 ? undefined : index;
}

/** The expression at a position of the select list, counted from 1. */
export function itemAt(items: readonly OutputItem[], position: string, clause: string): Expression {
  const item = items[Number(position) - 1];
  if (item === undefined || item.kind === 'open') {
    throw new SqlError('unknown_column', `Unknown column '${position}' in '${clause}'`);
  }
  return item.expression;
}
