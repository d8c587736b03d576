import { SqlError } from '../base/sql-error.ts';
import type { Token } from '../sql/token.ts';
import type { SessionState } from './session-state.ts';

/** What CALL says, since the embedded engine has no procedures. */
export function unknownProcedure(tokens: readonly Token[], state: SessionState): SqlError {
  const name = tokens.slice(1).findIndex(({ text }) => text === '(' || text === ';');
  const path = tokens
    .slice(1, name < 0 ? undefined : name + 1)
    .filter(({ kind }) => kind !== 'operator' && kind !== 'end');
  const parts = path.map(({ value }) => value);
  const full = parts.length > 1 || state.database === undefined ? parts : [state.database, ...parts];
  return new SqlError('does_not_exist', `PROCEDURE ${full.join('.')} does not exist`);
}
