import { present } from '../base/assert.ts';
import type { Clock } from '../base/clock.ts';
import type { Cell } from '../base/rows.ts';
import { SqlError } from '../base/sql-error.ts';
import { pause } from '../base/waiting.ts';
import { limitStatement, statementTimedOut } from '../source/duckdb/statement/limit.ts';
import { lexingOf, sqlModeOf } from '../source/duckdb/translation/sql-mode.ts';
import { tokenize } from '../sql/lexer.ts';
import { namesLiveFunction } from '../sql/rewrite/functions/live.ts';
import { type LiveCall, type LiveQuery, readLiveCalls, withNames } from '../sql/rewrite/live-calls.ts';
import type { LexerOptions } from '../sql/token.ts';
import type { StatementText } from './answer.ts';
import type { SessionState } from './session-state.ts';

export type LiveParts = Readonly<{
  state: SessionState;
  clock: Clock;
  /** The row of a SELECT without FROM. */
  evaluate: (statement: StatementText) => Promise<readonly Cell[]>;
}>;

/** A SELECT with its calls of SLEEP, GET_LOCK and their kin run, and the result of each in its place. */
export async function settleLiveCalls(
  statement: StatementText,
  { state, clock, evaluate }: LiveParts,
  signal: AbortSignal,
): Promise<StatementText> {
  const modes = sqlModeOf(state.context);
  const lexing = lexingOf(modes);
  const found = liveCallsIn(statement.text, lexing, modes);
  if (found === undefined) return statement;
  using limit = limitStatement(state.context, signal, clock, () => undefined);
  let settled = { ...statement, text: withNames(statement.text, found) };
  try {
    for (let left = found.calls.length; left > 0; left -= 1) {
      const call = firstCall(settled.text, lexing, modes);
      const inside = parametersIn(settled, call.span, lexing);
      const values =
        call.arguments.length === 0
          ? []
          : await evaluate({ text: argumentsText(call, settled.text), parameters: inside.here });
      const result = await run(call.name, values, { state, clock, signal: limit.signal });
      settled = {
        text: replaced(settled.text, call, result),
        parameters: [...inside.before, ...inside.behind],
      };
    }
  } catch (error) {
    throw limit.isTimedOut() ? statementTimedOut() : error;
  }
  return settled;
}

/** A SELECT without its calls, whose columns can be asked for, and one SELECT of the arguments of each call. */
export function withoutLiveCalls(
  text: string,
  state: SessionState,
): Readonly<{ text: string; arguments: readonly string[] }> {
  const modes = sqlModeOf(state.context);
  const lexing = lexingOf(modes);
  const found = liveCallsIn(text, lexing, modes);
  if (found === undefined) return { text, arguments: [] };
  let bare = withNames(text, found);
  const selects: string[] = [];
  for (let left = found.calls.length; left > 0; left -= 1) {
    const call = firstCall(bare, lexing, modes);
    if (call.arguments.length > 0) selects.push(argumentsText(call, bare));
    bare = replaced(bare, call, null);
  }
  return { text: bare, arguments: selects };
}

function liveCallsIn(text: string, lexing: LexerOptions, modes: ReadonlySet<string>): LiveQuery | undefined {
  return namesLiveFunction(text) ? readLiveCalls(tokenize(text, lexing), text, modes) : undefined;
}

function firstCall(text: string, lexing: LexerOptions, modes: ReadonlySet<string>): LiveCall {
  return present(liveCallsIn(text, lexing, modes)?.calls[0], 'a live call');
}

function parametersIn(
  { text, parameters }: StatementText,
  { start, end }: LiveCall['span'],
  lexing: LexerOptions,
): Readonly<{ before: readonly Cell[]; here: readonly Cell[]; behind: readonly Cell[] }> {
  const marks = tokenize(text, lexing).filter((token) => token.kind === 'parameter');
  const first = marks.filter((mark) => mark.start < start).length;
  const last = marks.filter((mark) => mark.start < end).length;
  return {
    before: parameters.slice(0, first),
    here: parameters.slice(first, last),
    behind: parameters.slice(last),
  };
}

/** A name as text, a number of seconds as one of double precision. */
function argumentsText({ name, arguments: spans }: LiveCall, text: string): string {
  const sources = spans.map(({ start, end }, index) => {
    const source = text.slice(start, end);
    const isSeconds = name === 'SLEEP' || index === 1;
    return isSeconds ? `(${source}\n) + 0e0` : `CAST(${source}\n AS CHAR)`;
  });
  return `SELECT ${sources.join(', ')}`;
}

function replaced(text: string, { name, span }: LiveCall, result: Cell): string {
  const type = name === 'IS_USED_LOCK' || name === 'RELEASE_ALL_LOCKS' ? 'UNSIGNED' : 'SIGNED';
  return `${text.slice(0, span.start)}CAST(${String(result as number | null)} AS ${type})${text.slice(span.end)}`;
}

type RunParts = Readonly<{ state: SessionState; clock: Clock; signal: AbortSignal }>;

async function run(
  name: string,
  values: readonly Cell[],
  { state: { locks }, clock, signal }: RunParts,
): Promise<Cell> {
  const [first = null, second = null] = values;
  switch (name) {
    case 'SLEEP':
      await slept(first, clock, signal);
      return 0;
    case 'GET_LOCK':
      return Number(await locks.acquire(lockName(first), { timeoutMs: lockTimeoutMs(second), signal }));
    case 'RELEASE_LOCK': {
      const released = locks.release(lockName(first));
      return released === undefined ? null : Number(released);
    }
    case 'RELEASE_ALL_LOCKS':
      return locks.releaseAll();
    case 'IS_FREE_LOCK':
      return Number(locks.ownerOf(lockName(first)) === undefined);
    default:
      return locks.ownerOf(lockName(first)) ?? null;
  }
}

/** The longest time that Node's timers take. */
const delayMsMax = 2 ** 31 - 1;

async function slept(seconds: Cell, clock: Clock, signal: AbortSignal): Promise<void> {
  const delayMs = Number(seconds) * 1_000;
  if (seconds === null || !(delayMs >= 0)) {
    throw new SqlError('execute_arguments', 'Incorrect arguments to sleep.');
  }
  await pause(clock, Math.min(delayMs, delayMsMax), signal);
}

const lockNameLengthMax = 64;

function lockName(value: Cell): string {
  const name = String((value ?? 'NULL') as string);
  if (value !== null && name !== '' && [...name].length <= lockNameLengthMax) return name;
  throw new SqlError('named_lock_name', `Incorrect user-level lock name '${name}'.`);
}

/** Whole seconds; undefined, without end, for a negative number. */
function lockTimeoutMs(seconds: Cell): number | undefined {
  const whole = Math.round(Number(seconds));
  if (whole < 0) return undefined;
  return Math.min(whole * 1_000, delayMsMax);
}
