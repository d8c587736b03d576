import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { duckdbName } from '../../../sql/duckdb-quote.ts';
import type { Connection } from '../connection/connection.ts';
import { classOf } from '../physical/types.ts';

/** Width of numbers and dates; narrower ones are rare enough not to matter. */
export const fixedBytes = 8;

/**
 * Bytes that no row of a table exceeds before compression, without a look at the rows: DuckDB keeps the longest text of
 * each column. Undefined where it does not, as for nested values.
 */
export async function rowBytesMax(
  connection: Connection,
  definition: TableDefinition,
  physicalName: string,
): Promise<number | undefined> {
  const classes = definition.columns.map(({ type }) => classOf(type));
  if (classes.includes('nested')) return undefined;
  const varying = definition.columns.filter((_, index) => isVarying(classes[index]));
  const fixed = (definition.columns.length - varying.length) * fixedBytes;
  if (varying.length === 0) return fixed;
  const stats = varying.map(({ name }) => `stats(${duckdbName(name)})`).join(', ');
  const [row] = await connection.facts(`SELECT ${stats} FROM ${physicalName} LIMIT 1`);
  let bytes = fixed;
  for (const text of row ?? []) {
    const length = /Max String Length: (\d+)/.exec(String(text))?.[1];
    if (length === undefined) return undefined;
    bytes += Number(length);
  }
  return bytes;
}

function isVarying(kind: ReturnType<typeof classOf> | undefined): boolean {
  return kind === 'text' || kind === 'set' || kind === 'json' || kind === 'binary';
}
