import type { BlobStore } from '../../blob-store.ts';
import { ObjectStore } from '../../objects/object-store.ts';
import type { ObjectTools } from '../../objects/tools.ts';
import { openClient, openConditionalClient } from './client.ts';
import type { S3Options } from './options.ts';
import { S3Requests } from './request.ts';

export type S3Place = Readonly<{ bucket: string; path: string; options: S3Options; silenceMsMax: number }>;

/** Opens the store below a path of a bucket. Sends nothing yet. */
export function openS3Store({ bucket, path, options, silenceMsMax }: S3Place, tools: ObjectTools): BlobStore {
  const requests = new S3Requests({
    client: openClient(options, silenceMsMax),
    conditionalClient: openConditionalClient(options, silenceMsMax),
    bucket,
    dialect: options.dialect,
  });
  return new ObjectStore(requests, path, tools);
}
