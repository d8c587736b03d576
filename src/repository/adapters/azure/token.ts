import { unreachable } from '../../../base/assert.ts';
import type { HttpOrder } from '../../http/client.ts';
import { formOrder, KeptToken, type TokenTools } from '../../http/kept-token.ts';
import type { Meaning } from '../../objects/http-failure.ts';
import type { AzureIdentity } from './options.ts';

/** Whoever needs tokens. */
export type TokenIdentity = Extract<AzureIdentity, { kind: 'managed_identity' | 'client_secret' }>;

/** What tokens are for: the data of any storage account. */
const resource = 'https://storage.azure.com/';
const metadataUsual = 'http://169.254.169.254';

/** Where the metadata service of this machine is, by the variable that Azure's own libraries read. */
export function metadataPlace(environment: NodeJS.ProcessEnv): URL {
  return URL.parse(environment['AZURE_POD_IDENTITY_AUTHORITY_HOST'] ?? '') ?? new URL(metadataUsual);
}

/** The token of one identity of Microsoft Entra. */
export function azureToken(
  identity: TokenIdentity,
  { metadata, ...tools }: TokenTools & Readonly<{ metadata: URL }>,
): KeptToken {
  const order = async (): Promise<HttpOrder> => orderOf(identity, metadata);
  return new KeptToken({ order, meanings, missingHint }, tools);
}

function orderOf(identity: TokenIdentity, metadata: URL): HttpOrder {
  switch (identity.kind) {
    case 'managed_identity': {
      const url = new URL('/metadata/identity/oauth2/token', metadata);
      url.searchParams.set('api-version', '2018-02-01');
      url.searchParams.set('resource', resource);
      if (identity.clientId !== undefined) url.searchParams.set('client_id', identity.clientId);
      const doing = 'get a token from the metadata service of this machine';
      return { doing, method: 'GET', url, headers: { metadata: 'true' } };
    }
    case 'client_secret': {
      const { clientId, clientSecret, tokenUrl } = identity;
      // The two versions of the endpoint name what a token is for in different words.
      const isVersion2 = tokenUrl.pathname.includes('/v2.0/');
      return formOrder(`get a token for the client '${clientId}'`, tokenUrl, {
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret.reveal(),
        ...(isVersion2 ? { scope: `${resource}.default` } : { resource }),
      });
    }
    default:
      return unreachable(identity);
  }
}

const meanings: Readonly<Record<string, Meaning>> = {
  invalid_client: {
    kind: 'invalid_credentials',
    hint: 'Look at the id and the secret of the client: secrets expire.',
  },
  unauthorized_client: {
    kind: 'invalid_credentials',
    hint: 'Look at the id of the client, and at the tenant.',
  },
  invalid_request: {
    kind: 'invalid_credentials',
    hint: 'Look at the tenant and the id of the client. A machine needs a managed identity, which has to be named when it has several.',
  },
  invalid_tenant: { kind: 'invalid_credentials', hint: 'Look at the tenant in PROPERTIES.' },
};

const missingHint = 'This machine has no managed identity, or is none of Azure’s; the tenant may be wrong.';
