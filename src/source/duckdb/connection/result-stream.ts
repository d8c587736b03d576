import { setTimeout } from 'node:timers/promises';
import { type DuckDBResult, type DuckDBType, ResultReturnType } from '@duckdb/node-api';
import type { RowBatch } from '../../../base/rows.ts';
import type { Connection } from './connection.ts';
import { chunkReader } from './vectors.ts';

/** How long a chunk that nobody wants any more may still take. */
const patienceMs = 100;

/** What a stream may need when it ends badly. */
export type StreamEnd = Readonly<{
  /** The DuckDB statement that is being read: run again, reduced to one row, to learn what went wrong. */
  sql: string;
  signal: AbortSignal;
  /** Called once, when no more rows will be asked for; false after a failure or an interrupt. */
  release: (isSound: boolean) => Promise<void>;
}>;

/**
 * The rows of a running statement, chunk by chunk; the engine works on one while another is looked at. Fails when the
 * statement fails, also after rows have been given.
 *
 * The binding's trap: a statement that fails or is interrupted after its first chunk looks like one that has
 * ended. Only the result's return type, INVALID from then on, tells the difference.
 */
export async function* streamRows(
  connection: Connection,
  result: DuckDBResult,
  end: StreamEnd,
): AsyncGenerator<RowBatch> {
  const types: readonly DuckDBType[] = result.columnTypes();
  const read = chunkReader(types);
  let isRead = false;
  let next = result.fetchChunk();
  try {
    for (;;) {
      end.signal.throwIfAborted();
      const chunk = await next;
      if (chunk === null || chunk.rowCount === 0) break;
      const batch = read(chunk);
      next = result.fetchChunk();
      // Its failure is for whoever awaits it, which is later than the end of this turn.
      next.catch(() => undefined);
      yield batch;
    }
    isRead = true;
    end.signal.throwIfAborted();
    if (result.returnType === ResultReturnType.INVALID) throw await failureOf(connection, end.sql);
  } finally {
    // An interrupt in the middle of the next chunk would end the transaction, which a reader of a few rows goes on with.
    const isQuiet = isRead || (await settlesSoon(next, end.signal));
    if (!isQuiet) connection.interrupt();
    await Promise.allSettled([next]);
    await end.release(isQuiet && result.returnType !== ResultReturnType.INVALID);
  }
}

/** False after an abort. */
async function settlesSoon(work: Promise<unknown>, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  const waiting = new AbortController();
  const isGivenUp = setTimeout(patienceMs, true, { signal: AbortSignal.any([signal, waiting.signal]) });
  const isSettled = Promise.allSettled([work]).then(() => false);
  try {
    return !(await Promise.race([isGivenUp.catch(() => true), isSettled]));
  } finally {
    waiting.abort();
  }
}

/** Runs the statement to its end in constant memory, for the text of its failure. */
async function failureOf(connection: Connection, sql: string): Promise<unknown> {
  try {
    await connection.run(`SELECT bit_xor(hash(failing)) FROM (${sql}) AS failing`);
  } catch (error) {
    return error;
  }
  return new Error('INTERNAL Error: the statement failed after its first rows');
}
