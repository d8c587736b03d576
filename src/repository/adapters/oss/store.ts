import type { BlobStore } from '../../blob-store.ts';
import { ObjectStore } from '../../objects/object-store.ts';
import type { ObjectTools } from '../../objects/tools.ts';
import { OssClient } from './client.ts';
import type { OssOptions } from './options.ts';
import { OssRequests } from './request.ts';

export type OssPlace = Readonly<{ bucket: string; path: string; options: OssOptions; silenceMsMax: number }>;

/** Opens the store below a path of a bucket. Sends nothing yet. */
export function openOssStore(
  { bucket, path, options, silenceMsMax }: OssPlace,
  tools: ObjectTools,
): BlobStore {
  return new ObjectStore(new OssRequests(new OssClient(bucket, options, silenceMsMax)), path, tools);
}
