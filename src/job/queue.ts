/** Hands items from one producer to several consumers, in order. */
export class Queue<T> {
  readonly #items: T[] = [];
  #isClosed = false;
  #changed = Promise.withResolvers<void>();

  push(item: T): void {
    this.#items.push(item);
    this.#wake();
  }

  /** After the items that are there, consumers get `undefined`. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  async next(): Promise<T | undefined> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined || this.#isClosed) return item;
      await this.#changed.promise;
    }
  }

  /**
   * The next item, and with it those behind it that go with it, `max` in all at most. Empty when the queue is closed and
   * nothing is left.
   */
  async nextWith(goesWith: (first: T, next: T) => boolean, max: number): Promise<readonly T[]> {
    const first = await this.next();
    if (first === undefined) return [];
    const taken: T[] = [first];
    const others: T[] = [];
    for (const item of this.#items.splice(0)) {
      (taken.length < max && goesWith(first, item) ? taken : others).push(item);
    }
    this.#items.push(...others);
    return taken;
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
