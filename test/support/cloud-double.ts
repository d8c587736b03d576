import { randomUUID } from 'node:crypto';
import { openStore } from '../../src/repository/open-store.ts';
import type { BlobStore } from '../../src/repository/blob-store.ts';
import type { ObjectServer, ObjectServerOptions } from '../doubles/object-server.ts';
import { storeParts } from './store-parts.ts';

/** The keys that doubles know. The secret has what URLs and XML escape. */
export const doubleKeys = { accessKey: 'AKDOUBLE', secretKey: 'the/secret+of=the-double' } as const;

/** A cloud, and the double that stands in for it. */
export type CloudDouble = Readonly<{
  name: string;
  start: (options: Partial<ObjectServerOptions>) => Promise<ObjectServer>;
  /** Of the double's bucket, without a slash at the end. */
  location: string;
  /** What a repository in the double is created with, when it is reached at `endpoint`. */
  propertiesAt: (endpoint: string) => Readonly<Record<string, string>>;
  /** How the store's own checksum of a whole object is called. */
  checksum: 'CRC-64' | 'MD5';
  /** True: a store that wrote something else than it was sent gives itself away by its answer. */
  answersSums: boolean;
}>;

/** One that signs with keys of `doubleKeys`. */
export type KeyedCloud = CloudDouble &
  Readonly<{
    names: KeyNames;
    /** The cloud's words for a token that is none, and for one that has expired. */
    codes: Readonly<Record<'wrongToken' | 'expiredToken', string>>;
  }>;

/** What PROPERTIES are called. */
type KeyNames = Readonly<Record<'accessKey' | 'secretKey' | 'token' | 'endpoint', string>>;

/** The keys of doubles, with what else a cloud wants to know. */
export function withKeys(
  names: KeyNames,
  others: Readonly<Record<string, string>> = {},
): Pick<KeyedCloud, 'names' | 'propertiesAt'> {
  const { accessKey, secretKey } = doubleKeys;
  const propertiesAt = (endpoint: string): Readonly<Record<string, string>> => ({
    [names.accessKey]: accessKey,
    [names.secretKey]: secretKey,
    [names.endpoint]: endpoint,
    ...others,
  });
  return { names, propertiesAt };
}

export type CloudPlace = Readonly<{
  /** `x` unless it is named. */
  path?: string;
  bucket?: string;
  parts?: Parameters<typeof storeParts>[0];
  properties?: Readonly<Record<string, string>>;
}>;

export async function startCloud(
  cloud: CloudDouble,
  options: Partial<ObjectServerOptions> = {},
): Promise<ObjectServer> {
  return cloud.start({ keys: new Map([[doubleKeys.accessKey, doubleKeys]]), ...options });
}

export async function openCloud(
  cloud: CloudDouble,
  server: ObjectServer,
  { path = 'x', parts, properties }: CloudPlace = {},
): Promise<BlobStore> {
  const all = new Map(Object.entries({ ...cloud.propertiesAt(server.endpoint), ...properties }));
  return openStore(`${cloud.location}/${path}`, all, storeParts(parts));
}

/** A place that no other store of the same server has. */
export async function openApart(cloud: CloudDouble, server: ObjectServer): Promise<BlobStore> {
  return openCloud(cloud, server, { path: randomUUID() });
}
