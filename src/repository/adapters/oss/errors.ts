import type { IncomingHttpHeaders } from 'node:http';
import { httpError, type Meaning, retryAfterMs, sharedMeanings } from '../../objects/http-failure.ts';
import { StorageError } from '../../storage-error.ts';

/** What the transport knows of a request that failed: `failure` is its own, when there was no answer. */
export type Seen = Readonly<{ failure: unknown; headers: IncomingHttpHeaders; body: string }>;

/** Names that are OSS' own, or mean something else there. */
const ossMeanings: Readonly<Record<string, Meaning>> = {
  ...sharedMeanings,
  FileAlreadyExists: { kind: 'already_exists' },
  FileImmutable: {
    kind: 'permission_denied',
    hint: 'A retention policy of the bucket keeps its objects: wait for its end, or choose another bucket.',
  },
  SecurityTokenExpired: {
    kind: 'invalid_credentials',
    hint: 'The security token has expired: give a new one by ALTER REPOSITORY.',
  },
  InvalidSecurityToken: { kind: 'invalid_credentials', hint: 'Look at fs.oss.securityToken in PROPERTIES.' },
  UserDisable: { kind: 'permission_denied', hint: 'The account is in debt or was closed.' },
  InvalidBucketName: { kind: 'invalid_argument', hint: 'Mend the name of the bucket in ON LOCATION.' },
  QpsLimitExceeded: { kind: 'throttled' },
  DownloadTrafficRateLimitExceeded: { kind: 'throttled' },
  UploadTrafficRateLimitExceeded: { kind: 'throttled' },
};

/** What the SDK threw, as a StorageError; other errors are returned unchanged. */
export function ossError(doing: string, error: unknown, { failure, headers, body }: Seen): unknown {
  if (error instanceof StorageError || !(error instanceof Error)) return error;
  if (failure !== undefined) return failure;
  const status = fieldOf(error, 'status');
  const code = fieldOf(error, 'code');
  const requestId = headers['x-oss-request-id'];
  if (typeof status !== 'number' || (typeof code !== 'string' && status < 300)) {
    // The SDK's reader of XML has failed, or misses what every answer of OSS has.
    const text = `cannot ${doing}: the answer is none of OSS`;
    return new StorageError('invalid_argument', text, { cause: error, hint: 'Look at fs.oss.endpoint.' });
  }
  const answer = {
    status,
    code: typeof code === 'string' ? code : undefined,
    message: typeof code === 'string' ? error.message.replace(/\.$/, '') : `the store answered ${status}`,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    retryAfterMs: delayMs(headers),
  };
  const elsewhere = /<Endpoint>([a-z0-9.-]{1,200})<\/Endpoint>/.exec(body)?.[1];
  const meanings =
    elsewhere === undefined ? ossMeanings : { ...ossMeanings, AccessDenied: bucketAt(elsewhere) };
  return httpError(doing, answer, { meanings, cause: error });
}

/** OSS refuses requests for a bucket of another region, and tells where it lies. */
function bucketAt(endpoint: string): Meaning {
  const hint = `The bucket lies at the endpoint '${endpoint}': name it in PROPERTIES.`;
  return { kind: 'invalid_argument', hint };
}

/** OSS has a header of its own for the wait, in milliseconds. */
function delayMs(headers: IncomingHttpHeaders): number | undefined {
  const own = headers['x-oss-qos-delay-time'];
  if (typeof own === 'string' && /^\d{1,6}$/.test(own)) return Number(own);
  return retryAfterMs(headers['retry-after'], Date.now());
}

function fieldOf(error: Error, name: string): unknown {
  return Reflect.get(error, name);
}
