import { SqlError } from '../../../base/sql-error.ts';
import { forgetWarnings } from '../../warnings.ts';
import { takeSnapshot } from '../statement/consistent-read.ts';
import { rollbackQuietly } from '../connection/connection.ts';
import type { StatementScope } from '../statement/scope.ts';

/**
 * Runs the writing part of a statement in one transaction of its own; inside an explicit transaction in that one.
 */
export async function inOneTransaction<T>(scope: StatementScope, work: () => Promise<T>): Promise<T> {
  if (scope.inTransaction) return work();
  const { connection, keyUse, engine } = scope;
  await connection.run('BEGIN TRANSACTION');
  try {
    const result = await work();
    const commit = (): Promise<number> => connection.run('COMMIT');
    await (keyUse === undefined ? commit() : engine.keyUses.commit(keyUse, commit));
    return result;
  } catch (error) {
    await rollbackQuietly(connection);
    throw error;
  }
}

/**
 * The same for a statement that reads as well: all it reads is of one state, before or after the swap of a restore. One that a
 * swap overtook is run again; inside an explicit transaction it fails, for that has to be begun again.
 */
export async function readingInOneTransaction<T>(
  scope: StatementScope,
  work: (scope: StatementScope) => Promise<T>,
): Promise<T> {
  if (scope.inTransaction) return work(scope);
  const { length: warned } = scope.warnings;
  for (;;) {
    try {
      return await inOneTransaction(scope, async () => {
        const snapshot = await takeSnapshot(scope.connection, scope.engine.swaps);
        return work({ ...scope, snapshot });
      });
    } catch (error) {
      if (!(error instanceof SqlError) || error.kind !== 'table_definition_changed') throw error;
      forgetWarnings(scope.warnings, warned);
    }
  }
}

/** No name of a savepoint that a client could give. */
const statementSavepoint = '\0statement';

/**
 * Runs the part of a statement whose errors show only while rows change. In an explicit transaction, which goes on, a failure
 * gives the rows back that it changed; outside of one the statement's own transaction ends with it.
 */
export async function undoneByFailure<T>(scope: StatementScope, work: () => Promise<T>): Promise<T> {
  if (!scope.inTransaction) return work();
  const { savepoints, connection } = scope;
  savepoints.set(statementSavepoint);
  try {
    return await work();
  } catch (error) {
    // What is no SqlError ends the transaction.
    if (error instanceof SqlError) await savepoints.rollBackTo(connection, statementSavepoint, () => true);
    throw error;
  } finally {
    savepoints.release(statementSavepoint);
  }
}
