import type { BlobStore } from '../../blob-store.ts';
import { ObjectStore } from '../../objects/object-store.ts';
import type { ObjectTools } from '../../objects/tools.ts';
import { CosClient } from './client.ts';
import type { CosOptions } from './options.ts';
import { CosRequests } from './request.ts';

export type CosPlace = Readonly<{ path: string; options: CosOptions; silenceMsMax: number }>;

/** Opens the store below a path of a bucket. Sends nothing yet. */
export function openCosStore({ path, options, silenceMsMax }: CosPlace, tools: ObjectTools): BlobStore {
  return new ObjectStore(new CosRequests(new CosClient(options, silenceMsMax)), path, tools);
}
