import type { Cell, Column } from '../../../base/rows.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { QueryContext } from '../../query.ts';
import type { Connection } from '../connection/connection.ts';
import type { FixedRows, FixedTable } from '../connection/fixed-rows.ts';
import { loadRows } from '../connection/loose-rows.ts';

/**
 * Who knows information_schema, mysql and the like: the catalog, which stands above this folder. Its tables are
 * loaded into temporary tables of the connection before a statement that reads them.
 */
export interface SystemTableProvider {
  /** True for a schema that is the provider's own. */
  hasSchema(schema: string): boolean;
  /** Columns of a table, names without regard to case; undefined when there is none. */
  columns(schema: string, table: string): readonly Column[] | undefined;
  /** True where a result calls the columns as they are defined; absent means false. */
  namesAsDefined?(schema: string, table: string): boolean;
  /** Tables of which some rows are the same for everybody as long as the process runs: these come before the others. */
  fixedTables(): readonly Readonly<SystemTableName & { rows: readonly (readonly Cell[])[] }>[];
  rows(
    schema: string,
    table: string,
    context: QueryContext,
    signal: AbortSignal,
  ): Promise<readonly (readonly Cell[])[]>;
}

export type SystemTableName = Readonly<{ schema: string; table: string }>;

/** DuckDB's name of the temporary table that stands for a system table. */
export function systemTableName(name: SystemTableName): string {
  return `temp.main.${duckdbName(localName(name))}`;
}

/** A system table to be loaded into a connection. */
export type SystemTableLoad = Readonly<{
  provider: SystemTableProvider;
  fixed: FixedRows;
  context: QueryContext;
  signal: AbortSignal;
}>;

/** Loads the tables a statement reads, as they are now. */
export async function loadSystemTables(
  connection: Connection,
  names: readonly SystemTableName[],
  { provider, fixed, context, signal }: SystemTableLoad,
): Promise<void> {
  const columnsOf = ({ schema, table }: SystemTableName): readonly Column[] =>
    provider.columns(schema, table) ?? [];
  const all = (): readonly FixedTable[] =>
    provider
      .fixedTables()
      .map((each) => ({ name: localName(each), columns: columnsOf(each), rows: each.rows }));
  for (const { schema, table } of names) {
    const columns = columnsOf({ schema, table });
    const name = localName({ schema, table });
    const before = await fixed.table(name, all);
    const rows = await provider.rows(schema, table, context, signal);
    await loadRows(connection, { name, columns, rows, ...(before && { before }) });
  }
}

function localName(name: SystemTableName): string {
  return `${name.schema}.${name.table}`.toLowerCase();
}
