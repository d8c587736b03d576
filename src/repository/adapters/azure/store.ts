import type { BlobStore } from '../../blob-store.ts';
import { ObjectStore } from '../../objects/object-store.ts';
import type { ObjectTools } from '../../objects/tools.ts';
import { AzureClient } from './client.ts';
import type { AzureOptions } from './options.ts';
import { AzureRequests } from './request.ts';
import { azureToken, metadataPlace } from './token.ts';

export type AzurePlace = Readonly<{ path: string; options: AzureOptions; silenceMsMax: number }>;

/** Opens the store below a path of a container. Sends nothing yet. */
export function openAzureStore({ path, options, silenceMsMax }: AzurePlace, tools: ObjectTools): BlobStore {
  const { identity } = options;
  // oxlint-disable-next-line node/no-process-env -- a variable that Azure has set for all programs alike
  const metadata = metadataPlace(process.env);
  const token =
    identity.kind === 'managed_identity' || identity.kind === 'client_secret'
      ? azureToken(identity, { now: tools.now, silenceMsMax, metadata })
      : undefined;
  const client = new AzureClient(options, token, silenceMsMax);
  return new ObjectStore(new AzureRequests(client), path, tools);
}
