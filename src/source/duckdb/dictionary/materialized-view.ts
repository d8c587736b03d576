import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import type { RefreshScheme, ViewPartitioning } from '../../../sql/ddl/materialized-view.ts';
import { printMaterializedView } from '../../../sql/ddl/print/materialized-view.ts';

/**
 * A materialized view as the dictionary keeps it: a SELECT and the table that holds what it gave last. `table` has
 * the columns with their types, and StarRocks' clauses; its rows lie in the DuckDB table of the view's name.
 */
export type MaterializedView = Readonly<{
  /** Unique in this file, for as long as the view is there: names its task. */
  id: number;
  table: TableDefinition;
  /** MySQL text, read with `database` as the current one, as at creation. */
  select: string;
  database: string;
  refresh: RefreshScheme;
  partitionBy?: ViewPartitioning;
  /** Everything the SELECT reads, also through views. */
  bases: readonly Base[];
  /** Where the values of the partition column come from; absent where a changed row cannot be traced to one. */
  origin?: PartitionOrigin;
  /** The login that made it. */
  creator: string;
  state: ViewState;
  /** Restored without its rows: its first refresh comes by itself when it is active, though the scheme be DEFERRED. */
  isFilledAtOnce?: true;
  /** The newest refresh that has begun to count: one that ended, whichever way. */
  lastRefresh?: RefreshReport;
}>;

/** `columns` are those of a table or materialized view that the SELECT names; all of them for a star. */
export type Base = Readonly<{
  database: string;
  name: string;
  kind: 'TABLE' | 'VIEW' | 'MATERIALIZED_VIEW';
  columns: readonly BaseColumn[];
  /** The SELECT has a star: the order and number of the columns matter, too. */
  isStar: boolean;
}>;

export type BaseColumn = Readonly<{ name: string; type: string }>;

/**
 * The one base table whose rows of a value make the view's rows of the same value. `unit`: the view's column is
 * date_trunc('unit', column).
 */
export type PartitionOrigin = Readonly<{ database: string; table: string; column: string; unit?: string }>;

/** An inactive view keeps its rows and answers from them; it is not refreshed. */
export type ViewState =
  | Readonly<{ kind: 'active' }>
  /** `byUser`: by ALTER … INACTIVE; such a view is not activated by itself. */
  | Readonly<{ kind: 'inactive'; reason: string; byUser: boolean }>;

export const active: ViewState = { kind: 'active' };

export type RefreshReport = Readonly<{
  queryId: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
  finishedAt: number;
  state: 'SUCCESS' | 'FAILED';
  force: boolean;
  range?: Readonly<{ start: string; end: string }>;
  /** Values of the partitions that were made again; undefined for all rows of the view. */
  partitions?: readonly string[];
  error?: string;
}>;

/** Name of the task that refreshes the view. */
export function taskName(view: MaterializedView): string {
  return `mv-${view.id}`;
}

/** StarRocks' word for when it is refreshed. */
export function refreshType(view: MaterializedView): 'ASYNC' | 'MANUAL' {
  return view.refresh.mode.kind === 'manual' ? 'MANUAL' : 'ASYNC';
}

/** The statement that makes the view, under the name that it has now. */
export function shownMaterializedView(name: string, view: MaterializedView): string {
  const { table, partitionBy, refresh, select } = view;
  const { distribution, orderBy, properties } = table;
  const { comment } = table.options;
  return printMaterializedView({
    name,
    columns: table.columns.map((column) => ({
      name: column.name,
      ...(column.comment === undefined ? {} : { comment: column.comment }),
    })),
    ...(comment === undefined ? {} : { comment }),
    ...(partitionBy === undefined ? {} : { partitionBy }),
    ...(distribution === undefined ? {} : { distribution }),
    ...(orderBy === undefined ? {} : { orderBy }),
    refresh,
    properties,
    select,
  });
}
