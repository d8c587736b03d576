import { systemClock } from '../../src/base/clock.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import { parseLocation } from '../../src/repository/location.ts';
import { PartMemory } from '../../src/repository/objects/part-memory.ts';
import { openAdapter } from '../../src/repository/open-adapter.ts';
import { azuriteAccount, endpointAt } from './azurite.ts';
import { cos, oss, s3 } from './clouds.ts';

/** A repository of each kind that is reached by HTTP, with the properties that lead to a server of ours at `origin`. */
export type HttpPlace = Readonly<{
  location: string;
  properties: (origin: string) => Readonly<Record<string, string>>;
}>;

export const azurePlace: HttpPlace = {
  location: `wasb://box@${azuriteAccount.account}.blob.core.windows.net/x`,
  properties: (origin) => ({
    'azure.blob.endpoint': endpointAt(origin),
    'azure.blob.shared_key': azuriteAccount.key,
  }),
};

/** All but Google's, whose token comes from a server of its own. */
export const httpPlaces: readonly HttpPlace[] = [
  ...[s3, oss, cos].map((cloud) => ({ location: `${cloud.location}/x`, properties: cloud.propertiesAt })),
  {
    location: 'hdfs://cluster/x',
    properties: (origin) => ({ 'dfs.webhdfs.endpoint': `${origin}/webhdfs/v1`, username: 'ann' }),
  },
  azurePlace,
];

/** Its store without the layers above: what fails is not tried again. */
export async function openPlace(
  { location, properties }: HttpPlace,
  origin: string,
  silenceMsMax: number,
): Promise<BlobStore> {
  return openAdapter(parseLocation(location), new Map(Object.entries(properties(origin))), {
    clock: systemClock,
    memory: new PartMemory(64 * 1024 * 1024),
    retried: (_signal, request) => request(),
    silenceMsMax,
  });
}
