import type { Connection } from '../connection/connection.ts';

/**
 * A table that was made or filled holds up to half a megabyte, with its keys, that DuckDB cannot give back before it is
 * in its file, and its own threshold counts bytes of its log, of which small tables have few. So many may change before
 * they are written.
 */
const changedTablesMax = 64;

/** Keeps the memory of small tables bounded: thousands in one database would fill the engine's limit. */
export class TableMemory {
  #changedTables = 0;

  /**
   * Counts tables that were just made or filled, and writes them into the file when there are many. `connection` has no
   * transaction open. While another transaction keeps the file from being written they stay where they are, and the
   * next table asks again.
   */
  async tablesChanged(connection: Connection, count: number): Promise<void> {
    this.#changedTables += count;
    if (this.#changedTables < changedTablesMax) return;
    try {
      await connection.run('CHECKPOINT');
      this.#changedTables = 0;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }
}

/** DuckDB writes nothing while a transaction is open that began before the newest tables, or that writes. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Cannot CHECKPOINT');
}
