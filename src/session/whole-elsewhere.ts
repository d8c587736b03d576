import { SqlError } from '../base/sql-error.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import type { Elsewhere } from '../dispatch/elsewhere.ts';
import { lexingOf } from '../dispatch/lexing.ts';
import { splitStatements } from '../sql/splitter.ts';
import type { LexerOptions } from '../sql/token.ts';
import type { LoginState } from './login-state.ts';
import { headOf, headsOf, isBulk } from './statement-head.ts';

/** `isUnchanged`: the client's own bytes go on. */
type WholeElsewhere = Readonly<{ there: Elsewhere; isUnchanged: boolean }>;

type Asked = Readonly<{ dispatcher: Dispatcher; state: LoginState; multiStatements: boolean }>;

/**
 * Where a text goes as a whole, because one server answers every statement of it. Undefined where something of it is
 * answered here: then every statement is looked at by itself. Throws SqlError for a statement that no server answers.
 */
export function wholeElsewhere(text: string, asked: Asked): WholeElsewhere | undefined {
  const { dispatcher, state } = asked;
  if (!dispatcher.hasElsewhere()) return undefined;
  const lexing = lexingOf(state);
  if (isBulk(text) && dispatcher.isElsewhere(state)) return bulkElsewhere(text, lexing, asked);
  const texts = statementsOf(text, lexing);
  const [only] = texts;
  if (only !== undefined && texts.length === 1) {
    const there = dispatcher.elsewhere(only, state);
    return there && { there, isUnchanged: there.text === only };
  }
  const there = texts.map((one) => plainElsewhere(one, dispatcher, state));
  const [first] = there;
  if (first === undefined || !there.every((one) => one !== undefined)) return undefined;
  const effect = there.some((one) => one?.effect.kind === 'set') ? 'set' : 'none';
  return { there: { ...first, text, effect: { kind: effect } }, isUnchanged: true };
}

/** Of a long INSERT only the head is read, and the heads of what follows. */
function bulkElsewhere(
  text: string,
  lexing: LexerOptions,
  { dispatcher, state, multiStatements }: Asked,
): WholeElsewhere | undefined {
  const [head = '', ...later] = multiStatements ? headsOf(text, lexing) : [headOf(text, lexing)];
  const there = dispatcher.elsewhere(head, state);
  if (there?.effect.kind !== 'none') return undefined;
  const isWhole = later.every((one) => plainElsewhere(one, dispatcher, state)?.effect.kind === 'none');
  return isWhole ? { there, isUnchanged: true } : undefined;
}

/** The statements of a text; the whole as one where our lexer cannot read it: another server may. */
function statementsOf(text: string, lexing: LexerOptions): readonly string[] {
  try {
    return splitStatements(text, lexing).map((statement) => statement.text);
  } catch (error) {
    if (error instanceof SqlError) return [text];
    throw error;
  }
}

/** One that goes to the session's own catalog as it is; what it cannot be is told when it is its turn. */
function plainElsewhere(text: string, dispatcher: Dispatcher, state: LoginState): Elsewhere | undefined {
  try {
    const there = dispatcher.elsewhere(text, state);
    const isPlain = there?.catalog === state.catalog && there.text === text && there.effect.kind !== 'use';
    return isPlain ? there : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}
