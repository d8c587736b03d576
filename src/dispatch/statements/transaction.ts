import { SqlError } from '../../base/sql-error.ts';
import { systemDatabases } from '../../catalog/system-databases.ts';
import type { Transaction } from '../../sql/transaction.ts';
import { refuseOtherCatalog } from '../analysis.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { Services } from '../services.ts';
import type { SessionState } from '../session-state.ts';

/**
 * START TRANSACTION, COMMIT and ROLLBACK. LOCK TABLES commits, as in MySQL, and locks nothing: the engine's
 * transactions see one point in time, so there is nothing a lock would add for dump and restore tools.
 */
export async function transaction(
  statement: Transaction,
  services: Pick<Services, 'view'>,
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
      if (statement.chain ?? chains(state)) await engine.begin(signal, isReadOnly);
      return okAnswer;
    }
    case 'rollback': {
      const { isReadOnly } = engine;
      await engine.rollback();
      if (statement.chain ?? chains(state)) await engine.begin(signal, isReadOnly);
      return okAnswer;
    }
    case 'lock_tables':
      for (const { table } of statement.tables) requireTable(table, services, state);
      await engine.commit(signal);
      return okAnswer;
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

/** Whether COMMIT and ROLLBACK begin the next transaction where they do not say (manual, completion_type). */
function chains({ variables }: SessionState): boolean {
  return variables.get('completion_type') === 'CHAIN';
}

/** Outside of a transaction a savepoint ends with its own statement, so there is nothing to keep. */
async function savepoint(name: string, state: SessionState, signal: AbortSignal): Promise<Answer> {
  const { engine, variables } = state;
  if (!engine.inTransaction && !variables.isOn('autocommit')) await engine.begin(signal);
  if (engine.inTransaction) engine.savepoints.set(name);
  return okAnswer;
}

/** Throws MySQL's 1146, 1049 and 1142 for a table that cannot be locked. */
function requireTable(
  path: readonly string[],
  { view }: Pick<Services, 'view'>,
  { access, engine, database: current }: SessionState,
): void {
  refuseOtherCatalog(path.at(-3));
  const name = path.at(-1) ?? '';
  const database = path.at(-2) ?? current;
  if (database === undefined) throw new SqlError('no_database_selected', 'No database selected');
  if (systemDatabases.includes(database.toLowerCase())) return;
  if (engine.temporaryTable(database, name) !== undefined) return;
  access.requireSight(database, name);
  if (view.findObject(database, name) !== undefined) return;
  if (view.listObjects(database) === undefined)
    throw new SqlError('unknown_database', `Unknown database '${database}'`);
  throw new SqlError('unknown_table', `Table '${database}.${name}' doesn't exist`);
}
