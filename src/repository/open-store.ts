import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { BlobStore } from './blob-store.ts';
import { exhaustively, type RetryOptions, retryDefaults } from './layers/attempts.ts';
import { Gate } from './layers/gate.ts';
import { withLimit } from './layers/limit.ts';
import { type StoreCounters, withObserve } from './layers/observe.ts';
import { Pace } from './layers/pace.ts';
import { withRetry } from './layers/retry.ts';
import { withTimeout } from './layers/timeout.ts';
import { parseLocation } from './location.ts';
import type { PartMemory } from './objects/part-memory.ts';
import type { openAdapter } from './open-adapter.ts';
import { bytesPerSecondMin } from './silence.ts';

/** Settings that ADMIN SET FRONTEND CONFIG may change while stores are open. 0 kbps is no limit. */
export type StoreSettings = Readonly<{
  callsMax: number;
  callTimeoutMs: number;
  uploadKbps: number;
  downloadKbps: number;
}>;

/** What every store is built with. */
export type StoreParts = Readonly<{
  clock: Clock;
  random: () => number;
  log: Log;
  counters: StoreCounters;
  settings: () => StoreSettings;
  /** Bounds what all stores of the process hold of unfinished puts. */
  partMemory: PartMemory;
  openAdapter: typeof openAdapter;
}>;

/** `work` outlives minutes of trouble; `prove` fails while the user who waits for the answer still looks. */
export type Patience = 'work' | 'prove';

/** Tries and times while a user waits for CREATE REPOSITORY. */
const provingRetries = { attemptsMax: 3, deadlineMs: 20_000, capMs: 2_000 };
const provingCallMsMax = 10_000;

/**
 * Opens the store of a location: observe → limit → retry → timeout → adapter. `properties` are those of CREATE
 * REPOSITORY, with credentials. Throws SqlError for a location or properties that are wrong.
 */
export async function openStore(
  location: string,
  properties: ReadonlyMap<string, string>,
  parts: StoreParts,
  patience: Patience = 'work',
): Promise<BlobStore> {
  const policy = policyOf(location, parts, patience);
  const adapter = await parts.openAdapter(parseLocation(location), properties, {
    clock: parts.clock,
    memory: parts.partMemory,
    retried: (signal, request) => exhaustively(policy.retry, signal, request),
    silenceMsMax: policy.callMs,
  });
  return layered(adapter, location, parts, policy);
}

/** Puts all layers around an adapter. */
export function withLayers(adapter: BlobStore, location: string, parts: StoreParts): BlobStore {
  return layered(adapter, location, parts, policyOf(location, parts, 'work'));
}

/** What one store's layers and its adapter share: throttling in either narrows the one gate. */
type Policy = Readonly<{ gate: Gate; retry: RetryOptions; callMs: number }>;

function policyOf(location: string, parts: StoreParts, patience: Patience): Policy {
  const { clock, random, log, counters, settings } = parts;
  const gate = new Gate(() => settings().callsMax);
  const { callTimeoutMs } = settings();
  const retry: RetryOptions = {
    ...retryDefaults,
    ...(patience === 'prove' && provingRetries),
    clock,
    random,
    onRetry: (error, delayMs) => {
      if (error.kind === 'throttled') gate.narrow();
      counters.retried(error.kind);
      log.warn('store_retry', { location, kind: error.kind, delayMs, reason: error.message });
    },
  };
  return {
    gate,
    retry,
    callMs: patience === 'prove' ? Math.min(provingCallMsMax, callTimeoutMs) : callTimeoutMs,
  };
}

function layered(adapter: BlobStore, location: string, parts: StoreParts, policy: Policy): BlobStore {
  const { clock, log, counters, settings } = parts;
  const { gate, retry, callMs } = policy;
  const timed = withTimeout(adapter, { clock, callMs, bytesPerSecondMin });
  const retried = withRetry(timed, retry);
  const limits = {
    gate,
    upload: new Pace(clock, () => settings().uploadKbps),
    download: new Pace(clock, () => settings().downloadKbps),
  };
  return withObserve(withLimit(retried, limits), { location, clock, log, counters });
}
