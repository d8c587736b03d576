import { duckdbName, duckdbText } from '../../../sql/duckdb-quote.ts';
import { rm } from 'node:fs/promises';
import type { ColumnBounds, ExtractedChunk } from '../../frozen.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection } from '../connection/connection.ts';
import { sqlErrorOf } from '../connection/errors.ts';
import { encodeList, type ParquetColumn } from '../files/parquet-columns.ts';

/**
 * More rows than any chunk has: a file is one row group. With several, DuckDB's threads decide where one ends, and
 * equal rows would give other bytes after other rows were deleted around them.
 */
const rowGroupRows = 2_097_152;

/** Writes the rows that `from` (what follows FROM) gives to a new Parquet file; nothing is left when it fails. */
export async function extractRows(
  connection: Connection,
  columns: readonly ParquetColumn[],
  from: string,
  path: string,
): Promise<ExtractedChunk> {
  try {
    const [stats] = await connection.jsonOfWork(
      `COPY (SELECT ${encodeList(columns)} FROM ${from}) TO ${duckdbText(path)} ` +
        `(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupRows}, RETURN_STATS)`,
    );
    return chunkOf(columns, stats ?? []);
  } catch (error) {
    await rm(path, { force: true });
    if (sqlErrorOf(error).kind !== 'disk_full') throw error;
    const text = `cannot write '${path}': no space left on the device; free some space in the data folder`;
    throw new SourceError('failed', text, error);
  }
}

/** RETURN_STATS gives: file, rows, bytes, footer bytes, statistics by quoted column, partition. */
function chunkOf(columns: readonly ParquetColumn[], stats: readonly unknown[]): ExtractedChunk {
  const byColumn = entriesOf(stats[4]);
  const bounds = columns.map(({ name }): ColumnBounds => {
    const facts = entriesOf(byColumn.get(duckdbName(name)));
    const [min, max] = [facts.get('min'), facts.get('max')];
    return {
      column: name,
      ...(typeof min === 'string' && { min }),
      ...(typeof max === 'string' && { max }),
      nulls: Number(facts.get('null_count') ?? 0),
    };
  });
  return { rows: Number(stats[1] ?? 0), bounds };
}

/** A MAP in DuckDB's JSON form: a list of `{key, value}`. */
function entriesOf(map: unknown): ReadonlyMap<string, unknown> {
  const entries: readonly unknown[] = Array.isArray(map) ? map : [];
  return new Map(
    entries.flatMap((entry) => {
      const isEntry = typeof entry === 'object' && entry !== null && 'key' in entry && 'value' in entry;
      return isEntry ? [[String(entry.key), entry.value] as const] : [];
    }),
  );
}
