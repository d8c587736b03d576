import type { Cell, UserVariable } from '../../base/rows.ts';
import { characterValue, collationOfNames } from '../../catalog/character-variables.ts';
import { requireHonoured } from '../../catalog/honoured-values.ts';
import { requireScope } from '../../catalog/session-variables.ts';
import { isVariableOfOthers } from '../../catalog/variables-of-others.ts';
import type { Warning } from '../../source/query.ts';
import type {
  Assignment,
  SetStatement,
  SetValue,
  TransactionAssignment,
  VariableScope,
} from '../../sql/set.ts';
import { type Answer, okWith } from '../answer.ts';
import type { SessionState } from '../session-state.ts';
import { errorNumber } from '../sql-error.ts';

/** Evaluates an expression of SET: a SELECT without a table. */
export type Evaluate = (expression: string) => Promise<UserVariable>;

/** What changing the server's own variables takes; throws for a session without the privilege. */
export type RequireGlobal = () => void;

type Setting = Readonly<{
  state: SessionState;
  evaluate: Evaluate;
  requireGlobal: RequireGlobal;
  /** The variables are another server's, which has heeded them. */
  isElsewhere?: boolean;
}>;

/** SET: every value is read before the first is changed. */
export async function set(statement: SetStatement, setting: Setting): Promise<Answer> {
  const changes: (() => Warning | undefined)[] = [];
  for (const assignment of statement.assignments) changes.push(await changeOf(assignment, setting));
  const warnings = changes.flatMap((change) => change() ?? []);
  return okWith(warnings);
}

async function changeOf(assignment: Assignment, setting: Setting): Promise<() => Warning | undefined> {
  const { state } = setting;
  switch (assignment.kind) {
    case 'names':
      return setNames(state, assignment.characterSet, assignment.collation);
    case 'character_set':
      return setCharacterSet(state, assignment.characterSet);
    case 'user': {
      const value = await keptOf(assignment.value, setting);
      return () => void state.userVariables.set(assignment.name, value);
    }
    case 'system': {
      const isForeign = requireAssignable(setting, assignment);
      const value = await valueOf(assignment.value, setting);
      if (setting.isElsewhere !== true) requireHonoured(assignment.name, value);
      if (isForeign) return () => ignored(assignment.name);
      return () => setSystem(setting, assignment.scope, assignment.name, value);
    }
    case 'transaction':
      return () => setTransaction(setting, assignment);
  }
}

/** A text has the collation of the expression, or that of the connection as it is now. */
async function keptOf(value: SetValue, setting: Setting): Promise<UserVariable> {
  if (value.kind === 'expression') return setting.evaluate(value.text);
  // TRUE is a number here; every other word names a column, and there is none.
  if (value.kind === 'word') return setting.evaluate(value.value);
  if (value.kind === 'number') return numberVariable(value.value);
  const kept = (await valueOf(value, setting)) ?? null;
  const collation = setting.state.variables.get('collation_connection');
  return { value: kept, ...(typeof collation === 'string' && { collation }) };
}

/** `undefined` stands for DEFAULT. */
async function valueOf(value: SetValue, setting: Setting): Promise<Cell | undefined> {
  switch (value.kind) {
    case 'default':
      return undefined;
    case 'null':
      return null;
    case 'number':
      return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : numeral(value.value);
    case 'word':
    case 'string':
      return value.value;
    case 'expression':
      return (await setting.evaluate(value.text)).value;
  }
}

/** 12 is an integer, 1.5 a decimal, 1e3 a double. */
function numberVariable(text: string): UserVariable {
  if (/e/i.test(text)) return { value: Number(text), kind: 'double' };
  if (text.includes('.')) return { value: text, kind: 'decimal' };
  const value = BigInt(text);
  if (value > 18_446_744_073_709_551_615n) return { value: text, kind: 'decimal' };
  return value > 9_223_372_036_854_775_807n ? { value, kind: 'unsigned' } : { value };
}

function numeral(text: string): Cell {
  return /^\d+$/.test(text) ? BigInt(text) : text;
}

function setSystem(
  { state, requireGlobal }: Setting,
  scope: VariableScope,
  name: string,
  value: Cell | undefined,
): Warning | undefined {
  if (scope !== 'SESSION') {
    requireGlobal();
    state.variables.global.set(name, value);
    return undefined;
  }
  state.variables.set(name, value);
  return undefined;
}

/** True for a variable of another server. Throws 1193, 1228, 1229 and 1238 before anything is changed. */
function requireAssignable(
  { state }: Setting,
  { name, scope }: Extract<Assignment, { kind: 'system' }>,
): boolean {
  const { global } = state.variables;
  if (global.find(name) === undefined && isVariableOfOthers(name)) return true;
  requireScope(name, scope !== 'SESSION');
  global.writable(name);
  return false;
}

/** Clients of other servers set their variables, which is worth a warning and no failure. */
function ignored(name: string): Warning {
  const number = errorNumber('unknown_system_variable');
  return { level: 'Warning', number, message: `Unknown system variable '${name}' was ignored` };
}

/** Clients name one of many character sets; all text travels as utf8mb4, which every one of them can hold. */
function setNames(
  { variables }: SessionState,
  characterSet: string | undefined,
  collation: string | undefined,
): () => undefined {
  const name = characterSet === undefined ? undefined : checkedSet(characterSet);
  const chosen = collation === undefined ? undefined : collationOfNames(name, collation);
  return () => {
    for (const role of ['client', 'results', 'connection']) variables.set(`character_set_${role}`, name);
    if (chosen !== undefined) variables.set('collation_connection', chosen);
  };
}

/** SET CHARACTER SET: literals have the character set of the database (manual, "SET CHARACTER SET Statement"). */
function setCharacterSet({ variables }: SessionState, characterSet: string | undefined): () => undefined {
  const name = characterSet === undefined ? undefined : checkedSet(characterSet);
  return () => {
    for (const role of ['client', 'results']) variables.set(`character_set_${role}`, name);
    variables.set('collation_connection', variables.get('collation_database'));
  };
}

function checkedSet(name: string): string {
  return characterValue('character_set_client', name) ?? name;
}

function setTransaction(setting: Setting, assignment: TransactionAssignment): undefined {
  const scope = assignment.scope === 'GLOBAL' ? 'GLOBAL' : 'SESSION';
  if (assignment.isolation !== undefined) {
    setSystem(setting, scope, 'transaction_isolation', assignment.isolation.replaceAll(' ', '-'));
  }
  if (assignment.readOnly !== undefined) {
    setSystem(setting, scope, 'transaction_read_only', assignment.readOnly ? 1 : 0);
  }
}
