import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../base/system-error.ts';
import { auditRowsKeptDefault } from './audit.ts';
import { lockFolder } from './folder-lock.ts';
import { MetastoreError, type Metastore } from './metastore.ts';
import { openSqliteStore } from './sqlite/store.ts';
import { startMetastore, type MetastoreOptions } from './stored-metastore.ts';

export type EmbeddedMetastoreOptions = MetastoreOptions &
  Readonly<{
    /** Made when it is not there. Held by this process alone until the metastore is closed. */
    dataFolder: string;
    auditRowsMax?: number;
  }>;

/**
 * Opens the metastore in `<dataFolder>/metastore.db`. Throws MetastoreError `locked` when another server has the
 * folder, `corrupt`, `newer_version`, `unavailable`.
 */
export async function openMetastore(options: EmbeddedMetastoreOptions): Promise<Metastore> {
  const { dataFolder, clock, auditRowsMax = auditRowsKeptDefault } = options;
  makeDataFolder(dataFolder);
  await using opening = new AsyncDisposableStack();
  opening.use(lockFolder(dataFolder));
  const path = join(dataFolder, 'metastore.db');
  const store = opening.use(openSqliteStore({ path, auditRowsMax, now: clock.now() }));
  const metastore = opening.use(await startMetastore(store, options));
  const held = opening.move();
  return {
    get: (key) => metastore.get(key),
    list: (prefix) => metastore.list(prefix),
    write: (unit, work) => metastore.write(unit, work),
    audit: (after, limit, signal) => metastore.audit(after, limit, signal),
    position: (signal) => metastore.position(signal),
    onCommit: (listener) => metastore.onCommit(listener),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Only its owner may look into it. Throws MetastoreError `unavailable`. */
export function makeDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    const text = `cannot make data folder '${folder}': ${reasonOf(error)}; give another by --data, or make it yourself`;
    throw new MetastoreError('unavailable', text, error);
  }
}
