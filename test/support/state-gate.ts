import type { Scheduler } from '../../src/job/scheduler.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import type { LocalFiles } from '../../src/snapshot/files.ts';
import { shop } from './job-scenarios.ts';

/** Stops the newest job of the shop at its first call to anything outside in a state, until it is let go or told to stop. */
export class StateGate {
  readonly #state: string;
  readonly #reached = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  #scheduler: Scheduler | undefined;

  constructor(state: string) {
    this.#state = state;
  }

  /** From now on the jobs of this scheduler are stopped. */
  watch(scheduler: Scheduler): void {
    this.#scheduler = scheduler;
  }

  get reached(): Promise<void> {
    return this.#reached.promise;
  }

  release(): void {
    this.#released.resolve();
  }

  async pass(signal: AbortSignal | undefined): Promise<void> {
    if (this.#scheduler?.list(shop).at(-1)?.state !== this.#state) return;
    this.#reached.resolve();
    const aborted = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => aborted.resolve(), { once: true });
    await Promise.race([this.#released.promise, aborted.promise]);
    signal?.throwIfAborted();
  }

  store(inner: BlobStore): BlobStore {
    const passing = async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
      await this.pass(signal);
      return await call();
    };
    const streaming = async <T>(
      signal: AbortSignal,
      call: () => AsyncIterable<T>,
    ): Promise<AsyncIterable<T>> => {
      await this.pass(signal);
      return call();
    };
    return {
      capabilities: inner.capabilities,
      put: (key, body, options, signal) => passing(signal, () => inner.put(key, body, options, signal)),
      get: (key, range, signal) => flat(() => streaming(signal, () => inner.get(key, range, signal))),
      stat: (key, signal) => passing(signal, () => inner.stat(key, signal)),
      list: (prefix, signal) => flat(() => streaming(signal, () => inner.list(prefix, signal))),
      listSegments: (prefix, signal) =>
        flat(() => streaming(signal, () => inner.listSegments(prefix, signal))),
      deleteMany: (keys, signal) => passing(signal, () => inner.deleteMany(keys, signal)),
      sweepUploads: (olderThanMs, signal) => passing(signal, () => inner.sweepUploads(olderThanMs, signal)),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  files(inner: LocalFiles): LocalFiles {
    return {
      ...inner,
      read: async (path) => {
        await this.pass(undefined);
        return await inner.read(path);
      },
    };
  }
}

async function* flat<T>(open: () => Promise<AsyncIterable<T>>): AsyncGenerator<T> {
  yield* await open();
}
