import { keptValue } from '../../../base/cells.ts';
import { integerColumn } from '../../../base/rows.ts';
import { tokenize } from '../../../sql/lexer.ts';
import { quoteName } from '../../../sql/quote.ts';
import { assignmentInExpression } from '../../../sql/rewrite/text-warning.ts';
import type { Token } from '../../../sql/token.ts';
import { addWarning } from '../../warnings.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';

/** A user variable that counts the rows of an UPDATE in their order. */
type Counter = Readonly<{ name: string; step: bigint }>;

type Assignment = Readonly<{ expression: string }>;

/** The rows that an UPDATE counts: its one table, and what it says behind its assignments. */
export type CountedRows = Readonly<{ table: StoredTable; alias: string; tail: string }>;

/**
 * The assignments of an UPDATE with the number of the row in the place of `@i := @i + 1`, by which rows are numbered anew.
 * Only where their order is known: by ORDER BY without LIMIT, or by the primary key for all rows. Others stay, and are refused.
 */
export function countingAssignments<A extends Assignment>(
  scope: StatementScope,
  assignments: readonly A[],
  rows: CountedRows,
): Readonly<{ assignments: readonly A[]; counters: readonly Counter[] }> {
  const found = assignments.map(({ expression }) => counterOf(scope, expression));
  const order = found.some((counter) => counter !== undefined) ? orderOf(scope, rows) : undefined;
  if (order === undefined) return { assignments, counters: [] };
  return {
    assignments: assignments.map((assignment, index) => {
      const counter = found[index];
      if (counter === undefined) return assignment;
      const { name, step } = counter;
      addWarning(scope.warnings, { level: 'Warning', ...assignmentInExpression });
      const place = `CAST(ROW_NUMBER() OVER (${order}) AS SIGNED)`;
      return { ...assignment, expression: `@${quoteName(name)} + (${step}) * ${place}` };
    }),
    counters: found.flatMap((counter) => counter ?? []),
  };
}

/** Takes the values that the counters have behind the last of so many rows. */
export function keepCounters({ context }: StatementScope, counters: readonly Counter[], rows: number): void {
  if (rows === 0) return;
  for (const { name, step } of counters) {
    const before = context.userVariable(name)?.value ?? null;
    const isWhole = typeof before === 'bigint' || Number.isSafeInteger(before);
    const after = isWhole ? BigInt(before as bigint | number) + step * BigInt(rows) : null;
    context.setUserVariable(name, keptValue(after, integerColumn(name)));
  }
}

/** Of an expression that is nothing else than `@i := @i + step`, with brackets around it or without, over a whole number. */
function counterOf(scope: StatementScope, expression: string): Counter | undefined {
  if (!expression.includes(':=')) return undefined;
  const tokens = unwrapped(
    tokenize(expression, lexingOf(scope.sqlMode)).filter(({ kind }) => kind !== 'end'),
  );
  const [variable, assigned, read, operator, step, more] = tokens;
  const isForm = variable?.kind === 'user_variable' && assigned?.text === ':=' && more === undefined;
  if (!isForm || read?.kind !== 'user_variable' || !sameVariable(read, variable)) return undefined;
  if (operator?.text !== '+' && operator?.text !== '-') return undefined;
  if (step?.kind !== 'number' || !/^\d{1,18}$/.test(step.value)) return undefined;
  const value = scope.context.userVariable(variable.value)?.value ?? null;
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return undefined;
  const size = BigInt(step.value);
  return { name: variable.value, step: operator.text === '+' ? size : -size };
}

function sameVariable(one: Token, other: Token): boolean {
  return one.value.toLowerCase() === other.value.toLowerCase();
}

function unwrapped(tokens: readonly Token[]): readonly Token[] {
  const isWrapped = tokens[0]?.text === '(' && tokens.at(-1)?.text === ')';
  return isWrapped ? unwrapped(tokens.slice(1, -1)) : tokens;
}

/** The ORDER BY clause of the rows' numbers. */
function orderOf(scope: StatementScope, { table, alias, tail }: CountedRows): string | undefined {
  const words = clauseWords(tokenize(tail, lexingOf(scope.sqlMode)));
  const order = words.find(({ upper }) => upper === 'ORDER');
  if (words.some(({ upper }) => upper === 'LIMIT')) return undefined;
  if (order !== undefined) return tail.slice(order.start);
  const { primaryKey } = table.definition;
  if (words.length > 0 || primaryKey === undefined) return undefined;
  return `ORDER BY ${primaryKey.parts.map(({ column }) => `${quoteName(alias)}.${quoteName(column)}`).join(', ')}`;
}

/** The words outside of brackets that begin a clause. */
function clauseWords(tokens: readonly Token[]): readonly Token[] {
  let depth = 0;
  return tokens.filter(({ kind, text, upper }) => {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    return depth === 0 && kind === 'word' && ['WHERE', 'ORDER', 'LIMIT'].includes(upper);
  });
}
