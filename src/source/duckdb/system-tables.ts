import type { Cell, Column } from '../../base/rows.ts';
import { encodeText } from '../../base/text.ts';
import { duckdbName } from '../../sql/duckdb-quote.ts';
import type { QueryContext } from '../query.ts';
import type { Connection, StagedRow } from './connection.ts';

/**
 * Who knows information_schema, mysql and the like: the catalog, which stands above this folder. Its tables are
 * loaded into temporary tables of the connection before a statement that reads them.
 */
export interface SystemTableProvider {
  /** True for a schema that is the provider's own. */
  hasSchema(schema: string): boolean;
  /** Columns of a table, names without regard to case; undefined when there is none. */
  columns(schema: string, table: string): readonly Column[] | undefined;
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

/** Loads the tables a statement reads, as they are now. */
export async function loadSystemTables(
  connection: Connection,
  provider: SystemTableProvider,
  names: readonly SystemTableName[],
  reader: Readonly<{ context: QueryContext; signal: AbortSignal }>,
): Promise<void> {
  for (const name of names) {
    const columns = provider.columns(name.schema, name.table) ?? [];
    const rows = await provider.rows(name.schema, name.table, reader.context, reader.signal);
    await loadRows(connection, localName(name), columns, rows);
  }
}

function localName(name: SystemTableName): string {
  return `${name.schema}.${name.table}`.toLowerCase();
}

/** Rows that are no table's become a temporary table of the connection, which replaces one of that name. */
export async function loadRows(
  connection: Connection,
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const staging = '__holdfast_system_rows';
  const texts = columns.map((_, index) => `c${index} VARCHAR`);
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${staging}(${texts.join(', ')})`);
  const staged = rows.map((row) => columns.map((_, index) => textOf(row[index] ?? null)));
  await connection.append(
    staging,
    columns.map(() => 'text'),
    staged,
  );
  const typed = columns.map(
    (column, index) => `CAST(c${index} AS ${typeOf(column)}) AS ${duckdbName(column.name)}`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${duckdbName(name)} AS SELECT ${typed.join(', ')} FROM ${staging}`,
  );
}

function textOf(value: Cell): StagedRow[number] {
  if (value === null || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return encodeText(Buffer.from(value).toString('utf8')).toString('utf8');
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
}

function typeOf(column: Column): string {
  switch (column.type) {
    case 'TINY':
    case 'SHORT':
    case 'LONG':
    case 'LONGLONG':
      return column.unsigned ? 'UBIGINT' : 'BIGINT';
    case 'DATE':
      return 'DATE';
    case 'DATETIME':
    case 'TIMESTAMP':
      return 'TIMESTAMP';
    case 'FLOAT':
    case 'DOUBLE':
      return 'DOUBLE';
    default:
      return 'VARCHAR';
  }
}
