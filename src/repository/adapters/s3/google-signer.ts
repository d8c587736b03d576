import { createHash, createHmac } from 'node:crypto';
import { googleHeaders } from './google-headers.ts';

/** The part of a request that is signed. `path` is encoded as it is sent; `query` has no such values. */
export type SignedRequest = {
  readonly method: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  headers: Record<string, string>;
};

export type HmacKeys = Readonly<{ accessKey: string; secretKey: string }>;

const algorithm = 'GOOG4-HMAC-SHA256';
const unsigned = 'UNSIGNED-PAYLOAD';

/**
 * Signs a request with an HMAC key in Google's own dialect (cloud.google.com/storage/docs/authentication/signatures),
 * where a precondition can be said: in AWS' dialect Google ignores `If-None-Match` of a write and overwrites. Headers
 * of AWS become Google's, since the two may not be mixed.
 */
export function signGoogle(request: SignedRequest, keys: HmacKeys, now: Date): void {
  const at = now.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const scope = `${at.slice(0, 8)}/auto/storage/goog4_request`;
  const headers = googleHeaders(request.headers);
  headers['host'] ??= request.port === undefined ? request.hostname : `${request.hostname}:${request.port}`;
  headers['x-goog-date'] = at;
  headers['x-goog-content-sha256'] ??= unsigned;
  const names = Object.keys(headers)
    .filter((name) => isSigned(name))
    .sort();
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query ?? {}),
    ...names.map((name) => `${name}:${(headers[name] as string).trim().replaceAll(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    headers['x-goog-content-sha256'],
  ].join('\n');
  const toSign = [algorithm, at, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const signature = hmac(signingKey(keys.secretKey, scope), toSign).toString('hex');
  headers['authorization'] =
    `${algorithm} Credential=${keys.accessKey}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  request.headers = headers;
}

/** What the way to Google may change (connection, length, user agent) stays unsigned. */
function isSigned(name: string): boolean {
  return name === 'host' || name === 'content-type' || name === 'content-md5' || name.startsWith('x-goog-');
}

function canonicalQuery(query: Readonly<Record<string, unknown>>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value ?? ''))}`)
    .sort()
    .join('&');
}

function signingKey(secret: string, scope: string): Buffer {
  return scope.split('/').reduce((key: Buffer, part) => hmac(key, part), Buffer.from(`GOOG4${secret}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
