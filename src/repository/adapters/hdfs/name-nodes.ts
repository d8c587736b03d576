import { assert } from '../../../base/assert.ts';
import { StorageError } from '../../storage-error.ts';

/** `elsewhere`: this one cannot answer and has done nothing, another may. */
export type Reply<T> =
  Readonly<{ kind: 'answered'; value: T }> | Readonly<{ kind: 'elsewhere'; error: StorageError }>;

/** The places where a NameNode may answer. The one that did is asked first from then on. */
export class NameNodes {
  readonly #endpoints: readonly URL[];
  #first = 0;

  constructor(endpoints: readonly URL[]) {
    assert(endpoints.length > 0, 'a location has at least one endpoint');
    this.#endpoints = endpoints;
  }

  /**
   * Asks one after the other, each at most once. A request that may have been done is not sent to another one: it
   * fails, and the next begins with another.
   */
  async ask<T>(request: (endpoint: URL) => Promise<Reply<T>>): Promise<T> {
    const errors: StorageError[] = [];
    const start = this.#first;
    for (let step = 0; step < this.#endpoints.length; step++) {
      const at = (start + step) % this.#endpoints.length;
      const reply = await this.#askOne(at, request);
      if (reply.kind === 'answered') {
        this.#first = at;
        return reply.value;
      }
      errors.push(reply.error);
    }
    // One that may answer later says more than one that is none.
    throw errors.find((error) => error.retryable) ?? (errors[0] as StorageError);
  }

  async #askOne<T>(at: number, request: (endpoint: URL) => Promise<Reply<T>>): Promise<Reply<T>> {
    try {
      return await request(this.#endpoints[at] as URL);
    } catch (error) {
      const isSilent =
        error instanceof StorageError && (error.kind === 'timeout' || error.kind === 'unavailable');
      if (!isSilent) this.#first = at;
      else if (this.#first === at) this.#first = (at + 1) % this.#endpoints.length;
      throw error;
    }
  }
}
