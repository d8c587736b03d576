import { type StorageErrorKind, StorageError } from '../../storage-error.ts';

type Meaning = readonly [kind: StorageErrorKind, words: string, hint?: string];

const rightsHint = 'Let the account that runs the server own the folder, and enter all folders above it.';
const roomHint = 'Make room on the disk, or choose a folder on another one.';
const pathHint = 'Name another folder in ON LOCATION.';

/** What the errors of the operating system mean to a store; any other one is `unavailable`. */
const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: ['not_found', 'no such file or folder'],
  EEXIST: ['already_exists', 'it already exists'],
  EACCES: ['permission_denied', 'permission denied', rightsHint],
  EPERM: ['permission_denied', 'operation not permitted', rightsHint],
  EROFS: [
    'permission_denied',
    'the file system is read-only',
    'Mount it for writing, or choose a folder on another one.',
  ],
  ENOSPC: ['full', 'no space left on the device', roomHint],
  EDQUOT: ['full', 'the disk quota is used up', roomHint],
  EFBIG: ['invalid_argument', 'the file is too large for the file system'],
  ENOTDIR: ['invalid_argument', 'a file stands where a folder is needed', pathHint],
  EISDIR: ['invalid_argument', 'a folder stands where a file is needed'],
  ENOTEMPTY: ['invalid_argument', 'a folder stands where a file is needed'],
  ELOOP: ['invalid_argument', 'it is a symbolic link', pathHint],
  ENAMETOOLONG: ['invalid_argument', 'the path is too long for the file system', pathHint],
  EXDEV: ['invalid_argument', 'a folder inside the store lies on another device'],
  EIO: ['unavailable', 'input/output error'],
  ESTALE: ['unavailable', 'the network file handle is stale'],
  EMFILE: ['unavailable', 'too many open files'],
  ENFILE: ['unavailable', 'too many open files'],
  ETIMEDOUT: ['timeout', 'the file system did not answer in time'],
};

/** Runs one call of the operating system; its failure becomes a StorageError `cannot <doing>: <why>`. */
export async function attempt<T>(doing: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw localError(doing, error);
  }
}

/** The StorageError of a failed call of the operating system; other errors are returned unchanged. */
export function localError(doing: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined) return error;
  const [kind, words, hint] = meanings[code] ?? ['unavailable', code];
  return new StorageError(kind, `cannot ${doing}: ${words}`, {
    cause: error,
    ...(hint !== undefined && { hint }),
  });
}

/** `ENOENT` and its like; `undefined` for anything that is no error of the operating system. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
