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

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
