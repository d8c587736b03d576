import type { Transaction } from '../../sql/transaction.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { SessionState } from '../session-state.ts';

/**
 * START TRANSACTION, COMMIT and ROLLBACK. LOCK TABLES answers OK, as dump and restore tools need: the engine's
 * transactions see one point in time, so there is nothing a lock would add.
 */
export async function transaction(
  statement: Transaction,
  state: SessionState,
  signal: AbortSignal,
): Promise<Answer> {
  const { engine } = state;
  switch (statement.kind) {
    case 'start_transaction':
      await engine.begin(signal, statement.readOnly);
      return okAnswer;
    case 'commit': {
      const { isReadOnly } = engine;
      await engine.commit(signal);
      if (statement.chain) await engine.begin(signal, isReadOnly);
      return okAnswer;
    }
    case 'rollback': {
      const { isReadOnly } = engine;
      await engine.rollback();
      if (statement.chain) await engine.begin(signal, isReadOnly);
      return okAnswer;
    }
    case 'lock_tables':
    case 'lock_instance':
    case 'unlock':
      return okAnswer;
    case 'savepoint':
      return savepoint(statement.name, state, signal);
    case 'rollback_to_savepoint':
      await engine.rollBackTo(statement.name);
      return okAnswer;
    case 'release_savepoint':
      engine.savepoints.release(statement.name);
      return okAnswer;
  }
}

/** Outside of a transaction a savepoint ends with its own statement, so there is nothing to keep. */
async function savepoint(name: string, state: SessionState, signal: AbortSignal): Promise<Answer> {
  const { engine, variables } = state;
  if (!engine.inTransaction && !variables.isOn('autocommit')) await engine.begin(signal);
  if (engine.inTransaction) engine.savepoints.set(name);
  return okAnswer;
}
