import { type StorageErrorKind, StorageError } from '../storage-error.ts';
import type { DeleteFailure } from './requests.ts';

/** An answer that is no success, as far as it could be read. */
export type HttpFailure = Readonly<{
  status: number;
  /** The store's own name of the error; undefined for an answer without a body, as to HEAD. */
  code: string | undefined;
  /** The store's words, for the user. */
  message: string;
  requestId?: string | undefined;
  /** The header Retry-After, or what the store has in its place, in milliseconds. */
  retryAfterMs?: number | undefined;
}>;

export type Meaning = Readonly<{ kind: StorageErrorKind; hint?: string }>;

export const clockHint = 'Set the clock of this machine: it and the store differ by more than 15 minutes.';

/** A signature is good for a quarter of an hour around the store's own time. */
export const clocksApart: Meaning = { kind: 'invalid_credentials', hint: clockHint };

/**
 * Names of errors that S3 and the stores made after it (OSS, COS, GCS' XML, Ceph, MinIO, Swift) share. An adapter adds
 * its own, and takes those out that mean something else to it.
 */
export const sharedMeanings: Readonly<Record<string, Meaning>> = {
  NoSuchKey: { kind: 'not_found' },
  NotFound: { kind: 'not_found' },
  NoSuchUpload: { kind: 'not_found' },
  // No missing blob: whoever takes it for one would write into nothing.
  NoSuchBucket: { kind: 'invalid_argument', hint: 'Make the bucket first, or mend its name in ON LOCATION.' },
  PreconditionFailed: { kind: 'already_exists' },
  ConditionalRequestConflict: { kind: 'unavailable' },
  OperationAborted: { kind: 'unavailable' },
  InvalidRange: { kind: 'invalid_range' },
  AccessDenied: {
    kind: 'permission_denied',
    hint: 'Look at the keys in PROPERTIES, and give them the permissions that the page on this store in docs/repositories lists.',
  },
  AllAccessDisabled: { kind: 'permission_denied' },
  AccountProblem: { kind: 'permission_denied' },
  InvalidAccessKeyId: { kind: 'invalid_credentials', hint: 'Look at the access key in PROPERTIES.' },
  SignatureDoesNotMatch: {
    kind: 'invalid_credentials',
    hint: 'Look at the secret key in PROPERTIES, and that it belongs to the access key.',
  },
  InvalidToken: { kind: 'invalid_credentials', hint: 'Look at the session token in PROPERTIES.' },
  InvalidSecurityToken: { kind: 'invalid_credentials', hint: 'Look at the session token in PROPERTIES.' },
  InvalidClientTokenId: { kind: 'invalid_credentials', hint: 'Look at the access key in PROPERTIES.' },
  ExpiredToken: {
    kind: 'invalid_credentials',
    hint: 'The session token has expired: give a new one by ALTER REPOSITORY.',
  },
  TokenRefreshRequired: { kind: 'invalid_credentials' },
  RequestTimeTooSkewed: clocksApart,
  RequestExpired: clocksApart,
  SlowDown: { kind: 'throttled' },
  Throttling: { kind: 'throttled' },
  ThrottlingException: { kind: 'throttled' },
  TooManyRequests: { kind: 'throttled' },
  RequestLimitExceeded: { kind: 'throttled' },
  BandwidthLimitExceeded: { kind: 'throttled' },
  RequestTimeout: { kind: 'timeout' },
  InternalError: { kind: 'unavailable' },
  ServiceUnavailable: { kind: 'unavailable' },
  BadDigest: { kind: 'corrupt' },
  InvalidDigest: { kind: 'corrupt' },
  IncompleteBody: { kind: 'corrupt' },
  XAmzContentSHA256Mismatch: { kind: 'corrupt' },
  XAmzContentChecksumMismatch: { kind: 'corrupt' },
  QuotaExceeded: { kind: 'full' },
  AuthorizationHeaderMalformed: {
    kind: 'invalid_argument',
    hint: 'Name the region of the bucket in PROPERTIES.',
  },
  PermanentRedirect: {
    kind: 'invalid_argument',
    hint: 'Name the region and endpoint of the bucket in PROPERTIES.',
  },
  NotImplemented: { kind: 'not_supported' },
  MethodNotAllowed: { kind: 'not_supported' },
};

/** The StorageError `cannot <doing>: <the store's words>`. Names unknown to `meanings` count by their status. */
export function httpError(
  doing: string,
  failure: HttpFailure,
  options: Readonly<{ meanings: Readonly<Record<string, Meaning>>; cause: unknown }>,
): StorageError {
  const { status, code, message, requestId, retryAfterMs } = failure;
  const known = code === undefined ? undefined : options.meanings[code];
  const { kind, hint } = known ?? { kind: kindOfStatus(status), hint: undefined };
  const named = [code, `status ${status}`, requestId && `request ${requestId}`].filter(Boolean).join(', ');
  const isThrottled =
    kind === 'unavailable' && (status === 429 || (status === 503 && retryAfterMs !== undefined));
  return new StorageError(isThrottled ? 'throttled' : kind, `cannot ${doing}: ${message} (${named})`, {
    cause: options.cause,
    ...(hint !== undefined && { hint }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** What an answer that removed many names says of one that it kept. */
export function deleteFailure(name: string, code: string | undefined, message: string): DeleteFailure {
  const options = { meanings: sharedMeanings, cause: undefined };
  return { name, error: httpError(`remove '${name}'`, { status: 200, code, message }, options) };
}

function kindOfStatus(status: number): StorageErrorKind {
  switch (status) {
    case 401:
      return 'invalid_credentials';
    case 403:
      return 'permission_denied';
    case 404:
      return 'not_found';
    case 405:
    case 501:
      return 'not_supported';
    case 408:
      return 'timeout';
    case 412:
      return 'already_exists';
    case 416:
      return 'invalid_range';
    case 429:
      return 'throttled';
    case 507:
      return 'full';
    default:
      // 409 is a conflict with another request in all these stores: it passes.
      return status >= 500 || status === 409 ? 'unavailable' : 'invalid_argument';
  }
}

/** A longer wait is more likely a mistake than a wish; the deadline of the call ends it anyway. */
const retryAfterMsMax = 10 * 60_000;

/** Reads a header Retry-After: seconds, or a date of HTTP. Undefined when it says nothing. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), retryAfterMsMax) : undefined;
}
