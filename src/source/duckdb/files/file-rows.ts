import { duckdbText } from '../../../sql/duckdb-quote.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection } from '../connection/connection.ts';
import { decodeList, foreignColumn, type ParquetColumn } from './parquet-columns.ts';

/**
 * What follows FROM to read the rows of files in the table's types. A text column beside a typed one may stand in some
 * of the files only; in the others it is NULL, which says the same.
 */
export async function fileRows(
  connection: Connection,
  columns: readonly ParquetColumn[],
  paths: readonly string[],
): Promise<string> {
  const list = paths.map((path) => duckdbText(path)).join(', ');
  const file = `read_parquet([${list}], union_by_name = true)`;
  const described = await connection.facts(`DESCRIBE SELECT * FROM ${file}`);
  const names = new Set(described.map(([name]) => String(name)));
  const foreign = foreignColumn(columns, names);
  if (foreign !== undefined) {
    const text = `column '${foreign}' has values that the embedded engine cannot keep, such as zero dates`;
    throw new SourceError('failed', text);
  }
  return `(SELECT ${decodeList(columns, names)} FROM ${file}) AS file`;
}
