import { StorageError } from '../storage-error.ts';

/** What a request gives; undefined when the store answers that what it names is not there. */
export async function unlessMissing<T>(request: () => Promise<T>): Promise<T | undefined> {
  try {
    return await request();
  } catch (error) {
    if (error instanceof StorageError && error.kind === 'not_found') return undefined;
    throw error;
  }
}
