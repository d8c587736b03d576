import { sign } from 'node:crypto';
import { assert } from '../../../base/assert.ts';
import { type HttpAnswer, HttpClient, type HttpOrder, readText } from '../../http/client.ts';
import { httpError, type Meaning, retryAfterMs } from '../../objects/http-failure.ts';
import { StorageError } from '../../storage-error.ts';
import type { GcsIdentity, ServiceAccount } from './options.ts';

export type TokenTools = Readonly<{ now: () => number; silenceMsMax: number }>;

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
  readonly #identity: Exclude<GcsIdentity, { kind: 'anonymous' }>;
  readonly #tools: TokenTools;
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;

  constructor(identity: Exclude<GcsIdentity, { kind: 'anonymous' }>, tools: TokenTools) {
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
    const { now, silenceMsMax } = this.#tools;
    const order = orderOf(this.#identity, now());
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

function orderOf(identity: Exclude<GcsIdentity, { kind: 'anonymous' }>, now: number): HttpOrder {
  if (identity.kind === 'compute_engine') {
    const url = new URL('/computeMetadata/v1/instance/service-accounts/default/token', identity.metadata);
    const headers = { 'metadata-flavor': 'Google' };
    return { doing: 'get a token from the metadata server of this machine', method: 'GET', url, headers };
  }
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: assertionOf(identity, now),
  });
  return {
    doing: `get a token for '${identity.email}'`,
    method: 'POST',
    url: identity.tokenUri,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
  };
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
    hint: 'Look at the key of the service account, and at the clock of this machine: it may differ by five minutes.',
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
