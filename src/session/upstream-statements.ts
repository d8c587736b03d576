import { SqlError } from '../base/sql-error.ts';
import type { UpstreamConnection } from '../upstream/connection.ts';

/** MySQL's max_prepared_stmt_count: a server behind refuses more itself. */
const statementsMax = 16_382;

/** A statement that was prepared on another server, and its number there. */
export type UpstreamStatement = Readonly<{
  catalog: string;
  connection: UpstreamConnection;
  statementId: number;
}>;

/** Prepared statements of other servers by the numbers under which the client knows them. */
export class UpstreamStatements {
  readonly #statements = new Map<number, UpstreamStatement>();

  /** Throws SqlError `prepared_statement_limit` when there is no room for one more. */
  checkRoom(): void {
    if (this.#statements.size < statementsMax) return;
    throw new SqlError(
      'prepared_statement_limit',
      `a connection holds ${statementsMax} prepared statements`,
      {
        hint: 'Close statements that are not used any more.',
      },
    );
  }

  add(localId: number, statement: UpstreamStatement): void {
    this.#statements.set(localId, statement);
  }

  find(localId: number): UpstreamStatement | undefined {
    return this.#statements.get(localId);
  }

  delete(localId: number): void {
    this.#statements.delete(localId);
  }

  /** Those of a connection that is gone. */
  forget(connection: UpstreamConnection): void {
    for (const [id, statement] of this.#statements) {
      if (statement.connection === connection) this.#statements.delete(id);
    }
  }

  clear(): void {
    this.#statements.clear();
  }
}
