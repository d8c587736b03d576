import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { parsePrepare, type Prepare, type PreparedText } from '../../sql/prepare.ts';
import type { Token } from '../../sql/token.ts';
import { type Answer, okAnswer } from '../answer.ts';
import type { SessionState } from '../session-state.ts';

type Run = (statement: Readonly<{ text: string; parameters: readonly Cell[] }>) => Promise<Answer>;

/** More than this many in one session is a leak of the client. */
const preparedMax = 1_024;

/** PREPARE s FROM …, EXECUTE s USING …, DEALLOCATE PREPARE s: statements that are kept as text. */
export async function prepared(
  tokens: readonly Token[],
  text: string,
  state: SessionState,
  run: Run,
): Promise<Answer> {
  const statement = parsePrepare(tokens, text);
  switch (statement.kind) {
    case 'prepare':
      keep(statement, state);
      return okAnswer;
    case 'execute':
      return run({
        text: known(statement.name, state, 'EXECUTE'),
        parameters: statement.variables.map((name) => state.userVariables.get(name.toLowerCase()) ?? null),
      });
    case 'deallocate':
      known(statement.name, state, 'DEALLOCATE PREPARE');
      state.textPrepared.delete(statement.name.toLowerCase());
      return okAnswer;
  }
}

function keep(statement: Extract<Prepare, { kind: 'prepare' }>, state: SessionState): void {
  if (state.textPrepared.size >= preparedMax) {
    throw new SqlError(
      'prepared_statement_limit',
      `Can't create more than ${preparedMax} prepared statements`,
    );
  }
  state.textPrepared.set(statement.name.toLowerCase(), textOf(statement.from, state));
}

function textOf(from: PreparedText, state: SessionState): string {
  if (from.kind === 'text') return from.text;
  const value = state.userVariables.get(from.variable.toLowerCase());
  return value === undefined || value === null ? 'NULL' : String(value as string | number);
}

function known(name: string, state: SessionState, by: string): string {
  const text = state.textPrepared.get(name.toLowerCase());
  if (text !== undefined) return text;
  throw new SqlError(
    'unknown_prepared_statement',
    `Unknown prepared statement handler (${name}) given to ${by}`,
  );
}
