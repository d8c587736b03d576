import { SqlError } from '../../base/sql-error.ts';

/**
 * The savepoints of one transaction. The engine cannot undo a part of a transaction, so going back to a savepoint
 * succeeds where nothing was written since (which is all that dump tools ask for), and is refused elsewhere.
 */
export class Savepoints {
  /** Statements that wrote before each savepoint, oldest savepoint first. */
  readonly #points = new Map<string, number>();
  #writes = 0;

  /** Called before each statement that may change rows. */
  beforeWrite(): void {
    this.#writes += 1;
  }

  /** A name that is taken moves to the end (MySQL manual, "SAVEPOINT Statement"). */
  set(name: string): void {
    const key = name.toLowerCase();
    this.#points.delete(key);
    this.#points.set(key, this.#writes);
  }

  /** Later savepoints are forgotten, this one stays. */
  rollBackTo(name: string): void {
    if (this.#writesAt(name) !== this.#writes) {
      throw new SqlError('not_supported', `ROLLBACK TO SAVEPOINT '${name}' after rows were changed`, {
        hint: 'The transaction is as it was; roll all of it back, or commit it.',
      });
    }
    for (const later of this.#laterThan(name)) this.#points.delete(later);
  }

  /** This savepoint and later ones are forgotten. */
  release(name: string): void {
    this.#writesAt(name);
    for (const later of this.#laterThan(name)) this.#points.delete(later);
    this.#points.delete(name.toLowerCase());
  }

  /** The transaction has ended. */
  clear(): void {
    this.#points.clear();
    this.#writes = 0;
  }

  #writesAt(name: string): number {
    const writes = this.#points.get(name.toLowerCase());
    if (writes !== undefined) return writes;
    throw new SqlError('does_not_exist', `SAVEPOINT ${name} does not exist`);
  }

  #laterThan(name: string): readonly string[] {
    const names = [...this.#points.keys()];
    return names.slice(names.indexOf(name.toLowerCase()) + 1);
  }
}
