import type { ViewPartitioning } from '../../../sql/ddl/materialized-view.ts';
import type { Expression, Query, Select, TableExpression } from '../../../sql/rewrite/ast.ts';
import { grammar } from '../../../sql/rewrite/parse/grammar.ts';
import { queryReader, readQuery } from '../../../sql/rewrite/parse/query-reader.ts';
import { children, contains } from '../../../sql/rewrite/walk.ts';
import type { Token } from '../../../sql/token.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import type { Engine } from '../engine/engine.ts';
import { columnIndex, sameName } from '../physical/names.ts';
import type { Base, PartitionOrigin } from '../dictionary/materialized-view.ts';

export type TracedView = Readonly<{
  engine: Engine;
  /** The current database of the SELECT. */
  database: string;
  select: string;
  tokens: readonly Token[];
  sqlMode: ReadonlySet<string>;
  /** Names of the view's columns in order. */
  columns: readonly string[];
  partitionBy: ViewPartitioning;
  bases: readonly Base[];
}>;

/**
 * The base table of which a changed row can only change the view's rows of the same partition. That is certain when
 * the partition column is a column of a table that the SELECT reads once, by inner joins or on the kept side of outer
 * ones, and the rows of a value are made from rows of that value alone: grouped by it, without windows, LIMIT, set
 * operations or subqueries. Otherwise undefined: then every change makes the whole view again.
 */
export function partitionOrigin(traced: TracedView): PartitionOrigin | undefined {
  const select = plainSelect(traced);
  if (select === undefined) return undefined;
  const index = traced.columns.findIndex((name) => sameName(name, traced.partitionBy.column));
  const item = select.items[index];
  // A star before the column moves it.
  if (item === undefined || select.items.some((each) => each.expression.kind === 'star')) return undefined;
  const column = tracedColumn(item.expression);
  if (column === undefined || !isGrouped(select, index)) return undefined;
  const tables = select.from.flatMap((each) => tablesOf(each, true));
  const found = tables.filter((table) => hasColumn(traced, table, column));
  const [origin] = found;
  if (origin === undefined || found.length !== 1 || !origin.isKept || !isReadOnce(traced, tables, origin)) {
    return undefined;
  }
  const { database, name } = origin;
  const unit = column.unit === undefined ? {} : { unit: column.unit };
  return { database: database ?? traced.database, table: name, column: column.name, ...unit };
}

/** The one SELECT of the query; undefined for a query of another form, or one with something that is not plain. */
function plainSelect({ tokens, select, sqlMode }: TracedView): Select | undefined {
  const query: Query = readQuery(queryReader(grammar, { tokens, text: select, modes: sqlMode }));
  const { body } = query;
  if (body.kind !== 'select' || query.with.length > 0 || query.limit !== undefined) return undefined;
  const expressions = [
    ...body.items.map((item) => item.expression),
    ...(body.where === undefined ? [] : [body.where]),
    ...(body.having === undefined ? [] : [body.having]),
    ...body.from.flatMap(conditionsOf),
  ];
  const isPlain = !body.rollup && body.windows.length === 0 && !expressions.some(isSpecial);
  return isPlain ? body : undefined;
}

function isSpecial(expression: Expression): boolean {
  return contains(expression, (node) => {
    if (node.kind === 'call') return node.window !== undefined;
    return ['subquery', 'exists', 'inQuery', 'quantified'].includes(node.kind);
  });
}

function conditionsOf(table: TableExpression): readonly Expression[] {
  if (table.kind !== 'join') return [];
  const own = table.on === undefined ? [] : [table.on];
  return [...own, ...conditionsOf(table.left), ...conditionsOf(table.right)];
}

type TracedColumn = Readonly<{ name: string; table?: string; unit?: string }>;

/** A column, or date_trunc('unit', column). */
function tracedColumn(expression: Expression): TracedColumn | undefined {
  if (expression.kind === 'column') {
    const { name, table } = expression;
    return table === undefined ? { name } : { name, table };
  }
  if (expression.kind !== 'call' || expression.name !== 'DATE_TRUNC') return undefined;
  const [unit, column] = expression.arguments;
  if (unit?.kind !== 'string' || column?.kind !== 'column') return undefined;
  return { ...tracedColumn(column), name: column.name, unit: unit.value.toLowerCase() };
}

/** The item is one of GROUP BY, by itself, its alias or its number; or nothing is grouped. */
function isGrouped(select: Select, index: number): boolean {
  if (select.groupBy.length === 0) return !select.items.some((item) => hasAggregate(item.expression));
  const item = select.items[index];
  return select.groupBy.some((group) => {
    if (group.kind === 'number') return group.text === String(index + 1);
    const isAlias = group.kind === 'column' && item?.alias !== undefined && sameName(group.name, item.alias);
    return isAlias || JSON.stringify(group) === JSON.stringify(item?.expression);
  });
}

/** Any call counts: which of them aggregate is not asked here. */
function hasAggregate(expression: Expression): boolean {
  if (expression.kind === 'call') return expression.name !== 'DATE_TRUNC';
  return children(expression).some(hasAggregate);
}

/** `isKept`: every row of it is met, or none that the join does not match: it is on no optional side. */
type FromTable = Readonly<{
  database: string | undefined;
  name: string;
  alias: string;
  isKept: boolean;
  isDerived: boolean;
}>;

function tablesOf(table: TableExpression, isKept: boolean): readonly FromTable[] {
  switch (table.kind) {
    case 'table': {
      const { database, name, alias } = table;
      return [{ database, name, alias: alias ?? name, isKept, isDerived: false }];
    }
    case 'derived':
    case 'jsonTable':
      return [{ database: undefined, name: '', alias: table.alias, isKept: false, isDerived: true }];
    case 'join':
      return [
        ...tablesOf(table.left, isKept && table.type !== 'RIGHT'),
        ...tablesOf(table.right, isKept && table.type !== 'LEFT'),
      ];
  }
}

function hasColumn(traced: TracedView, table: FromTable, column: TracedColumn): boolean {
  if (column.table !== undefined && !sameName(column.table, table.alias)) return false;
  const stored = storedTable(traced, table);
  return stored !== undefined && columnIndex(stored.definition, column.name) >= 0;
}

function storedTable({ engine, database }: TracedView, table: FromTable): StoredTable | undefined {
  if (table.isDerived) return undefined;
  return engine.dictionary.table(table.database ?? database, table.name);
}

/** No other table of FROM is it, and none may read it behind a name: a view or a derived table. */
function isReadOnce(traced: TracedView, tables: readonly FromTable[], origin: FromTable): boolean {
  return tables.every((table) => {
    if (table === origin) return true;
    const stored = storedTable(traced, table);
    return stored !== undefined && stored !== storedTable(traced, origin);
  });
}
