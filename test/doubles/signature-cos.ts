import { createHash, createHmac } from 'node:crypto';
import type { Headers } from './http-answers.ts';

/** A request as it came over the wire. `target` is the path with the query, as sent. */
export type CosRequest = Readonly<{ method: string; target: string; headers: Headers }>;

export type CosVerdict =
  | Readonly<{ outcome: 'signed'; accessKey: string }>
  | Readonly<{ outcome: 'refused'; code: string; message: string }>;

export type CosVerification = Readonly<{
  /** The secret of a key; undefined for an unknown one. */
  secretOf: (secretId: string) => string | undefined;
  now: number;
}>;

const skewMsMax = 15 * 60_000;
const fields = [
  'q-ak',
  'q-sign-time',
  'q-key-time',
  'q-header-list',
  'q-url-param-list',
  'q-signature',
] as const;

/**
 * Recomputes COS' signature from the request alone. Only what the lists in it name is covered: so the host, without which
 * a signature would hold for any bucket, must be in them.
 */
export function verifyCosSignature(request: CosRequest, { secretOf, now }: CosVerification): CosVerdict {
  const given = new URLSearchParams((request.headers['authorization'] ?? '').replaceAll('+', '%2B'));
  if (given.get('q-sign-algorithm') !== 'sha1') return refused('AccessDenied', 'the request is not signed');
  const [key = '', signTime = '', keyTime = '', headerList = '', parameterList = '', signature = ''] =
    fields.map((field) => given.get(field) ?? '');
  const secret = secretOf(key);
  if (secret === undefined) return refused('InvalidAccessKeyId', 'The access key id does not exist.');
  const names = headerList.split(';').filter((name) => name !== '');
  const parameters = readParameters(request.target);
  const lacking = lacksOf(request, names, parameters, parameterList);
  if (lacking !== undefined) return refused('AccessDenied', lacking);
  const format = [
    request.method.toLowerCase(),
    decodeURIComponent(request.target.split('?', 1)[0] ?? ''),
    joined(parameterList.split(';').map((name) => [name, parameters.get(decodeURIComponent(name)) ?? ''])),
    joined(names.map((name) => [name, request.headers[decodeURIComponent(name)] ?? ''])),
    '',
  ].join('\n');
  const text = `sha1\n${signTime}\n${createHash('sha1').update(format).digest('hex')}\n`;
  if (hmac(hmac(secret, keyTime), text) !== signature) {
    return refused('SignatureDoesNotMatch', `The signature does not match. Format string: ${format}`);
  }
  const [begins = 0, ends = 0] = signTime.split(';').map((seconds) => Number(seconds) * 1000);
  if (now > ends) return refused('AccessDenied', 'Request has expired');
  if (now < begins - skewMsMax) return refused('RequestTimeTooSkewed', 'The times differ by too much.');
  return { outcome: 'signed', accessKey: key };
}

/** Why the signature covers less than it must: the host, the vendor's headers and the whole query. */
function lacksOf(
  { headers }: CosRequest,
  names: readonly string[],
  parameters: ReadonlyMap<string, string>,
  parameterList: string,
): string | undefined {
  const absent = names.find((name) => headers[decodeURIComponent(name)] === undefined);
  if (absent !== undefined) return `the header '${absent}' is signed and absent`;
  const open = Object.keys(headers).find(
    (name) =>
      (name === 'host' || (name.startsWith('x-cos-') && name !== 'x-cos-security-token')) &&
      !names.includes(name),
  );
  if (open !== undefined) return `the header '${open}' is not signed`;
  const listed = parameterList.split(';').map(decodeURIComponent);
  const openParameter = [...parameters.keys()].find((name) => !listed.includes(name));
  return openParameter === undefined ? undefined : `the parameter '${openParameter}' is not signed`;
}

/** Names in lower case. */
function readParameters(target: string): ReadonlyMap<string, string> {
  const pairs = (target.split(/\?(.*)/s)[1] ?? '').split('&').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      return [decodeURIComponent(name).toLowerCase(), decodeURIComponent(value)];
    }),
  );
}

function joined(pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .filter(([name]) => name !== '')
    .map(([name, value]) => `${name}=${encoded(value)}`)
    .join('&');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** In hex: the key of a signature is itself the text of one. */
function hmac(key: string, text: string): string {
  return createHmac('sha1', key).update(text).digest('hex');
}

function refused(code: string, message: string): CosVerdict {
  return { outcome: 'refused', code, message };
}
