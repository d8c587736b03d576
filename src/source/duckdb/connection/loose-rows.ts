import type { Cell, Column } from '../../../base/rows.ts';
import { encodeText } from '../../../base/text.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
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
    (column, index) => `${valueOf(`c${index}`, column)} AS ${duckdbName(column.name)}`,
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

/** The text in the type of the column. */
function valueOf(text: string, column: Column): string {
  return isBytes(column) ? `encode(${text})` : `CAST(${text} AS ${typeOf(column)})`;
}

function isBytes({ type, binary }: Column): boolean {
  return binary && (type === 'BLOB' || type === 'VAR_STRING' || type === 'STRING');
}

function typeOf(column: Column): string {
  const unsigned = column.unsigned ? 'U' : '';
  switch (column.type) {
    case 'TINY':
      return `${unsigned}TINYINT`;
    case 'SHORT':
      return `${unsigned}SMALLINT`;
    case 'LONG':
      return `${unsigned}INTEGER`;
    case 'LONGLONG':
      return `${unsigned}BIGINT`;
    case 'JSON':
      return 'JSON';
    case 'NEWDECIMAL':
      return `DECIMAL(38, ${column.decimals})`;
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
