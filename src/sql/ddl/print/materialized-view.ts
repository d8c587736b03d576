import { quoteDouble, quoteName, quoteText } from '../../quote.ts';
import type { CreateMaterializedView, RefreshScheme, ViewPartitioning } from '../materialized-view.ts';
import { printDistribution, printProperties } from './starrocks-table.ts';

/** What the printed statement says; the columns are all of the view's. */
export type PrintedMaterializedView = Omit<
  CreateMaterializedView,
  'kind' | 'name' | 'ifNotExists' | 'select'
> &
  Readonly<{ name: string; select: string }>;

/** The statement that makes the view, in the layout of StarRocks' SHOW CREATE MATERIALIZED VIEW. */
export function printMaterializedView(view: PrintedMaterializedView): string {
  const columns = view.columns.map(({ name, comment }) =>
    comment === undefined ? quoteName(name) : `${quoteName(name)} COMMENT ${quoteText(comment)}`,
  );
  const list = columns.length === 0 ? '' : ` (${columns.join(', ')})`;
  const { comment, partitionBy, distribution, orderBy, refresh, properties } = view;
  const lines = [
    `CREATE MATERIALIZED VIEW ${quoteName(view.name)}${list}`,
    comment === undefined ? undefined : `COMMENT ${quoteDouble(comment)}`,
    partitionBy === undefined ? undefined : `PARTITION BY (${printViewPartitioning(partitionBy)})`,
    distribution === undefined ? undefined : printDistribution(distribution),
    orderBy === undefined ? undefined : `ORDER BY (${orderBy.map((name) => quoteName(name)).join(', ')})`,
    refresh === undefined ? undefined : printRefreshScheme(refresh),
    properties.length === 0 ? undefined : printProperties(properties),
    `AS ${view.select}`,
  ];
  return lines.filter((line) => line !== undefined).join('\n');
}

function printViewPartitioning({ column, unit }: ViewPartitioning): string {
  return unit === undefined ? quoteName(column) : `date_trunc('${unit}', ${quoteName(column)})`;
}

export function printRefreshScheme({ moment, mode }: RefreshScheme): string {
  const head = moment === 'DEFERRED' ? 'REFRESH DEFERRED' : 'REFRESH';
  switch (mode.kind) {
    case 'manual':
      return `${head} MANUAL`;
    case 'on_change':
      return `${head} ASYNC`;
    case 'schedule': {
      const start = mode.start === undefined ? '' : ` START(${quoteDouble(mode.start)})`;
      return `${head} ASYNC${start} EVERY(INTERVAL ${mode.every.count} ${mode.every.unit})`;
    }
  }
}
