import type { Clock } from './base/clock.ts';
import type { Log } from './base/log.ts';
import { Secret } from './base/secret.ts';
import { SqlError } from './base/sql-error.ts';
import type { Config } from './config/config.ts';
import type { RuntimeSettings } from './config/runtime-settings.ts';
import type { Services } from './dispatch/services.ts';
import type { OpenRepository } from './job/open-repository.ts';
import type { Metastore } from './metastore/metastore.ts';
import type { Secrets } from './metastore/secrets.ts';
import { checkPlace } from './repository/allowed-places.ts';
import { PartMemory } from './repository/objects/part-memory.ts';
import { openStore, type StoreParts } from './repository/open-store.ts';
import { probe, requireFit } from './repository/probe.ts';
import { parseLocation } from './repository/location.ts';
import { Repositories, type Repository } from './repository/repositories.ts';
import type { TransferLimits } from './repository/transfer-limits.ts';
import { layoutOf } from './snapshot/layout.ts';
import { attachRepository, readRepositoryInfo, requireRepository } from './snapshot/repo-info.ts';

export type RepositoryBasics = Readonly<{
  clock: Clock;
  log: Log;
  openAdapter: StoreParts['openAdapter'];
  metastore: Metastore;
  settings: RuntimeSettings;
  counters: StoreParts['counters'];
  secrets: Secrets;
}>;

/** A fifth of what jobs may add to the memory of the process. */
const partMemoryBytesMax = 96 * 1024 * 1024;

/** The repositories that a metastore names, with all that stands between them and their places. */
export function openRepositories(config: Config, parts: RepositoryBasics): Repositories {
  const { metastore, settings, counters, secrets, clock, log, openAdapter } = parts;
  const storeParts: StoreParts = {
    clock,
    log,
    random: Math.random,
    counters,
    openAdapter,
    partMemory: new PartMemory(partMemoryBytesMax),
    settings: () => ({
      callsMax: settings.get('storage_calls_max'),
      callTimeoutMs: settings.get('storage_call_timeout_ms'),
      uploadKbps: settings.get('max_upload_speed_kbps'),
      downloadKbps: settings.get('max_download_speed_kbps'),
    }),
  };
  const places = { dataFolder: config.data, folders: config.allowedFilePaths };
  return new Repositories({
    metastore,
    seal: (plain) => secrets.seal(new Secret(plain)),
    unseal: (sealed) => secrets.open(sealed).reveal(),
    openStore: async (location, properties, { patience, limits }) => {
      await checkPlace(location, places);
      return openStore(location, properties, limitedBy(storeParts, limits), patience);
    },
    probe: async (store, location, signal) => {
      const report = await probe(store, () => clock.now(), signal);
      requireFit(report, location);
      return report;
    },
    attach: async (store, request, signal) => {
      const place = { store, layout: layoutOf(request.name) };
      if (request.readOnly) {
        const info = await readRepositoryInfo(place, signal);
        if (info === undefined)
          throw new SqlError('backup', `there is no repository '${request.name}' to read`, {
            hint: 'Write the name that it has in the place, and the same location.',
          });
        return info.createdAt;
      }
      const founding = { name: request.name, id: crypto.randomUUID(), createdAt: clock.now() };
      return (await attachRepository(place, founding, signal)).createdAt;
    },
  });
}

/** A repository's own limits of speed stand in the place of the server's. */
function limitedBy(parts: StoreParts, limits: () => TransferLimits): StoreParts {
  return {
    ...parts,
    settings: () => {
      const own = limits();
      const shared = parts.settings();
      return {
        ...shared,
        uploadKbps: own.uploadKbps ?? shared.uploadKbps,
        downloadKbps: own.downloadKbps ?? shared.downloadKbps,
      };
    },
  };
}

/** Looks within seconds, with a store of its own: a place that is dead must not hold up the look at others. */
export function repositoryLook(repositories: Repositories): Services['lookAtRepository'] {
  return async (name, signal) => {
    await using store = await repositories.openToLook(name, signal);
    await requireRepository({ store, layout: layoutOf(name) }, name, signal);
  };
}

/** Opens repositories by name. */
export function repositoryOpener(repositories: Repositories): Services['openRepository'] {
  return async (name, signal): Promise<OpenRepository> => {
    const repository = repositories.get(name);
    const { readOnly } = repository;
    const place = {
      store: await repositories.open(name, signal),
      layout: layoutOf(name),
      ...identityOf(repository),
    };
    await requireRepository(place, name, signal);
    return { name, readOnly, limits: () => repositories.limits(name), ...place };
  };
}

/** A local disk says nothing of what has changed on it, and is read anew quickly. */
function identityOf({ location, createdAt }: Repository): Pick<OpenRepository, 'identity'> {
  return parseLocation(location).scheme === 'file' ? {} : { identity: `${location}\0${createdAt}\0` };
}
