import { type StorageErrorKind, StorageError } from '../../storage-error.ts';

type Meaning = readonly [kind: StorageErrorKind, words: string];

/** What the errors of the operating system mean to a store; any other one is `unavailable`. */
const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: ['not_found', 'no such file or folder'],
  EEXIST: ['already_exists', 'it already exists'],
  EACCES: ['permission_denied', 'permission denied'],
  EPERM: ['permission_denied', 'operation not permitted'],
  EROFS: ['permission_denied', 'the file system is read-only'],
  ENOSPC: ['full', 'no space left on the device'],
  EDQUOT: ['full', 'the disk quota is used up'],
  EFBIG: ['invalid_argument', 'the file is too large for the file system'],
  ENOTDIR: ['invalid_argument', 'a file stands where a folder is needed'],
  EISDIR: ['invalid_argument', 'a folder stands where a file is needed'],
  ENOTEMPTY: ['invalid_argument', 'a folder stands where a file is needed'],
  ELOOP: ['invalid_argument', 'it is a symbolic link'],
  ENAMETOOLONG: ['invalid_argument', 'the path is too long for the file system'],
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
  const [kind, words] = meanings[code] ?? ['unavailable', code];
  return new StorageError(kind, `cannot ${doing}: ${words}`, { cause: error });
}

/** `ENOENT` and its like; `undefined` for anything that is no error of the operating system. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('errno' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
