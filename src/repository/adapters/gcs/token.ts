import { sign } from 'node:crypto';
import { assert, unreachable } from '../../../base/assert.ts';
import type { HttpOrder } from '../../http/client.ts';
import { formOrder, KeptToken, type TokenTools as KeptTokenTools } from '../../http/kept-token.ts';
import type { Meaning } from '../../objects/http-failure.ts';
import { type DefaultPlaces, defaultIdentity } from './default-credentials.ts';
import type { GcsIdentity, KnownIdentity, ServiceAccount } from './options.ts';

export type TokenTools = KeptTokenTools & Readonly<{ places: DefaultPlaces }>;

/** Whoever needs tokens. */
type Identity = Exclude<GcsIdentity, { kind: 'anonymous' }>;

/** What a repository needs: to read, write and remove objects, not to change buckets. */
const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
/** The longest that Google takes for an assertion. */
const assertionSeconds = 3600;

/** The token of one identity of Google's. */
export function googleToken(identity: Identity, tools: TokenTools): KeptToken {
  const order = async (): Promise<HttpOrder> => {
    const { now, places } = tools;
    const isDefault = identity.kind === 'application_default';
    return orderOf(isDefault ? await defaultIdentity(identity, places) : identity, now());
  };
  return new KeptToken({ order, meanings, missingHint }, tools);
}

function orderOf(identity: KnownIdentity, now: number): HttpOrder {
  switch (identity.kind) {
    case 'compute_engine': {
      const url = new URL('/computeMetadata/v1/instance/service-accounts/default/token', identity.metadata);
      const headers = { 'metadata-flavor': 'Google' };
      return { doing: 'get a token from the metadata server of this machine', method: 'GET', url, headers };
    }
    case 'service_account':
      return formOrder(`get a token for '${identity.email}'`, identity.tokenUri, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: assertionOf(identity, now),
      });
    case 'authorized_user':
      return formOrder('get a token for the user of gcloud', identity.tokenUri, {
        grant_type: 'refresh_token',
        client_id: identity.clientId,
        client_secret: identity.clientSecret.reveal(),
        refresh_token: identity.refreshToken.reveal(),
      });
    default:
      return unreachable(identity);
  }
}

/** What Google asks for in its guide to service accounts: a JWT of RFC 7523, signed with RS256. */
function assertionOf({ email, keyId, privateKey, tokenUri }: ServiceAccount, now: number): string {
  assert(privateKey.asymmetricKeyType === 'rsa', 'options read keys of RSA only');
  const iat = Math.floor(now / 1000);
  const claims = { iss: email, scope, aud: tokenUri.href, iat, exp: iat + assertionSeconds };
  const parts = [{ alg: 'RS256', typ: 'JWT', kid: keyId }, claims];
  const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

const meanings: Readonly<Record<string, Meaning>> = {
  invalid_grant: {
    kind: 'invalid_credentials',
    hint: 'Look at the key of the service account, and at the clock of this machine: it may differ by five minutes. A user logs in anew with gcloud auth application-default login.',
  },
  invalid_client: { kind: 'invalid_credentials' },
  unauthorized_client: { kind: 'invalid_credentials' },
};

const missingHint = 'This machine has no service account, or is none of Google’s.';
