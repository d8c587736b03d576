import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { loadInBulk } from './bulk-load.ts';
import type { MysqlConnection } from './connection.ts';
import { mayBeInexact } from './exact-json.ts';
import { insertRows } from './insert-rows.ts';
import { type LoadColumn, loadColumns } from './load-columns.ts';
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
  const { parquet, packetBytesMax } = tools;
  const columns = loadColumns(file.text, await parquet.columns(file.path, signal));
  const load = { into: file.into, columns, packetBytesMax };
  const all = { select: columns.flatMap(({ fields }) => fields.map((field) => field.select)) };
  if (!tools.loadsLocalFiles || (await stat(file.path)).size <= smallBytesMax) {
    await insertRows(session, load, parquet.readRows(file.path, all, signal), signal);
  } else if (session.insertsInBulk) {
    const send = (path: string): Promise<void> => loadInBulk(session, load, path, signal);
    await asCsv(parquet, { path: file.path, columns }, send, signal);
  } else {
    const inexact = inexactRows(columns);
    const where = inexact && `NOT (${inexact})`;
    const send = (path: string): Promise<void> =>
      session.loadLocal(loadStatement(file.into, columns), () => createReadStream(path, chunks), signal);
    await asCsv(parquet, { path: file.path, columns, where }, send, signal);
    if (inexact === undefined) return;
    const rest = parquet.readRows(file.path, { ...all, where: inexact }, signal);
    await insertRows(session, load, rest, signal);
  }
}

/** SQL of DuckDB: rows with a value of which LOAD DATA may lose something; undefined where no column has such values. */
function inexactRows(columns: readonly LoadColumn[]): string | undefined {
  const fields = columns.flatMap((column) => column.fields).filter(({ isJson }) => isJson === true);
  if (fields.length === 0) return undefined;
  return fields.map(({ select }) => `coalesce(${mayBeInexact(select)}, false)`).join(' OR ');
}

type CsvRows = Readonly<{ path: string; columns: readonly LoadColumn[]; where?: string | undefined }>;

/** Calls `send` with the path of a file of the rows as CSV, which lies beside theirs and is gone afterwards. */
async function asCsv(
  parquet: ParquetText,
  { path, columns, where }: CsvRows,
  send: (path: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  // The same file may be loaded twice at once.
  const to = `${path}.${randomUUID()}.csv`;
  const fields = columns.flatMap((column) => column.fields);
  const select = fields.map((field) => field.select);
  const quoted = fields.flatMap((field, index) => (field.isText ? [index] : []));
  try {
    await parquet.writeCsv(path, { select, quoted, where, to }, signal);
    await send(to);
  } finally {
    await rm(to, { force: true });
  }
}

/** A file that is not worth another one of text: of a few hundred rows, as a rule. */
const smallBytesMax = 8 * 1024;
/** The client sends one packet for each piece that it reads. */
const chunks = { highWaterMark: 1024 * 1024 };
