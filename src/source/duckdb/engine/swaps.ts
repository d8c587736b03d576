import { nameKey } from '../physical/names.ts';

export type SwappedName = Readonly<{ database: string; name: string }>;

/**
 * What restores have swapped in. A statement resolves names in memory and then reads rows in a snapshot of DuckDB's; a
 * swap changes both, one right after the other. Readers ask here whether they fell between the two, so that none sees
 * the old text of a view over the new rows of a table, or the other way round.
 */
export class Swaps {
  #count = 0;
  #running: Readonly<{ keys: ReadonlySet<string>; ended: Promise<void> }> | undefined;
  /** What is about to be swapped, from before its rows are looked at. */
  #closed: Readonly<{ keys: ReadonlySet<string>; opened: Promise<void> }> | undefined;
  /** Commits under way of transactions that wrote to objects. */
  readonly #entered = new Set<Readonly<{ keys: readonly string[]; ended: Promise<void> }>>();
  /** By object, the number of the last swap that brought it, and of the last that gave it another definition. */
  readonly #swapped = new Map<string, number>();
  readonly #redefined = new Map<string, number>();

  /** How many swaps have ended. */
  get count(): number {
    return this.#count;
  }

  /** True between the two halves of a swap. */
  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** Call right before the commit in DuckDB; dispose when names resolve to the new objects, or the commit failed. */
  begin(objects: readonly (SwappedName & Readonly<{ isRedefined: boolean }>)[]): Disposable {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const keys = new Set(objects.map((object) => keyOf(object)));
    this.#running = { keys, ended };
    return {
      [Symbol.dispose]: () => {
        this.#count += 1;
        for (const key of keys) this.#swapped.set(key, this.#count);
        for (const object of objects) {
          if (object.isRedefined) this.#redefined.set(keyOf(object), this.#count);
        }
        this.#running = undefined;
        resolve();
      },
    };
  }

  /**
   * For a swap, before its transaction reads anything: waits for transactions that commit what they wrote to the objects, and
   * keeps others waiting until the answer is disposed. What is committed is then either seen by the swap or not there. One
   * swap at a time; its caller sees to that.
   */
  async close(objects: readonly SwappedName[]): Promise<Disposable> {
    const { promise: opened, resolve } = Promise.withResolvers<void>();
    const keys = new Set(objects.map((object) => keyOf(object)));
    this.#closed = { keys, opened };
    const under = [...this.#entered].filter((entered) => entered.keys.some((key) => keys.has(key)));
    await Promise.all(under.map((entered) => entered.ended));
    return {
      [Symbol.dispose]: () => {
        this.#closed = undefined;
        resolve();
      },
    };
  }

  /** For a transaction that is going to commit what it wrote to the objects: no swap of them begins until it is disposed. */
  async enter(objects: readonly SwappedName[]): Promise<Disposable> {
    const keys = objects.map((object) => keyOf(object));
    for (let closed = this.#closed; closed !== undefined; closed = this.#closed) {
      if (!keys.some((key) => closed?.keys.has(key))) break;
      await closed.opened;
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const entered = { keys, ended };
    this.#entered.add(entered);
    return {
      [Symbol.dispose]: () => {
        this.#entered.delete(entered);
        resolve();
      },
    };
  }

  /** Waits while a swap of one of the objects, of any without `objects`, is between its two halves. True if it did. */
  async wait(objects?: readonly SwappedName[]): Promise<boolean> {
    let hasWaited = false;
    for (;;) {
      const running = this.#running;
      if (running === undefined) return hasWaited;
      if (objects?.some((object) => running.keys.has(keyOf(object))) === false) return hasWaited;
      await running.ended;
      hasWaited = true;
    }
  }

  /** True when one of the objects was swapped after `count` swaps, or is being swapped. */
  isSwapped(objects: readonly SwappedName[], count: number): boolean {
    return objects.some((object) => {
      const key = keyOf(object);
      return (this.#swapped.get(key) ?? 0) > count || this.#running?.keys.has(key) === true;
    });
  }

  /** The first of the objects that got another definition after `count` swaps. */
  redefined<T extends SwappedName>(objects: readonly T[], count: number): T | undefined {
    return objects.find((object) => (this.#redefined.get(keyOf(object)) ?? 0) > count);
  }
}

function keyOf({ database, name }: SwappedName): string {
  return `${nameKey(database)}\0${nameKey(name)}`;
}
