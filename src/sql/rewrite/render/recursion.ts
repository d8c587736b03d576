import type { CommonTable, Expression, Query, Select, SelectItem, TableExpression } from '../ast.ts';
import { sameName } from '../scope.ts';

/** The column that counts how often a recursive query has gone on; no star shows it. */
export const depthColumn = '__depth';

/**
 * A recursive common table whose rows count their steps, so that the step beyond cte_max_recursion_depth is MySQL's error.
 * Undefined for one that does not go on by UNION ALL with one SELECT: it ends by itself or by a time limit.
 */
export function countedTable(table: CommonTable): CommonTable | undefined {
  const { body } = table.query;
  if (body.kind !== 'set' || body.operator !== 'UNION' || !body.all) return undefined;
  const { left, right } = body;
  if (right.kind !== 'select' || right.distinct || right.groupBy.length > 0) return undefined;
  const alias = right.from.map((each) => aliasOf(each, table.name)).find((each) => each !== undefined);
  if (alias === undefined || (left.kind === 'set' && !isPlain(left.left))) return undefined;
  const seed: Query = { recursive: false, with: [], body: left, orderBy: [], limit: undefined };
  const first = selectOf(
    [item({ kind: 'star' }), item({ kind: 'number', text: '0' }, depthColumn)],
    [{ kind: 'derived', query: seed, alias: '__seed', columns: table.columns, lateral: false }],
  );
  const next: Expression = {
    kind: 'call',
    name: 'NEXT DEPTH',
    arguments: [{ kind: 'column', table: alias, name: depthColumn }],
    distinct: false,
    orderBy: [],
    separator: undefined,
    window: undefined,
  };
  const further = { ...right, items: [...right.items, item(next, depthColumn)] };
  const counted = { ...body, left: first, right: further } as const;
  const columns = table.columns.length === 0 ? [] : [...table.columns, depthColumn];
  return { ...table, columns, query: { ...table.query, body: counted } };
}

/** Several branches may go on; only one is counted. */
function isPlain(body: Query['body']): boolean {
  return body.kind !== 'set';
}

function aliasOf(table: TableExpression, name: string): string | undefined {
  switch (table.kind) {
    case 'table':
      return table.database === undefined && sameName(table.name, name)
        ? (table.alias ?? table.name)
        : undefined;
    case 'join':
      return aliasOf(table.left, name) ?? aliasOf(table.right, name);
    case 'derived':
    case 'jsonTable':
      return undefined;
  }
}

function item(expression: Expression, alias?: string): SelectItem {
  return { expression, alias, text: alias ?? '*' };
}

function selectOf(items: readonly SelectItem[], from: readonly TableExpression[]): Select {
  return {
    kind: 'select',
    distinct: false,
    calcFoundRows: false,
    items,
    from,
    where: undefined,
    groupBy: [],
    rollup: false,
    having: undefined,
    windows: [],
  };
}
