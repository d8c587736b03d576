import { collectRows, keptValue } from '../base/cells.ts';
import type { Cell, Column, UserVariable } from '../base/rows.ts';
import { SqlError } from '../base/sql-error.ts';
import { internalCatalog } from '../catalog/external/external-catalogs.ts';
import { systemDatabases } from '../catalog/system-databases.ts';
import { unknownCatalog } from '../source/known-name.ts';
import { readIntoVariables } from '../sql/into-variables.ts';
import { tokenize } from '../sql/lexer.ts';
import { type Answer, okWith, type StatementText } from './answer.ts';
import { type Call, headOrAll } from './call.ts';
import { namedTables, withoutCatalog } from './catalog-names.ts';
import { lexingOf } from './lexing.ts';
import { settleLiveCalls } from './live-calls.ts';
import type { Services } from './services.ts';
import type { SessionState } from './session-state.ts';
import { intoVariables } from './statements/into-variables.ts';

/** What the embedded engine answers as it is asked. */
export async function runOnEngine(call: Call, services: Services): Promise<Answer> {
  const { text, parameters, state, signal } = call;
  try {
    return await state.engine.run(text, parameters, state.context, signal);
  } catch (error) {
    throw missingCatalog(error, text, services, state) ?? error;
  }
}

/** The columns of a query, without running it. */
export async function describeQuery(
  text: string,
  services: Services,
  state: SessionState,
  signal: AbortSignal,
): Promise<readonly Column[]> {
  try {
    return (await state.engine.describe(text, state.context, signal)).columns;
  } catch (error) {
    throw missingCatalog(error, text, services, state) ?? error;
  }
}

/** Whoever drops the database it is in is in none (MySQL manual, "DROP DATABASE Statement"). */
export async function runDefinition(call: Call, services: Services): Promise<Answer> {
  const answer = await runOnEngine(call, services);
  const { state } = call;
  const isDrop =
    call.tokens[0]?.upper === 'DROP' && /^(?:DATABASE|SCHEMA)$/.test(call.tokens[1]?.upper ?? '');
  const isGone = isDrop && services.view.listObjects(state.database ?? '') === undefined;
  if (isGone && !systemDatabases.includes(state.database ?? '')) state.database = undefined;
  return answer;
}

/** SELECT, also INTO variables. */
export async function runSelect(call: Call, services: Services): Promise<Answer> {
  const { text, tokens, state } = call;
  const into = readIntoVariables(tokens, text);
  if (into === undefined) return runQuery(call, services);
  return intoVariables(await runQuery({ ...call, text: into.text }, services), into.variables, state);
}

/** A query whose live calls have been run before the engine sees it. */
async function runQuery(call: Call, services: Services): Promise<Answer> {
  const { state, signal } = call;
  const { clock } = services;
  const evaluate = async (inner: StatementText): Promise<readonly Cell[]> =>
    firstRow(await runOnEngine({ ...call, ...inner }, services));
  return runOnEngine(
    { ...call, ...(await settleLiveCalls(call, { state, clock, evaluate }, signal)) },
    services,
  );
}

/** DO: the expressions are evaluated and forgotten. */
export async function runDo(call: Call, services: Services): Promise<Answer> {
  const { tokens, text, state } = call;
  const select = `SELECT ${text.slice(tokens[0]?.end ?? 0)}`;
  const answer = await runSelect(
    { ...call, text: select, tokens: tokenize(select, lexingOf(state)) },
    services,
  );
  if (answer.kind === 'rows') await collectRows(answer.result, Number.POSITIVE_INFINITY);
  return okWith(answer.warnings);
}

/** The value of an expression of SET. */
export async function valueOf(expression: string, call: Call, services: Services): Promise<UserVariable> {
  const answer = await runQuery({ ...call, text: `SELECT ${expression}` }, services);
  const column = answer.kind === 'rows' ? answer.result.columns[0] : undefined;
  const [value = null] = await firstRow(answer);
  return keptValue(value, column);
}

/** The embedded engine knows its databases, not its catalog, which may stand before them. */
export function withoutOwnCatalog(
  read: Pick<Call, 'text' | 'tokens'>,
  state: SessionState,
): Pick<Call, 'text' | 'tokens'> {
  if (!read.text.includes(internalCatalog)) return read;
  const text = withoutCatalog(read.text, read.tokens, internalCatalog);
  return text === read.text ? read : { text, tokens: headOrAll(text, lexingOf(state)) };
}

/** The engine knows two parts of a name: of three it says that the last one is a mistake, where the first one is. */
function missingCatalog(
  error: unknown,
  text: string,
  services: Services,
  state: SessionState,
): SqlError | undefined {
  if (!(error instanceof SqlError) || error.kind !== 'syntax') return undefined;
  const known = services.catalogs.names();
  const named = namedTables(headOrAll(text, lexingOf(state))).flatMap(({ catalog = [] }) => catalog);
  const missing = named.find((name) => !known.includes(name));
  return missing === undefined ? undefined : unknownCatalog(missing);
}

async function firstRow(answer: Answer): Promise<readonly Cell[]> {
  if (answer.kind !== 'rows') return [];
  const [row = []] = await collectRows(answer.result, 1);
  return row;
}
