import { duckdbName, duckdbText } from '../../sql/duckdb-quote.ts';
import { SourceError } from '../source-error.ts';
import { type Connection, rollbackQuietly } from './connection.ts';
import { decodeList, foreignColumn, type ParquetColumn } from './parquet-columns.ts';
import { loadedBlobs, writeLoads } from './restore-records.ts';

/**
 * Appends the rows of files to a shadow table and remembers the files in the same transaction: after a crash they are
 * either loaded and known, or neither. Those that are known already are left out.
 */
export async function loadFiles(
  connection: Connection,
  shadow: string,
  columns: readonly ParquetColumn[],
  { restoreId, target, files }: Loads,
): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    const known = await loadedBlobs(connection, restoreId, target);
    const fresh = files.filter(({ blob }) => !known.has(blob));
    if (fresh.length > 0) {
      const names = columns.map((column) => duckdbName(column.name)).join(', ');
      const paths = fresh.map(({ path }) => path);
      const rows = await fileRows(connection, columns, paths);
      await connection.work(`INSERT INTO ${shadow} (${names}) SELECT ${names} FROM ${rows}`);
      const blobs = fresh.map(({ blob }) => blob);
      await writeLoads(connection, restoreId, target, blobs);
    }
    await connection.run('COMMIT');
  } catch (error) {
    await rollbackQuietly(connection);
    throw error;
  }
}

/** Files on their way into the shadow of `target`. */
export type Loads = Readonly<{
  restoreId: string;
  target: string;
  files: readonly Readonly<{ blob: string; path: string }>[];
}>;

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
