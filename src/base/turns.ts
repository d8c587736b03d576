import { assert } from './assert.ts';

/** Lets at most `limit` pieces of work run at once. The others wait, and begin in the order in which they came. */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(limit: number) {
    assert(limit > 0, 'work that never gets its turn');
    this.#free = limit;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The turn goes from hand to hand, so that nobody comes in between.
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
