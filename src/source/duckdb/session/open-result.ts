import type { DuckDBResult } from '@duckdb/node-api';
import type { RowBatch } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { streamRows } from '../connection/result-stream.ts';
import type { Limit } from '../statement/limit.ts';
import type { StatementScope } from '../statement/scope.ts';

export type StreamedResult = Readonly<{
  result: DuckDBResult;
  /** The DuckDB statement that is read. */
  sql: string;
  limit: Limit;
  /** Called once when no more rows will be asked for, unless the result was given up; false after a failure or an interrupt. */
  ended: (isSound: boolean) => void;
}>;

/** The result set that a client is reading. One that is not read to its end is given up when the next statement comes. */
export class OpenResult {
  #open: Readonly<{ abort: AbortController; limit: Limit }> | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The rows of a statement of DuckDB; `limit` is kept until they end. */
  stream(
    { connection, signal }: Pick<StatementScope, 'connection' | 'signal'>,
    { result, sql, limit, ended }: StreamedResult,
  ): AsyncGenerator<RowBatch> {
    const open = { abort: new AbortController(), limit };
    this.#open = open;
    return streamRows(connection, result, {
      sql,
      signal: AbortSignal.any([signal, open.abort.signal]),
      release: async (isSound) => {
        limit[Symbol.dispose]();
        if (this.#open !== open) return;
        this.#open = undefined;
        ended(isSound);
      },
    });
  }

  /** True when there was one: whoever reads it may yet interrupt its connection. */
  abandon(): boolean {
    if (this.#open === undefined) return false;
    const { abort, limit } = this.#open;
    this.#open = undefined;
    limit[Symbol.dispose]();
    abort.abort(new SqlError('query_interrupted', 'the result set was given up by a later statement'));
    return true;
  }
}
