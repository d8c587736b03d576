import { createHmac } from 'node:crypto';

/** The part of a request that is signed. Header names in lower case. */
export type SignedRequest = Readonly<{
  method: string;
  /** As it is sent: the path encoded, the query too. */
  url: URL;
  headers: Readonly<Record<string, string>>;
}>;

export type AccountKey = Readonly<{ account: string; key: string }>;

/** The headers that have a line of their own in the text, in its order. */
const linedHeaders = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
] as const;

/**
 * The header Authorization of a request to Blob Storage: "Authorize with Shared Key", version 2015-02-21 and later, of
 * Microsoft's REST reference. The date is that of `x-ms-date`.
 */
export function sharedKeyAuthorization(request: SignedRequest, { account, key }: AccountKey): string {
  const text = textToSign(request, account);
  const signature = createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');
  return `SharedKey ${account}:${signature}`;
}

export function textToSign({ method, url, headers }: SignedRequest, account: string): string {
  const lines = linedHeaders.map((name) => {
    const value = headers[name] ?? '';
    return name === 'content-length' && value === '0' ? '' : value;
  });
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim().replaceAll(/\s+/g, ' ')}`);
  return [method, ...lines, ...own, `/${account}${url.pathname}${queryLines(url)}`].join('\n');
}

/** Names in lower case and sorted, each with its decoded values. */
function queryLines(url: URL): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of url.searchParams) {
    const lower = name.toLowerCase();
    values.set(lower, [...(values.get(lower) ?? []), value]);
  }
  const names = [...values.keys()].sort();
  return names.map((name) => `\n${name}:${values.get(name)?.sort().join(',')}`).join('');
}
