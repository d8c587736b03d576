import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { MysqlConnection } from './connect.ts';
import { insertRows } from './insert-rows.ts';
import { decoded, type LoadColumn, loadColumns } from './load-columns.ts';
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
 * Puts the rows of a Parquet file into a table: DuckDB writes them as text beside the file, and the server reads that from
 * a stream of ours. Nothing holds more of it than a buffer.
 */
export async function loadRows(
  session: MysqlConnection,
  file: LoadFile,
  tools: LoadTools,
  signal: AbortSignal,
): Promise<void> {
  const { parquet } = tools;
  const { columns: inFile, rows } = await parquet.describe(file.path, signal);
  if (rows === 0) return;
  const columns = loadColumns(file.text, inFile);
  const fields = columns.flatMap((column) => column.fields);
  const select = fields.map((field) => field.select);
  if (!tools.loadsLocalFiles) {
    const from = parquet.readRows(file.path, select, signal);
    await insertRows(session, { into: file.into, columns, bytesMax: tools.packetBytesMax }, from, signal);
    return;
  }
  // The same file may be loaded twice at once.
  const to = `${file.path}.${randomUUID()}.csv`;
  try {
    const quoted = fields.flatMap((field, index) => (field.isText ? [index] : []));
    await parquet.writeCsv(file.path, { select, quoted, to }, signal);
    await session.loadLocal(loadStatement(file.into, columns), () => createReadStream(to, chunks), signal);
  } finally {
    await rm(to, { force: true });
  }
}

/** The client sends one packet for each piece that it reads. */
const chunks = { highWaterMark: 1024 * 1024 };

/**
 * With an empty ESCAPED BY a backslash is a character like others, a quote is doubled, and a bare NULL is no value (MySQL
 * manual, "LOAD DATA Statement", on FIELDS).
 */
export function loadStatement(into: string, columns: readonly LoadColumn[]): string {
  const fields: string[] = [];
  const sets: string[] = [];
  for (const { column, fields: own, decode } of columns) {
    const first = fields.length;
    if (decode === undefined) {
      fields.push(column);
      continue;
    }
    fields.push(...own.map((_field, index) => `@c${first + index}`));
    sets.push(`${column} = ${decoded(decode, (index) => `@c${first + index}`)}`);
  }
  return (
    `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${into} CHARACTER SET utf8mb4 ` +
    `FIELDS TERMINATED BY ',' ENCLOSED BY '"' ESCAPED BY '' LINES TERMINATED BY '\\n' ` +
    `(${fields.join(', ')})${sets.length === 0 ? '' : ` SET ${sets.join(', ')}`}`
  );
}
