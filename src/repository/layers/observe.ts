import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../base/log.ts';
import type { BlobStore } from '../blob-store.ts';
import { sizeOfBody } from '../body.ts';
import { type StorageErrorKind, StorageError } from '../storage-error.ts';

export type StoreOperation = 'put' | 'get' | 'stat' | 'list' | 'delete' | 'sweep';

/** What one call of a store came to. `bytes` are those of its body. */
export type StoreCall = Readonly<{
  operation: StoreOperation;
  outcome: 'ok' | 'stopped' | StorageErrorKind | 'failed';
  durationMs: number;
  bytes: number;
}>;

/** Whether a healthy store ends calls so: a blob may be there already, a reader may stop or cancel. */
export function isExpected(outcome: StoreCall['outcome']): boolean {
  return ['ok', 'stopped', 'cancelled', 'not_found', 'already_exists'].includes(outcome);
}

/** Where calls are counted: the metrics behind the console, or a test. */
export interface StoreCounters {
  called(call: StoreCall): void;
  /** A call failed and is tried again. */
  retried(kind: StorageErrorKind): void;
}

export type ObserveOptions = Readonly<{
  /** Location of the store, for the log. Carries no credentials. */
  location: string;
  clock: Clock;
  log: Log;
  counters: StoreCounters;
}>;

/** Counts every call, and writes a line for each at level debug, for a failed one at level warn. */
export function withObserve(store: BlobStore, options: ObserveOptions): BlobStore {
  const call = <T>(
    operation: StoreOperation,
    subject: string,
    bytes: number,
    run: () => Promise<T>,
  ): Promise<T> => observeCall(options, { operation, subject, bytes }, run);
  return {
    capabilities: store.capabilities,
    put: (key, body, put, signal) =>
      call('put', key, sizeOfBody(body) ?? 0, () => store.put(key, body, put, signal)),
    get: (key, range, signal) =>
      observeSteps(
        options,
        { operation: 'get', subject: key },
        (piece) => piece.length,
        store.get(key, range, signal),
      ),
    stat: (key, signal) => call('stat', key, 0, () => store.stat(key, signal)),
    list: (prefix, signal) =>
      observeSteps(options, { operation: 'list', subject: prefix }, () => 0, store.list(prefix, signal)),
    listSegments: (prefix, signal) =>
      observeSteps(
        options,
        { operation: 'list', subject: prefix },
        () => 0,
        store.listSegments(prefix, signal),
      ),
    deleteMany: (keys, signal) =>
      call('delete', `${keys.length} blobs`, 0, () => store.deleteMany(keys, signal)),
    sweepUploads: (olderThanMs, signal) =>
      call('sweep', 'unfinished puts', 0, () => store.sweepUploads(olderThanMs, signal)),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

type Observed = Readonly<{ operation: StoreOperation; subject: string }>;

async function observeCall<T>(
  options: ObserveOptions,
  observed: Observed & Readonly<{ bytes: number }>,
  run: () => Promise<T>,
): Promise<T> {
  const startedAt = options.clock.elapsed();
  const { bytes } = observed;
  try {
    const value = await run();
    report(options, observed, { outcome: 'ok', startedAt, bytes });
    return value;
  } catch (error) {
    report(options, observed, { outcome: outcomeOf(error), startedAt, bytes: 0 });
    throw error;
  }
}

async function* observeSteps<T>(
  options: ObserveOptions,
  observed: Observed,
  bytesOf: (step: T) => number,
  steps: AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  const startedAt = options.clock.elapsed();
  let bytes = 0;
  let outcome: StoreCall['outcome'] = 'stopped';
  try {
    for await (const step of steps) {
      bytes += bytesOf(step);
      yield step;
    }
    outcome = 'ok';
  } catch (error) {
    outcome = outcomeOf(error);
    throw error;
  } finally {
    report(options, observed, { outcome, startedAt, bytes });
  }
}

function report(
  { clock, counters, log, location }: ObserveOptions,
  { operation, subject }: Observed,
  end: Readonly<{ outcome: StoreCall['outcome']; startedAt: number; bytes: number }>,
): void {
  const { outcome, bytes } = end;
  const durationMs = clock.elapsed() - end.startedAt;
  counters.called({ operation, outcome, durationMs, bytes });
  const fields = { location, operation, subject, outcome, durationMs, bytes };
  if (isExpected(outcome)) log.debug('store_call', fields);
  else log.warn('store_call_failed', fields);
}

function outcomeOf(error: unknown): StoreCall['outcome'] {
  return error instanceof StorageError ? error.kind : 'failed';
}
