import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Headers } from './http-answers.ts';

/** A request as it came over the wire. `target` is the path with the query, as sent. */
export type OssRequest = Readonly<{ method: string; target: string; headers: Headers; bucket: string }>;

export type OssVerdict =
  | Readonly<{ outcome: 'signed'; accessKey: string; version: 'V1' | 'V4' }>
  | Readonly<{ outcome: 'refused'; code: string; message: string }>;

export type OssVerification = Readonly<{
  /** The secret of an access key; undefined for an unknown one. */
  secretOf: (accessKey: string) => string | undefined;
  now: number;
  region: string;
}>;

const skewMsMax = 15 * 60_000;
const v1 = /^OSS (?<key>[^:]+):(?<signature>.+)$/;
const v4 =
  /^OSS4-HMAC-SHA256 Credential=(?<key>[^/]+)\/(?<scope>[^,]+),(?:AdditionalHeaders=(?<more>[^,]+),)?Signature=(?<signature>[0-9a-f]{64})$/;

/** Parameters that version 1 signs: those that change what a request is, by the list of OSS' documentation. */
const signedParameters = new Set(
  `acl append cors continuation-token delete encryption inventory lifecycle live location logging objectMeta partNumber
   policy position referer replication requestPayment response-cache-control response-content-disposition
   response-content-encoding response-content-language response-content-type response-expires restore security-token
   stat symlink tagging uploadId uploads versionId versioning versions website worm x-oss-process`.split(
    /\s+/,
  ),
);

/** Recomputes OSS' signature of version 1 or 4, from the request alone. */
export function verifyOssSignature(request: OssRequest, verification: OssVerification): OssVerdict {
  const header = request.headers['authorization'] ?? '';
  const first = v1.exec(header)?.groups;
  const fourth = v4.exec(header)?.groups;
  const { key = '', signature = '' } = first ?? fourth ?? {};
  if (key === '') return refused('AccessDenied', 'the request is not signed');
  const secret = verification.secretOf(key);
  if (secret === undefined) return refused('InvalidAccessKeyId', 'The access key does not exist.');
  const date = request.headers['x-oss-date'] ?? request.headers['date'] ?? '';
  if (!(Math.abs(timeOf(date) - verification.now) <= skewMsMax)) {
    return refused('RequestTimeTooSkewed', 'The difference between the times is too large.');
  }
  const { expected, text } =
    fourth === undefined
      ? signV1(request, secret, date)
      : signV4(request, secret, { date, scope: fourth['scope'] ?? '', more: fourth['more'] });
  const region = fourth?.['scope']?.split('/')[1];
  if (region !== undefined && region !== verification.region) {
    return refused('InvalidArgument', `Invalid signing region in Authorization header: ${region}`);
  }
  if (!isEqual(expected, signature)) {
    return refused('SignatureDoesNotMatch', `The signature does not match. String to sign: ${text}`);
  }
  return { outcome: 'signed', accessKey: key, version: fourth === undefined ? 'V1' : 'V4' };
}

type Signed = Readonly<{ expected: string; text: string }>;

function signV1({ method, target, headers, bucket }: OssRequest, secret: string, date: string): Signed {
  const { path, parameters } = readTarget(target);
  const own = ownHeaders(headers).map((name) => `${name}:${headers[name]}\n`);
  const signed = parameters
    .filter(([name]) => signedParameters.has(name))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
    .sort();
  const query = signed.length === 0 ? '' : `?${signed.join('&')}`;
  const resource = `/${bucket}${path}${query}`;
  const { 'content-md5': md5 = '', 'content-type': type = '' } = headers;
  const text = `${method}\n${md5}\n${type}\n${date}\n${own.join('')}${resource}`;
  return { text, expected: createHmac('sha1', secret).update(text).digest('base64') };
}

type Scope = Readonly<{ date: string; scope: string; more: string | undefined }>;

function signV4(
  { method, target, headers, bucket }: OssRequest,
  secret: string,
  { date, scope, more }: Scope,
): Signed {
  const { path, parameters } = readTarget(target);
  const additional = more?.split(';') ?? [];
  const named = ['content-md5', 'content-type'].filter((name) => headers[name] !== undefined);
  const names = [...new Set([...named, ...ownHeaders(headers), ...additional])].sort();
  const canonical = [
    method,
    `/${bucket}${path}`.split('/').map(encoded).join('/'),
    parameters
      .map(([name, value]) => (value === '' ? encoded(name) : `${encoded(name)}=${encoded(value)}`))
      .sort()
      .join('&'),
    names.map((name) => `${name}:${headers[name]?.trim()}\n`).join(''),
    additional.join(';'),
    headers['x-oss-content-sha256'],
  ].join('\n');
  const hash = createHash('sha256').update(canonical).digest('hex');
  const text = `OSS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`;
  const key = scope.split('/').reduce<Buffer>(hmac, Buffer.from(`aliyun_v4${secret}`));
  return { text: `${text}\n${canonical}`, expected: hmac(key, text).toString('hex') };
}

function readTarget(
  target: string,
): Readonly<{ path: string; parameters: readonly (readonly [string, string])[] }> {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  const parameters = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      return [decodeURIComponent(name), decodeURIComponent(value)] as const;
    });
  return { path: decodeURIComponent(path), parameters };
}

function ownHeaders(headers: Headers): readonly string[] {
  return Object.keys(headers)
    .filter((name) => name.startsWith('x-oss-'))
    .sort();
}

/** As RFC 3986 has it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** A date of HTTP, or `20260102T030405Z`. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function isEqual(expected: string, given: string): boolean {
  return expected.length === given.length && timingSafeEqual(Buffer.from(expected), Buffer.from(given));
}

function refused(code: string, message: string): OssVerdict {
  return { outcome: 'refused', code, message };
}
