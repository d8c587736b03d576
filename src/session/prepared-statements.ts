import { SqlError } from '../base/sql-error.ts';

/**
 * Statements of COM_STMT_PREPARE: their text, since every execution is translated anew with its own parameters. How
 * many there may be is bounded by the wire.
 */
export class PreparedStatements {
  readonly #texts = new Map<number, string>();
  #nextId = 1;

  /** Ids count up and are never used again within a connection. */
  takeId(): number {
    return this.#nextId++;
  }

  add(text: string): number {
    const id = this.takeId();
    this.#texts.set(id, text);
    return id;
  }

  get(id: number): string {
    const text = this.#texts.get(id);
    if (text === undefined) {
      throw new SqlError(
        'unknown_prepared_statement',
        `Unknown prepared statement handler (${id}) given to EXECUTE`,
      );
    }
    return text;
  }

  close(id: number): void {
    this.#texts.delete(id);
  }

  clear(): void {
    this.#texts.clear();
  }
}
