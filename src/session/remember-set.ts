import { SqlError } from '../base/sql-error.ts';
import { lexingOf } from '../dispatch/lexing.ts';
import { set } from '../dispatch/statements/set.ts';
import { tokenize } from '../sql/lexer.ts';
import { type Assignment, parseSet } from '../sql/set.ts';
import type { LoginState } from './login-state.ts';

/**
 * Remembers a SET that another server has carried out, for the next connection to it and for other catalogs. Only
 * values that stand in the text are; what is no variable of ours, or has no such value here, is the other server's
 * alone.
 */
export async function rememberSet(text: string, state: LoginState): Promise<void> {
  try {
    const { assignments } = parseSet(tokenize(text, lexingOf(state)), text);
    for (const assignment of assignments.filter(isPlain)) await remember(assignment, state);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
  }
}

async function remember(assignment: Assignment, state: LoginState): Promise<void> {
  await set(
    { kind: 'set', assignments: [assignment] },
    { state, evaluate: refuse, requireGlobal: refuse, isElsewhere: true },
  );
}

/** Nothing is evaluated here, and no variable of the server is set. */
function refuse(): never {
  throw new SqlError('not_supported', 'an expression');
}

function isPlain(assignment: Assignment): boolean {
  switch (assignment.kind) {
    case 'names':
    case 'character_set':
      return true;
    case 'system':
      return assignment.scope === 'SESSION' && assignment.value.kind !== 'expression';
    case 'transaction':
      return assignment.scope === 'SESSION';
    case 'user':
      return false;
  }
}
