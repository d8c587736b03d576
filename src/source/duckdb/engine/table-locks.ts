import { untilAborted } from '../../../base/waiting.ts';
import { nameKey } from '../physical/names.ts';

/**
 * Lets statements that change the same table run one after another, so that two sessions outside a transaction wait
 * for each other as in MySQL instead of failing with DuckDB's conflict. Explicit transactions take no lock: they
 * read a snapshot, and the second of two that change the same rows fails (1213).
 */
export class TableLocks {
  readonly #tails = new Map<string, Promise<void>>();

  /** Waits for the tables, in one order for everybody so that nobody waits in a circle. */
  async acquire(tables: readonly string[], signal: AbortSignal): Promise<Disposable> {
    const held: Disposable[] = [];
    const release = (): void => {
      for (const lock of held) lock[Symbol.dispose]();
      held.length = 0;
    };
    try {
      for (const table of [...new Set(tables.map((name) => nameKey(name)))].sort()) {
        held.push(await this.#acquireOne(table, signal));
      }
    } catch (error) {
      release();
      throw error;
    }
    return { [Symbol.dispose]: release };
  }

  async #acquireOne(table: string, signal: AbortSignal): Promise<Disposable> {
    const before = this.#tails.get(table) ?? Promise.resolve();
    const { promise, resolve: release } = Promise.withResolvers<void>();
    // Who gives up waiting lets nobody pass who came before: the next one waits for both.
    const tail = before.then(() => promise);
    this.#tails.set(table, tail);
    void this.#forgetBehind(table, tail);
    try {
      await untilAborted(before, signal);
    } catch (error) {
      release();
      throw error;
    }
    return { [Symbol.dispose]: release };
  }

  async #forgetBehind(table: string, tail: Promise<void>): Promise<void> {
    await tail;
    if (this.#tails.get(table) === tail) this.#tails.delete(table);
  }
}

/** The lock of everything that changes the dictionary. No table's key is empty. */
export const dictionaryLock = '';

export function lockName(database: string, table: string): string {
  return `${database}\0${table}`;
}
