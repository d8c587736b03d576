import path from 'node:path';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import { RuntimeSettings } from './config/runtime-settings.ts';
import { MetadataShelf } from './dispatch/metadata-shelf.ts';
import { globalProject, typePrefix } from './metastore/key.ts';
import { isOwnSystem, newestOwnBackup } from './metastore/kylin/kept-backups.ts';
import type { SharedNodeOptions } from './metastore/node.ts';
import { decodeResource } from './metastore/resource.ts';
import { openSecrets } from './metastore/secret-key.ts';
import type { SharedStore } from './metastore/shared-store.ts';
import { type ReachedBackup, startFromBackup } from './metastore/start-from-backup.ts';
import { startFollowedMetastore } from './metastore/stored-metastore.ts';
import { backupPlace, openScratch } from './metadata.ts';
import { openRepositories, repositoryOpener } from './open-repositories.ts';
import type { StoreParts } from './repository/open-store.ts';
import { StatusCounters } from './status-counters.ts';

type Basics = Readonly<{ clock: Clock; log: Log; openAdapter: StoreParts['openAdapter'] }>;

/** How a query node starts: from the newest metadata backup where this server's backups go. */
export function startOfQueryNode(
  config: Config,
  basics: Basics,
): NonNullable<SharedNodeOptions['startFrom']> {
  const place = backupPlace(config);
  return async (store, metastoreId) =>
    startFromBackup({
      store,
      metastoreId,
      log: basics.log,
      place: place.kind === 'path' ? place.path : place.repository,
      findNewest: async (signal) =>
        place.kind === 'path'
          ? newestInFolder(place.path)
          : newestInRepository(place.repository, { config, basics, store }, signal),
    });
}

async function newestInFolder(directory: string): Promise<ReachedBackup | undefined> {
  const folder = await newestOwnBackup(directory);
  if (folder === undefined) return undefined;
  return { folder, name: path.basename(folder), [Symbol.asyncDispose]: async () => undefined };
}

type Parts = Readonly<{ config: Config; basics: Basics; store: SharedStore }>;

/** What a repository is stands in the metastore: as much is read of it as opens one. */
async function newestInRepository(
  name: string,
  { config, basics, store }: Parts,
  signal: AbortSignal,
): Promise<ReachedBackup | undefined> {
  const prefixes = ['repository', 'setting'].map((type) => typePrefix(globalProject, type));
  const resources = (await store.readBelow(prefixes, signal)).map(decodeResource);
  const { metastore } = startFollowedMetastore(store, { resources, offset: 0 }, { ...basics, instance: '' });
  await using repositories = openRepositories(config, {
    ...basics,
    metastore,
    settings: new RuntimeSettings(metastore, config),
    counters: new StatusCounters(basics.clock),
    secrets: openSecrets(config.data, config.secretKey),
  });
  const shelf = new MetadataShelf(await repositoryOpener(repositories)(name, signal));
  const all = (await shelf.list(signal)).flatMap(({ name: folder, backup }) =>
    backup !== undefined && isOwnSystem(backup) ? [{ folder, finishedAt: backup.finishedAt }] : [],
  );
  const newest = all.toSorted((one, other) => (one.finishedAt < other.finishedAt ? 1 : -1))[0];
  if (newest === undefined) return undefined;
  await using opening = new AsyncDisposableStack();
  const scratch = opening.use(await openScratch(config));
  const folder = await shelf.fetch(newest.folder, scratch.path, signal);
  const held = opening.move();
  return { folder, name: newest.folder, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
