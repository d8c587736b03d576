import type { Connection } from './connection.ts';

/**
 * A new table and its keys hold some 200 KB of memory that DuckDB cannot give back before they are in its file, and its
 * own threshold counts bytes of its log, of which small tables have few. So many may be made before they are written.
 */
const newTablesMax = 256;

/** Keeps the memory of new tables bounded: thousands in one database would fill the engine's limit. */
export class TableMemory {
  #newTables = 0;

  /**
   * Counts tables that were just made, and writes them into the file when there are many. `connection` has no
   * transaction open. While another transaction keeps the file from being written they stay where they are, and the
   * next table asks again.
   */
  async tablesMade(connection: Connection, count: number): Promise<void> {
    this.#newTables += count;
    if (this.#newTables < newTablesMax) return;
    try {
      await connection.run('CHECKPOINT');
      this.#newTables = 0;
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }
}

/** DuckDB writes nothing while a transaction is open that began before the newest tables, or that writes. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Cannot CHECKPOINT');
}
