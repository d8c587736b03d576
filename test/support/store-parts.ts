import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { openAdapter } from '../../src/repository/open-adapter.ts';
import { PartMemory } from '../../src/repository/objects/part-memory.ts';
import type { StoreParts, StoreSettings } from '../../src/repository/open-store.ts';

const settingsUsual: StoreSettings = { callsMax: 16, callTimeoutMs: 30_000, uploadKbps: 0, downloadKbps: 0 };

/** What stores of tests are opened with: waits without jitter are short, and every retry is told to `retried`. */
export function storeParts(
  changes: Readonly<{ retried?: string[]; settings?: Partial<StoreSettings>; memoryBytesMax?: number }> = {},
): StoreParts {
  const { retried = [], settings = {}, memoryBytesMax = 64 * 1024 * 1024 } = changes;
  return {
    clock: systemClock,
    random: () => 0.01,
    log: silentLog,
    counters: { called: () => undefined, retried: (kind) => retried.push(kind) },
    settings: () => ({ ...settingsUsual, ...settings }),
    openAdapter,
    partMemory: new PartMemory(memoryBytesMax),
  };
}
