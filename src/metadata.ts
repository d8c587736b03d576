import { rmSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import type { Config } from './config/config.ts';
import type { MetadataServices } from './dispatch/services.ts';
import { MetadataJobs } from './metastore/kylin/metadata-jobs.ts';
import { MetadataStores } from './metastore/kylin/metadata-stores.ts';
import { OwnStore } from './metastore/kylin/own-store.ts';
import type { Metastore } from './metastore/metastore.ts';
import type { Secrets } from './metastore/secrets.ts';
import { checkPlace } from './repository/allowed-places.ts';
import type { MetadataPlace } from './sql/statement.ts';

type Parts = Readonly<{
  metastore: Metastore;
  /** Names the metastore, for good. */
  uuid: string;
  secrets: Secrets;
  clock: Clock;
  log: Log;
}>;

/** Kylin's name for the folder of its backups. */
const folderName = 'meta_backups';
/** In the data folder: backups on their way to and from a repository. */
const scratchName = 'metadata';

/**
 * Joins what statements on metadata work with. Backups lie beside the data folder: inside, they would be lost with it. What an
 * earlier process was at is removed.
 */
export function openMetadata(config: Config, parts: Parts): MetadataServices {
  rmSync(scratchFolder(config), { recursive: true, force: true });
  const places = { dataFolder: config.data, folders: config.allowedFilePaths };
  return {
    stores: new MetadataStores(parts),
    jobs: new MetadataJobs({ ...parts, node: config.nodeId }),
    ownStore: new OwnStore(parts.metastore, parts.uuid, parts.clock),
    folder: backupFolder(config),
    place: backupPlace(config),
    scratch: async () => openScratch(config),
    checkFolder: async (folder) => checkPlace(pathToFileURL(folder).href, places),
  };
}

/** Where backups go that name no place, and where query nodes look for one to start from. */
export function backupPlace(config: Config): MetadataPlace {
  const { metadataBackups: place } = config;
  return place === '' || place.startsWith('/')
    ? { kind: 'path', path: backupFolder(config) }
    : { kind: 'repository', repository: place };
}

/** On the disk, also where backups go into a repository: the state before a restore is kept there. */
function backupFolder({ data, metadataBackups: place }: Config): string {
  return place.startsWith('/')
    ? path.normalize(place)
    : path.join(path.dirname(path.resolve(data)), folderName);
}

function scratchFolder({ data }: Config): string {
  return path.join(data, scratchName);
}

/** An empty folder in the data folder, which goes when it is disposed of. */
export async function openScratch(config: Config): ReturnType<MetadataServices['scratch']> {
  const folder = path.join(scratchFolder(config), crypto.randomUUID());
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { path: folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
