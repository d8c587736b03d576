import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { SqlError } from '../base/sql-error.ts';
import { openLocalStore } from './adapters/local/store.ts';
import type { BlobStore } from './blob-store.ts';
import { retryDefaults } from './layers/attempts.ts';
import { Gate } from './layers/gate.ts';
import { withLimit } from './layers/limit.ts';
import { type StoreCounters, withObserve } from './layers/observe.ts';
import { Pace } from './layers/pace.ts';
import { withRetry } from './layers/retry.ts';
import { withTimeout } from './layers/timeout.ts';
import { parseLocation } from './location.ts';

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
}>;

/** The slowest transfer that is not taken for a dead one: StarRocks' download_low_speed_limit_kbps. */
const bytesPerSecondMin = 50 * 1024;

/**
 * Opens the store of a location: observe → limit → retry → timeout → adapter. `properties` are those of CREATE
 * REPOSITORY, with credentials. Throws SqlError for a location that is wrong or of a kind that is not there.
 */
export async function openStore(
  location: string,
  _properties: ReadonlyMap<string, string>,
  parts: StoreParts,
): Promise<BlobStore> {
  const adapter = await openAdapter(location, parts.clock);
  return withLayers(adapter, location, parts);
}

/** Puts all layers around an adapter. */
export function withLayers(adapter: BlobStore, location: string, parts: StoreParts): BlobStore {
  const { clock, random, log, counters, settings } = parts;
  const gate = new Gate(() => settings().callsMax);
  const timed = withTimeout(adapter, { clock, callMs: settings().callTimeoutMs, bytesPerSecondMin });
  const retried = withRetry(timed, {
    ...retryDefaults,
    clock,
    random,
    onRetry: (error, delayMs) => {
      if (error.kind === 'throttled') gate.narrow();
      counters.retried(error.kind);
      log.warn('store_retry', { location, kind: error.kind, delayMs, reason: error.message });
    },
  });
  const limits = {
    gate,
    upload: new Pace(clock, () => settings().uploadKbps),
    download: new Pace(clock, () => settings().downloadKbps),
  };
  return withObserve(withLimit(retried, limits), { location, clock, log, counters });
}

async function openAdapter(text: string, clock: Clock): Promise<BlobStore> {
  const location = parseLocation(text);
  switch (location.scheme) {
    case 'file':
      return openLocalStore({ root: location.path, now: () => clock.now() });
    default:
      throw new SqlError('not_supported', `repositories on ${location.scheme}:// are not supported yet`, {
        hint: 'Use a file:// location, on a mounted network or object file system if need be.',
      });
  }
}
