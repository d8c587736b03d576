import { SqlError } from '../base/sql-error.ts';

export type HashGateLimits = Readonly<{
  /** Slow hashes at once. Node's pool has four threads; files and name lookups need the others. */
  runningMax: number;
  /** Logins that may wait for their turn; a client would not wait for the end of a longer line. */
  waitingMax: number;
}>;

const hashGateLimits: HashGateLimits = { runningMax: 2, waitingMax: 64 };

/** Bounds what strangers can make the server compute: slow hashes run a few at a time, the others wait in line. */
export class HashGate {
  readonly #limits: HashGateLimits;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: HashGateLimits = hashGateLimits) {
    this.#limits = limits;
  }

  /** Runs `work` in its turn. Throws SqlError `resource_limit` when the line is full. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.runningMax) await this.#turn();
    else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** The place of whoever leaves goes to the first in line, so that `#running` does not change hands. */
  async #turn(): Promise<void> {
    if (this.#waiting.length >= this.#limits.waitingMax) {
      throw new SqlError('resource_limit', 'too many logins are being checked', {
        hint: 'Try again in a moment.',
      });
    }
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    await promise;
  }
}
