import type { IncomingHttpHeaders } from 'node:http';
import {
  clocksApart,
  httpError,
  type Meaning,
  retryAfterMs,
  sharedMeanings,
} from '../../objects/http-failure.ts';
import type { StorageError } from '../../storage-error.ts';
import { readElement, textOf } from './answer.ts';

/** An answer that is no success. `isConditional`: the object had to be absent. */
export type CosFailure = Readonly<{
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
  isConditional: boolean;
}>;

const taken: Meaning = { kind: 'already_exists' };

/** Names that are COS' own, or mean something else there. */
const cosMeanings: Readonly<Record<string, Meaning>> = {
  ...sharedMeanings,
  NoSuchBucket: {
    kind: 'invalid_argument',
    hint: 'Names of buckets of COS end with the number of the account, as in backups-1250000000; look at the region too.',
  },
  InvalidBucketName: {
    kind: 'invalid_argument',
    hint: 'Names of buckets of COS end with the number of the account, as in backups-1250000000.',
  },
  InvalidAccessKeyId: { kind: 'invalid_credentials', hint: 'Look at the secret id in PROPERTIES.' },
  InvalidObjectState: { kind: 'invalid_argument', hint: 'The object is archived: restore it in COS first.' },
  UnavailableForLegalReasons: { kind: 'permission_denied' },
  FileAlreadyExists: taken,
  ObjectAlreadyExists: taken,
};

/** The StorageError `cannot <doing>: <the store's words>`. */
export function cosError(doing: string, { status, headers, body, isConditional }: CosFailure): StorageError {
  const element = readElement(body, 'Error');
  const code = element && textOf(element, 'Code');
  const message = (element && textOf(element, 'Message')) ?? `the store answered ${status}`;
  const requestId = headers['x-cos-request-id'];
  const answer = {
    // An answer that began well may end in an error: its status was sent before.
    status: status < 300 ? 500 : status,
    code,
    message: message.replace(/\.$/, ''),
    requestId: typeof requestId === 'string' ? requestId : undefined,
    retryAfterMs: retryAfterMs(headers['retry-after'], Date.now()),
  };
  const special = specialMeaning(answer, isConditional);
  const meanings =
    special === undefined || code === undefined ? cosMeanings : { ...cosMeanings, [code]: special };
  return httpError(doing, answer, { meanings, cause: undefined });
}

function specialMeaning(
  { status, code, message }: Readonly<{ status: number; code: string | undefined; message: string }>,
  isConditional: boolean,
): Meaning | undefined {
  // The documentation names the status of a name that is taken, and not its code.
  if (isConditional && status === 409 && code !== 'OperationAborted') return taken;
  if (code === 'AccessDenied' && /^request has expired/i.test(message)) return clocksApart;
  return undefined;
}
