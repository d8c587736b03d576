import { duckdbText } from '../../../sql/duckdb-quote.ts';
import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import type { RowChecksum } from '../../frozen.ts';
import type { Connection } from '../connection/connection.ts';
import type { Engine } from '../engine/engine.ts';
import { interruptible } from '../connection/interruptible.ts';
import { parquetColumns } from './parquet-columns.ts';
import { fileRows } from './file-rows.ts';
import { rowChecksum } from './row-checksum.ts';

/** `checksum` as `Frozen.checksum` gives it of the same rows; absent for rows that this engine never held. */
export type DecodedFile = Readonly<{ rows: number; checksum?: RowChecksum }>;

/**
 * Reads every value of a Parquet file: into the types of the table when its `definition` is given. Throws SourceError
 * `failed` for a file that is no Parquet, is damaged, or has values that do not fit.
 */
export async function decodeFile(
  engine: Engine,
  { path, definition }: Readonly<{ path: string; definition: TableDefinition | undefined }>,
  signal: AbortSignal,
): Promise<DecodedFile> {
  using connection = await engine.connect();
  return await interruptible(connection, 'decoding', signal, async () => {
    if (definition === undefined) return { rows: await countRows(connection, path) };
    const columns = parquetColumns(definition);
    const checksum = await rowChecksum(connection, columns, await fileRows(connection, columns, [path]));
    return { rows: checksum.rows, checksum };
  });
}

/** The hash of whole rows makes the engine decode all columns. */
async function countRows(connection: Connection, path: string): Promise<number> {
  const file = `read_parquet(${duckdbText(path)}) AS file`;
  const [row] = await connection.facts(`SELECT count(*), sum(hash(file)) FROM ${file}`);
  return Number(row?.[0] ?? 0);
}
