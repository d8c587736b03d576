import { SqlError } from '../base/sql-error.ts';

const objectSchemes = ['s3a', 's3', 's3n', 'gs', 'oss', 'cosn'] as const;
export type ObjectScheme = (typeof objectSchemes)[number];

const azureSchemes = ['wasb', 'wasbs', 'abfs', 'abfss'] as const;
export type AzureScheme = (typeof azureSchemes)[number];

/** Where a repository lies, from the text after ON LOCATION. Paths are decoded and have no slash at the end. */
export type Location =
  | Readonly<{ scheme: 'file'; path: string }>
  /** `path` has no slash in front; empty for the whole bucket. */
  | Readonly<{ scheme: ObjectScheme; bucket: string; path: string }>
  /** `host` is the whole endpoint of the storage account. */
  | Readonly<{ scheme: AzureScheme; container: string; host: string; path: string }>
  /** `port` undefined for the default of the cluster; `host` may be the name of a high-availability service. */
  | Readonly<{ scheme: 'hdfs'; host: string; port: number | undefined; path: string }>;

/** Longer than any path or key that a store takes. */
const locationLengthMax = 2000;
/** Bucket names of all clouds: 3 to 63 of these (COS adds `-appid`, Google allows dots and underscores). */
const bucketPattern = /^[a-z0-9][a-z0-9._-]{1,221}[a-z0-9]$/;
const hostPattern = /^(?<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?<port>\d{1,5}))?$/;

/** Reads a location. Throws SqlError `analysis`, without repeating what may be a secret. */
export function parseLocation(text: string): Location {
  if (text.length > locationLengthMax) throw refused(`it is longer than ${locationLengthMax} characters`);
  const match =
    /^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):\/\/(?<authority>[^/?#]*)(?<path>[^?#]*)(?<rest>.*)$/s.exec(text);
  if (match?.groups === undefined) {
    throw refused(
      'it is not of the form scheme://…',
      "Write 'file:///path/of/a/folder' or 's3://bucket/path', for example.",
    );
  }
  const { scheme = '', authority = '', path = '', rest = '' } = match.groups;
  const azure = azureSchemes.find((one) => one === scheme.toLowerCase());
  if (azure !== undefined && rest === '') return azureLocation(azure, authority, path);
  if (authority.includes('@')) throw refused('it has credentials in it', 'Give credentials in PROPERTIES.');
  if (rest !== '') throw refused('it has a ? or #', 'Write a ? or # of a path as %3F or %23.');
  const lower = scheme.toLowerCase();
  if (lower === 'file') return fileLocation(authority, path);
  if (lower === 'hdfs') return hdfsLocation(authority, path);
  const known = objectSchemes.find((one) => one === lower);
  if (known === undefined) throw refused(`its scheme '${scheme}' is unknown`, schemeHint);
  if (!bucketPattern.test(authority)) throw refused(`'${authority}' is no name of a bucket`);
  return { scheme: known, bucket: authority, path: decodedPath(path) };
}

const schemeHint = `Use one of file, hdfs, ${[...objectSchemes, ...azureSchemes].join(', ')}.`;

/** Azure's own form: `container@account.blob.core.windows.net`, with any host of a private cloud. */
const azurePattern =
  /^(?<container>[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9]))@(?<host>[A-Za-z0-9.-]+(?::\d{1,5})?)$/;

function azureLocation(scheme: AzureScheme, authority: string, path: string): Location {
  const { container, host } = azurePattern.exec(authority)?.groups ?? {};
  if (container === undefined || host === undefined) {
    throw refused(
      'it names no container',
      `Write '${scheme}://container@account.blob.core.windows.net/path'.`,
    );
  }
  return { scheme, container, host, path: decodedPath(path) };
}

function fileLocation(authority: string, path: string): Location {
  if (authority !== '' && authority !== 'localhost') {
    throw refused(
      'a file:// location has three slashes before its path',
      "Write 'file:///path/of/a/folder'.",
    );
  }
  const decoded = decodedPath(path);
  if (decoded === '') throw refused('it is the root of the file system');
  return { scheme: 'file', path: `/${decoded}` };
}

function hdfsLocation(authority: string, path: string): Location {
  const { host, port } = hostPattern.exec(authority)?.groups ?? {};
  if (host === undefined || Number(port ?? 0) > 65_535) throw refused(`'${authority}' is no host and port`);
  return {
    scheme: 'hdfs',
    host,
    port: port === undefined ? undefined : Number(port),
    path: decodedPath(path),
  };
}

/** Percent-decoded segments, joined by single slashes, none at either end. */
function decodedPath(path: string): string {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decodedSegment);
  for (const segment of segments) {
    if (segment === '.' || segment === '..') throw refused(`its path has a '${segment}'`);
    if (/[\0/]/.test(segment)) throw refused('its path has an encoded slash or NUL');
  }
  return segments.join('/');
}

function decodedSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw refused('its path has a % that is followed by no UTF-8 in hex', 'Write % as %25.');
  }
}

function refused(reason: string, hint?: string): SqlError {
  return new SqlError('analysis', `bad location: ${reason}`, hint === undefined ? {} : { hint });
}
