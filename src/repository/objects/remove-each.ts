import { mapBounded } from '../../base/bounded.ts';
import { StorageError } from '../storage-error.ts';
import type { DeleteFailure } from './requests.ts';

/** Single requests in the place of one for many. */
const removesAtOnce = 8;

/** Removes names one by one; gives the failures of single names, and fails alone when `signal` aborts. */
export async function removeEach(
  names: readonly string[],
  remove: (name: string) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly DeleteFailure[]> {
  const failures: DeleteFailure[] = [];
  const removeOne = async (name: string): Promise<void> => {
    try {
      await remove(name);
    } catch (error) {
      if (!(error instanceof StorageError) || signal.aborted) throw error;
      failures.push({ name, error });
    }
  };
  await mapBounded(names, removesAtOnce, removeOne, signal);
  return failures;
}
