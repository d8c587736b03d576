import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { loadInBulk } from './bulk-load.ts';
import type { MysqlConnection } from './connect.ts';
import { insertRows } from './insert-rows.ts';
import { loadColumns } from './load-columns.ts';
import { loadStatement } from './load-statements.ts';
import type { ParquetText } from './parquet-text.ts';
import type { TableText } from './table-text.ts';

export type LoadFile = Readonly<{
  /** The table, with its database, in backquotes. */
  into: string;
  text: TableText;
  path: string;
}>;

export type LoadTools = Readonly<{
  parquet: ParquetText;
  /** False where the server takes no LOAD DATA LOCAL: rows travel in INSERTs. */
  loadsLocalFiles: boolean;
  packetBytesMax: number;
}>;

/**
 * Puts the rows of a Parquet file into a table: DuckDB writes them as text beside the file, which MariaDB gets in batches
 * of a prepared INSERT, and other servers read from a stream of ours. Nothing holds more of it than some buffers.
 */
export async function loadRows(
  session: MysqlConnection,
  file: LoadFile,
  tools: LoadTools,
  signal: AbortSignal,
): Promise<void> {
  const { parquet } = tools;
  const columns = loadColumns(file.text, await parquet.columns(file.path, signal));
  const fields = columns.flatMap((column) => column.fields);
  const select = fields.map((field) => field.select);
  if (!tools.loadsLocalFiles) {
    const from = parquet.readRows(file.path, select, signal);
    await insertRows(session, { into: file.into, columns, bytesMax: tools.packetBytesMax }, from, signal);
    return;
  }
  const load = { into: file.into, columns, packetBytesMax: tools.packetBytesMax };
  if (session.insertsInBulk && (await stat(file.path)).size <= smallBytesMax) {
    const rows = parquet.readRows(file.path, select, signal);
    await loadInBulk(session, load, { kind: 'texts', rows }, signal);
    return;
  }
  // The same file may be loaded twice at once.
  const to = `${file.path}.${randomUUID()}.csv`;
  try {
    const quoted = fields.flatMap((field, index) => (field.isText ? [index] : []));
    await parquet.writeCsv(file.path, { select, quoted, to }, signal);
    if (session.insertsInBulk) {
      await loadInBulk(session, load, { kind: 'csv', path: to }, signal);
    } else {
      await session.loadLocal(loadStatement(file.into, columns), () => createReadStream(to, chunks), signal);
    }
  } finally {
    await rm(to, { force: true });
  }
}

/** A file that is not worth another one of text: of a few hundred rows, as a rule. */
const smallBytesMax = 8 * 1024;
/** The client sends one packet for each piece that it reads. */
const chunks = { highWaterMark: 1024 * 1024 };
