import { sign } from 'node:crypto';
import { assert, unreachable } from '../../../base/assert.ts';
import { type HttpAnswer, HttpClient, type HttpOrder, readText } from '../../http/client.ts';
import { httpError, type Meaning, retryAfterMs } from '../../objects/http-failure.ts';
import { StorageError } from '../../storage-error.ts';
import { type DefaultPlaces, defaultIdentity } from './default-credentials.ts';
import type { AuthorizedUser, GcsIdentity, KnownIdentity, ServiceAccount } from './options.ts';

export type TokenTools = Readonly<{ now: () => number; silenceMsMax: number; places: DefaultPlaces }>;

/** Whoever needs tokens. */
type Identity = Exclude<GcsIdentity, { kind: 'anonymous' }>;

/** What a repository needs: to read, write and remove objects, not to change buckets. */
const scope = 'https://www.googleapis.com/auth/devstorage.read_write';
/** The longest that Google takes for an assertion. */
const assertionSeconds = 3600;
/** A token is not used when it may expire on the way. */
const reserveMs = 5 * 60_000;
const answerBytesMax = 64 * 1024;

type Token = Readonly<{ text: string; expiresAt: number }>;

/** Tokens of one identity: kept until shortly before they expire, asked for once by however many wait. */
export class AccessTokens {
  readonly #identity: Identity;
  readonly #tools: TokenTools;
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;

  constructor(identity: Identity, tools: TokenTools) {
    this.#identity = identity;
    this.#tools = tools;
  }

  /** Fails with `invalid_credentials` when Google refuses the identity. */
  async current(): Promise<string> {
    if (this.#token !== undefined && this.#tools.now() < this.#token.expiresAt - reserveMs) {
      return this.#token.text;
    }
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    this.#token = await this.#asking;
    return this.#token.text;
  }

  async #ask(): Promise<Token> {
    const { now, silenceMsMax, places } = this.#tools;
    const identity = this.#identity;
    const known =
      identity.kind === 'application_default' ? await defaultIdentity(identity, places) : identity;
    const order = orderOf(known, now());
    await using client = new HttpClient(silenceMsMax);
    const answer = await client.send(order, AbortSignal.timeout(silenceMsMax));
    const text = await readText(answer, answerBytesMax);
    if (answer.status !== 200) throw refusal(order.doing, answer, text);
    const { access_token: token, expires_in: seconds } = fields(text);
    if (typeof token === 'string' && typeof seconds === 'number') {
      return { text: token, expiresAt: now() + seconds * 1000 };
    }
    throw new StorageError('unavailable', `cannot ${order.doing}: the answer has no token`);
  }
}

function orderOf(identity: KnownIdentity, now: number): HttpOrder {
  switch (identity.kind) {
    case 'compute_engine': {
      const url = new URL('/computeMetadata/v1/instance/service-accounts/default/token', identity.metadata);
      const headers = { 'metadata-flavor': 'Google' };
      return { doing: 'get a token from the metadata server of this machine', method: 'GET', url, headers };
    }
    case 'service_account':
      return formOrder(`get a token for '${identity.email}'`, identity, {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: assertionOf(identity, now),
      });
    case 'authorized_user':
      return formOrder('get a token for the user of gcloud', identity, {
        grant_type: 'refresh_token',
        client_id: identity.clientId,
        client_secret: identity.clientSecret.reveal(),
        refresh_token: identity.refreshToken.reveal(),
      });
    default:
      return unreachable(identity);
  }
}

function formOrder(
  doing: string,
  { tokenUri }: ServiceAccount | AuthorizedUser,
  fields: Readonly<Record<string, string>>,
): HttpOrder {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = Buffer.from(new URLSearchParams(fields).toString());
  return { doing, method: 'POST', url: tokenUri, headers, body };
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

function refusal(doing: string, { status, headers }: HttpAnswer, text: string): StorageError {
  const { error, error_description: description } = fields(text);
  const code = typeof error === 'string' ? error : undefined;
  const message = typeof description === 'string' ? description : `the answer was ${status}`;
  const wait = retryAfterMs(headers['retry-after'], Date.now());
  const failure = { status, code, message, retryAfterMs: wait };
  const found = httpError(doing, failure, { meanings, cause: undefined });
  if (found.kind !== 'not_found') return found;
  return new StorageError('invalid_credentials', found.message, {
    hint: 'This machine has no service account, or is none of Google’s.',
  });
}

type TokenFields = Readonly<{
  access_token?: unknown;
  expires_in?: unknown;
  error?: unknown;
  error_description?: unknown;
}>;

function fields(text: string): TokenFields {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
