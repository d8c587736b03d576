import { SqlError } from '../../../base/sql-error.ts';
import type {
  CommonTable,
  Expression,
  Query,
  QueryBody,
  Select,
  SelectItem,
  TableExpression,
} from '../ast.ts';
import { isAggregateCall } from '../functions/aggregates.ts';
import { tablesOfBody } from '../names-read.ts';
import { notSupported } from '../not-supported.ts';
import type { ValueType } from '../types.ts';
import { contains } from '../walk.ts';
import { type RelationColumn, sameName } from '../scope.ts';

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
  const first = selectOf(
    [item({ kind: 'star' }), item({ kind: 'number', text: '0' }, depthColumn)],
    [seedOf(left, table.columns)],
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

/**
 * Throws SqlError for a common table that goes on in a way which MySQL refuses, or that would not end (manual, Recursive Common
 * Table Expressions).
 */
export function requireRecursion(table: CommonTable): void {
  const branches = branchesOf(table.query.body).map((body) => ({
    body,
    count: referencesIn(body, table.name),
  }));
  const first = branches.findIndex(({ count }) => count > 0);
  if (first < 0) return;
  const title = `Recursive Common Table Expression '${table.name}'`;
  if (branches.length === 1) throw new SqlError('recursion_without_union', `${title} should contain a UNION`);
  if (first === 0 || branches.slice(first).some(({ count }) => count === 0))
    throw new SqlError(
      'recursion_order',
      `${title} should have one or more non-recursive query blocks followed by one or more recursive ones`,
    );
  for (const { body, count } of branches.slice(first)) {
    if (body.kind === 'select') requireSteps(body, title);
    const isDirect =
      body.kind !== 'select' || body.from.some((each) => aliasOf(each, table.name) !== undefined);
    if (count > 1 || !isDirect)
      throw new SqlError(
        'recursion_reference',
        `In recursive query block of ${title}, the recursive table must be referenced only once, and not in any subquery`,
      );
  }
}

function branchesOf(body: QueryBody): readonly QueryBody[] {
  return body.kind === 'set' && body.operator === 'UNION' ? [...branchesOf(body.left), body.right] : [body];
}

function referencesIn(body: QueryBody, name: string): number {
  return tablesOfBody(body).filter((each) => each.database === undefined && sameName(each.name, name)).length;
}

/** Each step sees the rows of the one before it, and not all. */
function requireSteps(select: Select, title: string): void {
  if (select.distinct) notSupported('SELECT DISTINCT in a recursive query');
  const isGathered =
    select.groupBy.length > 0 ||
    [...select.items.map(({ expression }) => expression), ...(select.having ? [select.having] : [])].some(
      (node) =>
        contains(
          node,
          (each) => isAggregateCall(each) || (each.kind === 'call' && each.window !== undefined),
        ),
    );
  if (isGathered)
    throw new SqlError(
      'recursion_aggregate',
      `${title} can contain neither aggregation nor window functions in recursive query block`,
    );
}

/** The table with those columns in 64 bits that are numbers of the statement, as MySQL has them: what is added to them needs the room. */
export function withWideSeed(table: CommonTable, seed: readonly RelationColumn[] | undefined): CommonTable {
  if (seed?.some(({ type }) => isNarrowLiteral(type)) !== true) return table;
  const items = seed.map(({ name, type }) => {
    const column: Expression = { kind: 'column', table: seedAlias, name };
    if (!isNarrowLiteral(type)) return item(column, name);
    return item({ kind: 'cast', operand: column, target: { name: 'SIGNED', arguments: [] } }, name);
  });
  const widened = (body: QueryBody): QueryBody =>
    body.kind === 'set'
      ? { ...body, left: widened(body.left) }
      : selectOf(items, [seedOf(body, table.columns)]);
  return { ...table, query: { ...table.query, body: widened(table.query.body) } };
}

function isNarrowLiteral(type: ValueType): boolean {
  return type.kind === 'integer' && !type.wide && type.size === undefined && type.bits === undefined;
}

const seedAlias = '__seed';

function seedOf(body: QueryBody, columns: readonly string[]): TableExpression {
  const query: Query = { recursive: false, with: [], body, orderBy: [], limit: undefined };
  return { kind: 'derived', query, alias: seedAlias, columns, lateral: false };
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
