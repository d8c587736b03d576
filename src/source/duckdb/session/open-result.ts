import type { DuckDBResult } from '@duckdb/node-api';
import type { RowBatch } from '../../../base/rows.ts';
import { SqlError } from '../../../base/sql-error.ts';
import { streamRows } from '../connection/result-stream.ts';
import type { Limit } from '../statement/limit.ts';
import type { StatementScope } from '../statement/scope.ts';

/** The result set that a client is reading. One that is not read to its end is given up when the next statement comes. */
export class OpenResult {
  #open: Readonly<{ abort: AbortController; limit: Limit }> | undefined;

  /** The rows of a statement of DuckDB; `limit` is kept until they end. */
  stream(
    { connection, signal }: Pick<StatementScope, 'connection' | 'signal'>,
    result: DuckDBResult,
    sql: string,
    limit: Limit,
  ): AsyncGenerator<RowBatch> {
    const open = { abort: new AbortController(), limit };
    this.#open = open;
    return streamRows(connection, result, {
      sql,
      signal: AbortSignal.any([signal, open.abort.signal]),
      release: async () => {
        limit[Symbol.dispose]();
        if (this.#open === open) this.#open = undefined;
      },
    });
  }

  abandon(): void {
    if (this.#open === undefined) return;
    const { abort, limit } = this.#open;
    this.#open = undefined;
    limit[Symbol.dispose]();
    abort.abort(new SqlError('query_interrupted', 'the result set was given up by a later statement'));
  }
}
