import type { IncomingHttpHeaders } from 'node:http';
import { clockHint, httpError, type Meaning, retryAfterMs } from '../../objects/http-failure.ts';
import { StorageError } from '../../storage-error.ts';
import { textOf } from './answer.ts';

export type AzureAnswer = Readonly<{ status: number; headers: IncomingHttpHeaders; body: string }>;

const rolesHint =
  'Give the identity the role Storage Blob Data Contributor, or the token the rights, that docs/repositories/azure.md lists.';
const keyHint = 'Look at the key, or the token, and the name of the account in PROPERTIES.';

/** The names of errors of Blob Storage, as its REST reference lists them. Others count by their status. */
const meanings: Readonly<Record<string, Meaning>> = {
  BlobNotFound: { kind: 'not_found' },
  // No missing blob: whoever takes it for one would write into nothing.
  ContainerNotFound: {
    kind: 'invalid_argument',
    hint: 'Make the container first, or mend its name in ON LOCATION.',
  },
  ContainerBeingDeleted: { kind: 'unavailable' },
  InvalidResourceName: { kind: 'invalid_argument', hint: 'Mend the container or the path in ON LOCATION.' },
  ResourceNotFound: {
    kind: 'invalid_argument',
    hint: 'Mend the account or the container: a container without public access says so to anonymous requests.',
  },
  BlobAlreadyExists: { kind: 'already_exists' },
  ConditionNotMet: { kind: 'already_exists' },
  AuthenticationFailed: { kind: 'invalid_credentials', hint: keyHint },
  InvalidAuthenticationInfo: { kind: 'invalid_credentials', hint: keyHint },
  NoAuthenticationInformation: { kind: 'invalid_credentials', hint: 'Give a key or a token in PROPERTIES.' },
  KeyBasedAuthenticationNotPermitted: {
    kind: 'permission_denied',
    hint: 'The account takes no keys: use a managed identity or a client secret.',
  },
  PublicAccessNotPermitted: { kind: 'permission_denied', hint: 'Give a key or a token in PROPERTIES.' },
  AuthorizationFailure: {
    kind: 'permission_denied',
    hint: `${rolesHint} The firewall of the account may not let this machine in.`,
  },
  AuthorizationPermissionMismatch: { kind: 'permission_denied', hint: rolesHint },
  AuthorizationResourceTypeMismatch: { kind: 'permission_denied', hint: rolesHint },
  AuthorizationServiceMismatch: { kind: 'permission_denied', hint: rolesHint },
  AuthorizationSourceIPMismatch: { kind: 'permission_denied', hint: 'The token is for other addresses.' },
  AuthorizationProtocolMismatch: { kind: 'permission_denied', hint: 'The token is for https alone.' },
  InsufficientAccountPermissions: { kind: 'permission_denied', hint: rolesHint },
  AccountIsDisabled: { kind: 'permission_denied' },
  AccountRequiresHttps: {
    kind: 'invalid_argument',
    hint: 'The account takes https alone: write wasbs:// or abfss:// in ON LOCATION.',
  },
  BlobImmutableDueToPolicy: {
    kind: 'permission_denied',
    hint: 'A policy of the container keeps its blobs: wait for its end, or choose another container.',
  },
  InvalidRange: { kind: 'invalid_range' },
  Md5Mismatch: { kind: 'corrupt' },
  ServerBusy: { kind: 'throttled' },
  OperationTimedOut: { kind: 'timeout' },
  InternalError: { kind: 'unavailable' },
  UnsupportedHttpVerb: { kind: 'not_supported' },
};

/** The StorageError of an answer that is no success. */
export function azureError(doing: string, { status, headers, body }: AzureAnswer): StorageError {
  const header = headers['x-ms-error-code'];
  const code = typeof header === 'string' ? header : textOf(body, 'Code');
  const requestId = headers['x-ms-request-id'];
  if (code === undefined && requestId === undefined && status < 500 && status !== 429 && status !== 408) {
    return foreignAnswer(doing, status);
  }
  const detail = textOf(body, 'AuthenticationErrorDetail') ?? '';
  // Ids and times follow in lines of their own.
  const words = textOf(body, 'Message')?.split(/\r?\n/, 1)[0]?.replace(/\.$/, '');
  // Azurite calls a wrong key what Azure calls a missing right.
  const isUnknown = code === 'AuthorizationFailure' && words?.startsWith('Server failed to authenticate');
  const failure = {
    status,
    code: isUnknown ? 'AuthenticationFailed' : code,
    message: words || `the store answered ${status}`,
    requestId: typeof requestId === 'string' ? requestId : undefined,
    retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()),
  };
  const found = httpError(doing, failure, { meanings, cause: undefined });
  if (found.kind !== 'invalid_credentials') return found;
  const hint = hintOf(detail) ?? found.hint;
  return new StorageError(found.kind, found.message, hint === undefined ? {} : { hint });
}

/** Whatever answers there is no Blob Storage. */
export function foreignAnswer(doing: string, status: number): StorageError {
  const text = `cannot ${doing}: the answer is none of Azure (status ${status})`;
  return new StorageError('invalid_argument', text, {
    hint: 'Look at the host of ON LOCATION, or the endpoint in PROPERTIES.',
  });
}

/** Wrong clocks and expired tokens are told by the details alone. */
function hintOf(detail: string): string | undefined {
  if (/Request date header/i.test(detail)) {
    return clockHint;
  }
  if (/Signature not valid in the specified time frame|expir/i.test(detail)) {
    return 'The token has expired, or is not valid yet: give a new one by ALTER REPOSITORY, and look at the clock.';
  }
  return undefined;
}
