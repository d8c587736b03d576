import type { Cell, Column } from '../../base/rows.ts';
import { encodeText } from '../../base/text.ts';
import { duckdbName } from '../../sql/duckdb-quote.ts';
import type { Connection, StagedRow } from './connection.ts';

export type LooseRows = Readonly<{
  name: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** A table, as DuckDB names it, whose rows come before them. */
  before?: string;
}>;

/** Rows that are no table's become a temporary table of the connection, which replaces one of that name. */
export async function loadRows(
  connection: Connection,
  { name, columns, rows, before }: LooseRows,
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
  const select = `SELECT ${typed.join(', ')} FROM ${staging}`;
  const all = before === undefined ? select : `FROM ${before} UNION ALL ${select}`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${duckdbName(name)} AS ${all}`);
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
