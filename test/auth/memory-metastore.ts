import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { MemoryStore } from '../../src/metastore/memory-store.ts';
import type { Metastore } from '../../src/metastore/metastore.ts';
import { startMetastore } from '../../src/metastore/stored-metastore.ts';

/** An empty metastore without a disk. */
export async function memoryMetastore(): Promise<Metastore> {
  return startMetastore(new MemoryStore(), { instance: 'node:1', clock: systemClock, log: silentLog });
}
