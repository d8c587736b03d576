import type { RowChecksum } from '../../frozen.ts';
import type { Connection } from '../connection/connection.ts';
import { hashList, type ParquetColumn } from './parquet-columns.ts';

/**
 * DuckDB's 64-bit `hash()` over all columns of a row, added up over the rows without wrapping. The number at the end
 * counts the versions of `hash()`: a test with fixed values fails when an engine upgrade changes it, and then the
 * number is raised.
 */
export const checksumAlgorithm = 'duckdb-hash64-sum-1';

/** Count and checksum of the rows that `from` (what follows FROM) gives, under the columns' own names. */
export async function rowChecksum(
  connection: Connection,
  columns: readonly ParquetColumn[],
  from: string,
): Promise<RowChecksum> {
  const rows = await connection.factsOfWork(
    `SELECT count(*), CAST(coalesce(sum(hash(${hashList(columns)})), 0) AS VARCHAR) FROM ${from}`,
  );
  const [count, value] = rows[0] ?? [0, '0'];
  return { rows: Number(count), algorithm: checksumAlgorithm, value: String(value) };
}
