import type { Cleanups } from './cleanups.ts';
import type { PartMemory } from './part-memory.ts';

/** What an `ObjectStore` is built with beside its requests. */
export type ObjectTools = Readonly<{
  /** Milliseconds since the epoch, to tell the age of unfinished uploads. */
  now: () => number;
  /** Shared by all stores of the process. */
  memory: PartMemory;
  /**
   * Tries one request of many again, so that a part or a page that fails does not cost the whole put or list. What it
   * throws at last is exhausted. Other requests are tried again by the layers.
   */
  retried: <T>(signal: AbortSignal, request: () => Promise<T>) => Promise<T>;
  cleanups: Cleanups;
}>;
