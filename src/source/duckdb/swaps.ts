import { nameKey } from './names.ts';

export type SwappedName = Readonly<{ database: string; name: string }>;

/**
 * What restores have swapped in. A statement resolves names in memory and then reads rows in a snapshot of DuckDB's; a
 * swap changes both, one right after the other. Readers ask here whether they fell between the two, so that none sees
 * the old text of a view over the new rows of a table, or the other way round.
 */
export class Swaps {
  #count = 0;
  #running: Readonly<{ keys: ReadonlySet<string>; ended: Promise<void> }> | undefined;
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
