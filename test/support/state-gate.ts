import type { Scheduler, SchedulerParts } from '../../src/job/scheduler.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import type { LocalFiles } from '../../src/snapshot/files.ts';
import { shop } from './job-scenarios.ts';

export type StateGateOptions = Readonly<{
  /** Which calls are stopped; absent: any. */
  at?: string;
  /** So many of these calls go through before. */
  skip?: number;
}>;

/** Stops the newest job of the shop at its first call to anything outside in a state, until it is let go or told to stop. */
export class StateGate {
  readonly #state: string;
  readonly #at: string | undefined;
  #skip: number;
  readonly #reached = Promise.withResolvers<void>();
  readonly #released = Promise.withResolvers<void>();
  #scheduler: Scheduler | undefined;

  constructor(state: string, { at, skip = 0 }: StateGateOptions = {}) {
    this.#state = state;
    this.#at = at;
    this.#skip = skip;
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

  async pass(signal: AbortSignal | undefined, call?: string): Promise<void> {
    if (this.#scheduler?.list(shop).at(-1)?.state !== this.#state) return;
    if (this.#at !== undefined && this.#at !== call) return;
    if (this.#skip-- > 0) return;
    this.#reached.resolve();
    const aborted = Promise.withResolvers<void>();
    signal?.addEventListener('abort', () => aborted.resolve(), { once: true });
    await Promise.race([this.#released.promise, aborted.promise]);
    signal?.throwIfAborted();
  }

  store(inner: BlobStore): BlobStore {
    const passing = async <T>(name: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
      await this.pass(signal, name);
      return await call();
    };
    const streaming = async <T>(
      name: string,
      signal: AbortSignal,
      call: () => AsyncIterable<T>,
    ): Promise<AsyncIterable<T>> => {
      await this.pass(signal, name);
      return call();
    };
    return {
      capabilities: inner.capabilities,
      put: (key, body, options, signal) =>
        passing('put', signal, () => inner.put(key, body, options, signal)),
      get: (key, range, signal) => flat(() => streaming('get', signal, () => inner.get(key, range, signal))),
      stat: (key, signal) => passing('stat', signal, () => inner.stat(key, signal)),
      list: (prefix, signal) => flat(() => streaming('list', signal, () => inner.list(prefix, signal))),
      listSegments: (prefix, signal) =>
        flat(() => streaming('listSegments', signal, () => inner.listSegments(prefix, signal))),
      deleteMany: (keys, signal) => passing('deleteMany', signal, () => inner.deleteMany(keys, signal)),
      sweepUploads: (olderThanMs, signal) =>
        passing('sweepUploads', signal, () => inner.sweepUploads(olderThanMs, signal)),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  /** What jobs of a real server use, with the gate before each call that has a signal, and before files are read. */
  tools(inner: SchedulerParts): SchedulerParts {
    return {
      ...inner,
      files: this.files(inner.files),
      openRepository: async (name, signal) => {
        await this.pass(signal, 'openRepository');
        const opened = await inner.openRepository(name, signal);
        return { ...opened, store: this.store(opened.store) };
      },
      sourceOf: (catalog) => this.#gated(inner.sourceOf(catalog), ['openRestore', 'freeze', 'listObjects']),
    };
  }

  /** The same object, with the gate before some of its methods, and before those of what they open. */
  #gated<T extends object>(inner: T, names: readonly string[]): T {
    return new Proxy(inner, {
      get: (target, name): unknown => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        if (typeof name !== 'string' || !names.includes(name)) return value.bind(target);
        return async (...given: readonly unknown[]): Promise<unknown> => {
          const signal = given.find((one) => one instanceof AbortSignal);
          await this.pass(signal, name);
          const answer: unknown = await Reflect.apply(value, target, given);
          if (name === 'commit') await this.pass(undefined, 'committed');
          return name === 'openRestore' && typeof answer === 'object' && answer !== null
            ? this.#gated(answer, ['prepare', 'leftOut', 'load', 'checksum', 'commit'])
            : answer;
        };
      },
    });
  }

  files(inner: LocalFiles): LocalFiles {
    return {
      ...inner,
      read: async (path) => {
        await this.pass(undefined, 'read');
        return await inner.read(path);
      },
    };
  }
}

async function* flat<T>(open: () => Promise<AsyncIterable<T>>): AsyncGenerator<T> {
  yield* await open();
}
