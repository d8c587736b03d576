import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { type Connection, rollbackQuietly } from '../connection/connection.ts';
import { fileRows } from '../files/file-rows.ts';
import type { ParquetColumn } from '../files/parquet-columns.ts';
import { loadedBlobs, writeLoads } from './records.ts';

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
