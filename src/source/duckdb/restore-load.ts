import { duckdbName, duckdbText } from '../../sql/duckdb-quote.ts';
import { SourceError } from '../source.ts';
import type { Connection } from './connection.ts';
import { rollbackQuietly } from './dictionary.ts';
import { decodeList, foreignColumn, type ParquetColumn } from './parquet-columns.ts';
import { isLoaded, type Load, writeLoad } from './restore-records.ts';

/**
 * Appends a file's rows to a shadow table and remembers the file in the same transaction: after a crash it is either
 * loaded and known, or neither.
 */
export async function loadFile(
  connection: Connection,
  shadow: string,
  columns: readonly ParquetColumn[],
  file: Load & Readonly<{ path: string }>,
): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    if (!(await isLoaded(connection, file))) {
      const names = columns.map((column) => duckdbName(column.name)).join(', ');
      const rows = await fileRows(connection, columns, file.path);
      await connection.run(`INSERT INTO ${shadow} (${names}) SELECT ${names} FROM ${rows}`);
      await writeLoad(connection, file);
    }
    await connection.run('COMMIT');
  } catch (error) {
    await rollbackQuietly(connection);
    throw error;
  }
}

/** What follows FROM to read a file's rows in the table's types. */
export async function fileRows(
  connection: Connection,
  columns: readonly ParquetColumn[],
  path: string,
): Promise<string> {
  const file = `read_parquet(${duckdbText(path)})`;
  const described = await connection.facts(`DESCRIBE SELECT * FROM ${file}`);
  const names = new Set(described.map(([name]) => String(name)));
  const foreign = foreignColumn(columns, names);
  if (foreign !== undefined) {
    const text = `column '${foreign}' has values that the embedded engine cannot keep, such as zero dates`;
    throw new SourceError('failed', text);
  }
  return `(SELECT ${decodeList(columns, names)} FROM ${file}) AS file`;
}
