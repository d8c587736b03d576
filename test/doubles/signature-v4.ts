import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came over the wire. `target` is the path with the query, as sent. */
export type WireRequest = Readonly<{
  method: string;
  target: string;
  headers: Readonly<Record<string, string | undefined>>;
}>;

export type Verdict =
  /** `contentHash` is what the body must have; undefined when it is not signed. */
  | Readonly<{ outcome: 'anonymous' }>
  | Readonly<{
      outcome: 'signed';
      accessKey: string;
      dialect: 'AWS4' | 'GOOG4';
      contentHash: string | undefined;
    }>
  | Readonly<{ outcome: 'refused'; code: string; message: string }>;

export type Verification = Readonly<{
  /** The secret of an access key; undefined for an unknown one. */
  secretOf: (accessKey: string) => string | undefined;
  now: number;
  service: string;
}>;

const skewMsMax = 15 * 60_000;
const authorization =
  /^(?<dialect>AWS4|GOOG4)-HMAC-SHA256 Credential=(?<key>[^/]+)\/(?<scope>[^,]+), ?SignedHeaders=(?<signed>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/;

/**
 * Recomputes a signature of version 4 as AWS and Google describe it, from the request alone. The answer to a wrong one
 * carries the text that should have been signed, as theirs do.
 */
export function verifySignature(request: WireRequest, verification: Verification): Verdict {
  const header = request.headers['authorization'];
  if (header === undefined) return { outcome: 'anonymous' };
  const {
    dialect,
    key = '',
    scope = '',
    signed = '',
    signature = '',
  } = authorization.exec(header)?.groups ?? {};
  if (dialect !== 'AWS4' && dialect !== 'GOOG4')
    return refused('AuthorizationHeaderMalformed', 'no such algorithm');
  const vendor = dialect === 'AWS4' ? 'amz' : 'goog';
  const secret = verification.secretOf(key);
  if (secret === undefined)
    return refused('InvalidAccessKeyId', 'The access key does not exist in our records.');
  const date = request.headers[`x-${vendor}-date`] ?? '';
  const [day = '', region = '', service, ending] = scope.split('/');
  if (service !== serviceOf(dialect, verification) || ending !== `${dialect.toLowerCase()}_request`) {
    return refused('AuthorizationHeaderMalformed', `the scope '${scope}' is wrong`);
  }
  if (region === '' || !date.startsWith(day))
    return refused('AuthorizationHeaderMalformed', 'the date is wrong');
  if (Math.abs(timeOf(date) - verification.now) > skewMsMax) {
    return refused(
      'RequestTimeTooSkewed',
      'The difference between the request time and the current time is too large.',
    );
  }
  const names = signed.split(';');
  const unsigned = Object.keys(request.headers).find(
    (name) => (name === 'host' || name.startsWith(`x-${vendor}-`)) && !names.includes(name),
  );
  if (unsigned !== undefined) return refused('AccessDenied', `the header '${unsigned}' is not signed`);
  const contentHash = request.headers[`x-${vendor}-content-sha256`] ?? createHash('sha256').digest('hex');
  const text = textToSign(request, { dialect, date, scope, names, contentHash });
  const expected = hmac(signingKey(dialect, secret, scope), text).toString('hex');
  if (!timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {
    return refused('SignatureDoesNotMatch', `The signature does not match. String to sign: ${text}`);
  }
  const isSigned = /^[0-9a-f]{64}$/.test(contentHash);
  return { outcome: 'signed', accessKey: key, dialect, contentHash: isSigned ? contentHash : undefined };
}

function serviceOf(dialect: string, { service }: Verification): string {
  return dialect === 'GOOG4' ? 'storage' : service;
}

type Scope = Readonly<{
  dialect: string;
  date: string;
  scope: string;
  names: readonly string[];
  contentHash: string;
}>;

function textToSign(request: WireRequest, { dialect, date, scope, names, contentHash }: Scope): string {
  const [path = '', query = ''] = splitTarget(request.target);
  const canonical = [
    request.method,
    path.split('/').map(reencoded).join('/'),
    canonicalQuery(query),
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim().replaceAll(/\s+/g, ' ')}`),
    '',
    names.join(';'),
    contentHash,
  ].join('\n');
  return [`${dialect}-HMAC-SHA256`, date, scope, createHash('sha256').update(canonical).digest('hex')].join(
    '\n',
  );
}

function splitTarget(target: string): readonly [string, string] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function canonicalQuery(query: string): string {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0
        ? `${reencoded(pair)}=`
        : `${reencoded(pair.slice(0, at))}=${reencoded(pair.slice(at + 1))}`;
    })
    .sort()
    .join('&');
}

/** As RFC 3986 has it: all but letters, digits, `-`, `.`, `_` and `~` is escaped. */
function reencoded(text: string): string {
  return encodeURIComponent(decodeURIComponent(text)).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function signingKey(dialect: string, secret: string, scope: string): Buffer {
  return scope.split('/').reduce((key: Buffer, part) => hmac(key, part), Buffer.from(dialect + secret));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** `20260102T030405Z` in milliseconds; NaN for anything else, which is too far from any time. */
function timeOf(date: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (parts === null) return Number.NEGATIVE_INFINITY;
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  return Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
}

function refused(code: string, message: string): Verdict {
  return { outcome: 'refused', code, message };
}
