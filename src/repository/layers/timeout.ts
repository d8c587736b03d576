import type { Clock } from '../../base/clock.ts';
import type { BlobBody, BlobStore } from '../blob-store.ts';
import { sizeOfBody } from '../body.ts';
import { StorageError } from '../storage-error.ts';

export type TimeoutOptions = Readonly<{
  clock: Clock;
  /** For a call without a body, for one step of a list and for one piece of a body. */
  callMs: number;
  /** Slowest upload that is still alive: with the size of a body this gives the time of its put. */
  bytesPerSecondMin: number;
}>;

/**
 * Ends every call that takes too long with `timeout`: the store is told to stop by its signal, and is not waited
 * for, since a store that hangs may not listen either.
 */
export function withTimeout(store: BlobStore, options: TimeoutOptions): BlobStore {
  const { clock, callMs } = options;
  const within = <T>(
    doing: string,
    signal: AbortSignal,
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> => race(clock, callMs, doing, signal, ({ signal: inner }) => call(inner));
  const stepwise = <T>(
    doing: string,
    signal: AbortSignal,
    open: (signal: AbortSignal) => AsyncIterable<T>,
  ): AsyncIterable<T> => stepsWithin(clock, callMs, doing, signal, open);
  return {
    capabilities: store.capabilities,
    put: (key, body, put, signal) =>
      race(clock, putMs(body, options), `writing '${key}'`, signal, (timer) =>
        store.put(key, restarting(body, timer, options), put, timer.signal),
      ),
    get: (key, range, signal) =>
      stepwise(`reading '${key}'`, signal, (inner) => store.get(key, range, inner)),
    stat: (key, signal) => within(`looking at '${key}'`, signal, (inner) => store.stat(key, inner)),
    list: (prefix, signal) => stepwise(`listing '${prefix}'`, signal, (inner) => store.list(prefix, inner)),
    listSegments: (prefix, signal) =>
      stepwise(`listing '${prefix}'`, signal, (inner) => store.listSegments(prefix, inner)),
    deleteMany: (keys, signal) => {
      const batches = Math.max(1, Math.ceil(keys.length / store.capabilities.deleteBatch));
      return race(clock, callMs * batches, 'removing blobs', signal, ({ signal: inner }) =>
        store.deleteMany(keys, inner),
      );
    },
    // How much an unfinished put left behind is not known; a sweep is ended by its caller's signal.
    sweepUploads: (olderThanMs, signal) => store.sweepUploads(olderThanMs, signal),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** What a store may have taken of a stream and not yet sent: the parts in the memory of the process. */
const heldBytesMax = 96 * 1024 * 1024;

function putMs(body: BlobBody, options: TimeoutOptions): number {
  return sendMs(sizeOfBody(body) ?? 0, options);
}

/** For one call that sends so many bytes. */
function sendMs(bytes: number, { callMs, bytesPerSecondMin }: TimeoutOptions): number {
  return callMs + (bytes / bytesPerSecondMin) * 1000;
}

/**
 * A stream without a length may go on as long as it moves. The source has the time of one call for each piece; the store
 * has between two of them what it may hold to send.
 */
function restarting(body: BlobBody, timer: Timer, options: TimeoutOptions): BlobBody {
  if (body.kind !== 'stream' || body.sizeBytes !== undefined) return body;
  return {
    kind: 'stream',
    open: async function* open(signal) {
      let heldBytes = 0;
      for await (const piece of body.open(signal)) {
        heldBytes = Math.min(heldBytesMax, heldBytes + piece.length);
        timer.restart(sendMs(heldBytes, options));
        yield piece;
        timer.restart(options.callMs);
      }
      timer.restart(sendMs(heldBytes, options));
    },
  };
}

async function* stepsWithin<T>(
  clock: Clock,
  callMs: number,
  doing: string,
  signal: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<T>,
): AsyncGenerator<T, void, undefined> {
  // Not AbortSignal.any: of small bodies, thousands of which are read for one SHOW, it takes half of the garbage.
  const stop = new AbortController();
  const onAbort = (): void => stop.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  const iterator = open(stop.signal)[Symbol.asyncIterator]();
  let isFinished = false;
  try {
    for (;;) {
      const step = await race(clock, callMs, doing, signal, () => iterator.next());
      isFinished = step.done === true;
      if (step.done === true) return;
      yield step.value;
    }
  } catch (error) {
    isFinished = true;
    stop.abort(error);
    // Not awaited: what hangs now would hang here too. It closes what it holds once it moves again.
    iterator.return?.().catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!isFinished) await iterator.return?.();
  }
}

type Timer = Readonly<{ signal: AbortSignal; restart: (delayMs: number) => void }>;

async function race<T>(
  clock: Clock,
  delayMs: number,
  doing: string,
  signal: AbortSignal,
  call: (timer: Timer) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const ended = Promise.withResolvers<never>();
  const stop = (error: StorageError): void => {
    late.abort(error);
    ended.reject(error);
  };
  const onAbort = (): void =>
    stop(new StorageError('cancelled', `${doing} was cancelled`, { cause: signal.reason }));
  const arm = (ms: number): Disposable =>
    clock.schedule(ms, () =>
      stop(new StorageError('timeout', `${doing} took longer than ${Math.round(ms / 1000)} s`)),
    );
  let timer = arm(delayMs);
  const restart = (ms: number): void => {
    timer[Symbol.dispose]();
    if (!late.signal.aborted) timer = arm(ms);
  };
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([ended.promise, call({ signal: late.signal, restart })]);
  } finally {
    timer[Symbol.dispose]();
    signal.removeEventListener('abort', onAbort);
  }
}
