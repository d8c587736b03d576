import { SqlError } from '../../../base/sql-error.ts';
import { type Connection, rollbackQuietly } from '../connection/connection.ts';
import { dictionarySchema } from '../physical/names.ts';
import { noteText } from '../connection/notes.ts';
import type { StatementScope } from './scope.ts';
import type { SwappedName, Swaps } from '../engine/swaps.ts';
import type { Translated } from '../translation/translator.ts';

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
export async function openRead<T extends Readonly<{ reads: readonly SwappedName[] }>, R>(
  swaps: Swaps,
  { snapshot, translate, open }: Read<T, R>,
): Promise<Readonly<{ translated: T; opened: R }>> {
  for (;;) {
    const { count } = swaps;
    const translated = translate();
    const { reads } = translated;
    if (await swaps.wait(reads)) continue;
    if (snapshot !== undefined && swaps.redefined(reads, snapshot) !== undefined) throw definitionChanged();
    try {
      const opened = await open(translated);
      if (snapshot !== undefined || !swaps.isSwapped(reads, count)) return { translated, opened };
    } catch (error) {
      if (snapshot !== undefined || !swaps.isSwapped(reads, count)) throw error;
    }
  }
}

/** The same for what a statement reads beside the rows that it changes. */
export async function readWithin<R>(
  { engine, snapshot, notes }: StatementScope,
  translate: () => Translated,
  open: (translated: Translated) => Promise<R>,
): Promise<R> {
  const { translated, opened } = await openRead(engine.swaps, { snapshot, translate, open });
  for (const warning of translated.warnings) noteText(notes, warning);
  return opened;
}

/** MySQL's 1412. */
export function definitionChanged(): SqlError {
  return new SqlError('table_definition_changed', 'Table definition has changed, please retry transaction');
}
