import { SqlError } from '../../base/sql-error.ts';
import type { Connection } from './connection.ts';
import { rollbackQuietly } from './dictionary.ts';
import { dictionarySchema } from './names.ts';
import type { SwappedName, Swaps } from './swaps.ts';

/**
 * Takes the one state that a transaction reads from its first statement on, and says how many swaps it has seen. The
 * transaction has been begun and has done nothing yet.
 */
export async function takeSnapshot(connection: Connection, swaps: Swaps): Promise<number> {
  for (;;) {
    await swaps.wait();
    const { count } = swaps;
    // DuckDB takes its snapshot when a transaction first reads.
    await connection.fact(`SELECT max(version) FROM ${dictionarySchema}.version`);
    if (swaps.count === count && !swaps.isRunning) return count;
    await rollbackQuietly(connection);
    await connection.run('BEGIN TRANSACTION');
  }
}

export type Read<T, R> = Readonly<{
  /** What the transaction has seen; undefined outside of one. */
  snapshot: number | undefined;
  /** Resolves names as they are now. */
  translate: () => T;
  /** Resolves when DuckDB has taken the snapshot that the rows come from. */
  open: (translated: T) => Promise<R>;
}>;

/**
 * Opens rows that are of the same state as the names they were translated with. Outside of a transaction a statement
 * that met a swap half-way is translated anew. In one the rows are those of its snapshot: an object that has another
 * definition since fails with MySQL's 1412.
 */
export async function openRead<T extends Readonly<{ objects: readonly SwappedName[] }>, R>(
  swaps: Swaps,
  { snapshot, translate, open }: Read<T, R>,
): Promise<Readonly<{ translated: T; opened: R }>> {
  for (;;) {
    const { count } = swaps;
    const translated = translate();
    const { objects } = translated;
    if (await swaps.wait(objects)) continue;
    if (snapshot !== undefined && swaps.redefined(objects, snapshot) !== undefined) {
      throw new SqlError(
        'table_definition_changed',
        'Table definition has changed, please retry transaction',
      );
    }
    try {
      const opened = await open(translated);
      if (snapshot !== undefined || !swaps.isSwapped(objects, count)) return { translated, opened };
    } catch (error) {
      if (snapshot !== undefined || !swaps.isSwapped(objects, count)) throw error;
    }
  }
}
