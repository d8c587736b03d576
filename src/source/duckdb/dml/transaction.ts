import { rollbackQuietly } from '../dictionary.ts';
import type { StatementScope } from '../statement-scope.ts';

/**
 * Runs the writing part of a statement in one transaction of its own; inside an explicit transaction in that one.
 */
export async function inOneTransaction<T>(scope: StatementScope, work: () => Promise<T>): Promise<T> {
  if (scope.inTransaction) return work();
  await scope.connection.run('BEGIN TRANSACTION');
  try {
    const result = await work();
    await scope.connection.run('COMMIT');
    return result;
  } catch (error) {
    await rollbackQuietly(scope.connection);
    throw error;
  }
}
