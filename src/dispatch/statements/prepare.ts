import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { parsePrepare, type Prepare, type PreparedText } from '../../sql/prepare.ts';
import { splitStatements } from '../../sql/splitter.ts';
import type { Token } from '../../sql/token.ts';
import { syntaxErrorNear } from '../../sql/position.ts';
import { type Answer, okAnswer } from '../answer.ts';
import { lexingOf } from '../lexing.ts';
import type { SessionState, TextPrepared } from '../session-state.ts';

/** How the statement inside of PREPARE and EXECUTE is looked at and run. */
export type Inner = Readonly<{
  /** Throws for what cannot be prepared. */
  describe: (text: string) => Promise<Readonly<{ parameterCount: number }>>;
  run: (statement: Readonly<{ text: string; parameters: readonly Cell[] }>) => Promise<Answer>;
}>;

/** More than this many in one session is a leak of the client. */
const preparedMax = 1_024;

/** PREPARE s FROM …, EXECUTE s USING …, DEALLOCATE PREPARE s: statements that are kept as text. */
export async function prepared(
  tokens: readonly Token[],
  text: string,
  state: SessionState,
  inner: Inner,
): Promise<Answer> {
  const statement = parsePrepare(tokens, text);
  switch (statement.kind) {
    case 'prepare':
      await keep(statement, state, inner);
      return { ...okAnswer, info: 'Statement prepared' };
    case 'execute': {
      const { text, parameterCount } = known(statement.name, state, 'EXECUTE');
      if (statement.variables.length !== parameterCount) {
        throw new SqlError('execute_arguments', 'Incorrect arguments to EXECUTE');
      }
      return inner.run({
        text,
        parameters: statement.variables.map(
          (name) => state.userVariables.get(name.toLowerCase())?.value ?? null,
        ),
      });
    }
    case 'deallocate':
      known(statement.name, state, 'DEALLOCATE PREPARE');
      state.textPrepared.delete(statement.name);
      return okAnswer;
  }
}

/** A name that is taken is given up first, also when its new text is refused (MySQL manual, "PREPARE Statement"). */
async function keep(
  statement: Extract<Prepare, { kind: 'prepare' }>,
  state: SessionState,
  inner: Inner,
): Promise<void> {
  const { textPrepared } = state;
  textPrepared.delete(statement.name);
  if (textPrepared.size >= preparedMax) {
    throw new SqlError(
      'prepared_statement_limit',
      `Can't create more than ${preparedMax} prepared statements`,
    );
  }
  const text = onlyStatement(textOf(statement.from, state), state);
  const { parameterCount } = await inner.describe(text);
  textPrepared.set(statement.name, { text, parameterCount });
}

function onlyStatement(text: string, state: SessionState): string {
  const [only, second] = splitStatements(text, lexingOf(state));
  if (only !== undefined && second === undefined) return only.text;
  throw syntaxErrorNear(second?.text ?? '');
}

function textOf(from: PreparedText, state: SessionState): string {
  if (from.kind === 'text') return from.text;
  const value = state.userVariables.get(from.variable.toLowerCase())?.value;
  return value === undefined || value === null ? 'NULL' : String(value as string | number);
}

function known(name: string, state: SessionState, by: string): TextPrepared {
  const prepared = state.textPrepared.get(name);
  if (prepared !== undefined) return prepared;
  throw new SqlError(
    'unknown_prepared_statement',
    `Unknown prepared statement handler (${name}) given to ${by}`,
  );
}
