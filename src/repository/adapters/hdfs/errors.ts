import { type HttpAnswer, readText } from '../../http/client.ts';
import { httpError, type Meaning, retryAfterMs } from '../../objects/http-failure.ts';
import { StorageError } from '../../storage-error.ts';
import { kerberosHint } from './options.ts';

/** What an answer that is no success says. */
export type HdfsFailure = Readonly<{
  status: number;
  /** Name of Hadoop's exception; undefined when the answer is none of WebHDFS. */
  exception: string | undefined;
  message: string;
  retryAfterMs: number | undefined;
  /** Ways to authenticate that a 401 offers. */
  challenges: string;
}>;

const quotaHint = 'Raise the quota of the folder, or delete snapshots.';

/**
 * Exceptions of Hadoop that say what happened. WebHDFS answers 403 to every kind of IOException, so the status tells
 * nothing.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  FileNotFoundException: { kind: 'not_found' },
  FileAlreadyExistsException: { kind: 'already_exists' },
  ParentNotDirectoryException: { kind: 'invalid_argument' },
  PathIsNotEmptyDirectoryException: { kind: 'invalid_argument' },
  PathIsDirectoryException: { kind: 'invalid_argument' },
  OffsetOutOfRange: { kind: 'invalid_range' },
  PathComponentTooLongException: { kind: 'invalid_argument' },
  InvalidPathException: { kind: 'invalid_argument' },
  IllegalArgumentException: { kind: 'invalid_argument' },
  AccessControlException: {
    kind: 'permission_denied',
    hint: "Give 'username' the right to read and write the folder (hdfs dfs -chown, -setfacl).",
  },
  SecurityException: { kind: 'invalid_credentials', hint: "Look at 'username' in PROPERTIES." },
  AuthorizationException: { kind: 'permission_denied' },
  InvalidToken: { kind: 'invalid_credentials' },
  StandbyException: { kind: 'unavailable' },
  RetriableException: { kind: 'unavailable' },
  SafeModeException: {
    kind: 'unavailable',
    hint: 'The NameNode is in safe mode: wait until it leaves it (hdfs dfsadmin -safemode get).',
  },
  DSQuotaExceededException: { kind: 'full', hint: quotaHint },
  NSQuotaExceededException: { kind: 'full', hint: quotaHint },
  QuotaByStorageTypeExceededException: { kind: 'full', hint: quotaHint },
  QuotaExceededException: { kind: 'full', hint: quotaHint },
  MaxDirectoryItemsExceededException: { kind: 'full' },
  UnsupportedOperationException: { kind: 'not_supported' },
  IOException: { kind: 'unavailable' },
};

/** What HDFS says under names that mean other things too. */
const messageMeanings: readonly (readonly [words: string, exception: string])[] = [
  ['(is not a directory)', 'ParentNotDirectoryException'],
  ['must both be directories', 'PathIsDirectoryException'],
  ['out of the range [0', 'OffsetOutOfRange'],
];

/** Longer answers than this are no error of Hadoop's. */
const failureBytesMax = 256 * 1024;

export async function readFailure(answer: HttpAnswer): Promise<HdfsFailure> {
  const text = await readText(answer, failureBytesMax);
  const { exception, message } = remoteException(text);
  return {
    status: answer.status,
    exception,
    message: message ?? `the answer is none of WebHDFS`,
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], Date.now()),
    challenges: answer.headers['www-authenticate'] ?? '',
  };
}

/** The StorageError `cannot <doing>: <Hadoop's words>`. */
export function hdfsError(doing: string, failure: HdfsFailure): StorageError {
  const { status, exception: code, message } = failure;
  if (code === undefined && status === 401) return credentialsError(doing, failure);
  if (code === undefined && (status === 404 || (status >= 200 && status < 400))) {
    return new StorageError('invalid_argument', `cannot ${doing}: ${message} (status ${status})`, {
      hint: "Name the port of WebHDFS in 'dfs.http.port': 9870 unless it was changed.",
    });
  }
  return httpError(doing, { ...failure, code }, { meanings: meaningOf(code, status), cause: undefined });
}

/** An exception without a meaning of its own is an IOException of some kind, which may pass. */
function meaningOf(code: string | undefined, status: number): Readonly<Record<string, Meaning>> {
  if (code === undefined || meanings[code] !== undefined || status !== 403) return meanings;
  return { [code]: { kind: 'unavailable' } };
}

/** Only another NameNode can answer, or nothing here is a NameNode at all. */
export function isElsewhere({ exception, status, message }: HdfsFailure): boolean {
  if (exception === undefined) return status === 404;
  return exception === 'StandbyException' || message.startsWith('Operation category');
}

function credentialsError(doing: string, { challenges }: HdfsFailure): StorageError {
  const wantsKerberos = /negotiate/i.test(challenges) && !/basic/i.test(challenges);
  const why = wantsKerberos ? 'it wants Kerberos, which is not supported yet' : 'it wants other credentials';
  return new StorageError('invalid_credentials', `cannot ${doing}: ${why} (status 401)`, {
    hint: wantsKerberos ? kerberosHint : "Look at 'username' and 'password' in PROPERTIES.",
  });
}

type RemoteException = Readonly<{ exception: string | undefined; message: string | undefined }>;

function remoteException(text: string): RemoteException {
  const remote = field(parsed(text), 'RemoteException');
  const exception = field(remote, 'exception');
  if (typeof exception !== 'string') return { exception: undefined, message: undefined };
  const message = field(remote, 'message');
  return inner(exception, typeof message === 'string' ? message : '');
}

/** DataNodes and gateways wrap what the NameNode said: its class then stands at the beginning of the message. */
function inner(exception: string, text: string): RemoteException {
  const line = (text.split('\n', 1)[0] as string).trim().replace(/\.$/, '');
  const wrapped = /^(?:[a-z][\w]*\.)+([A-Z]\w*Exception): (.*)$/.exec(line);
  const [, name = exception, message = line] = wrapped ?? [];
  const told = messageMeanings.find(([words]) => message.includes(words));
  if (told !== undefined) return { exception: told[1], message };
  return { exception: name, message: message === '' ? name : message };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
