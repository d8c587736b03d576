import { duckdbName } from '../../../sql/duckdb-quote.ts';
import { notYet } from '../../../sql/not-yet.ts';
import { tokenize } from '../../../sql/lexer.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import type { StatementScope } from '../statement/scope.ts';
import { lexingOf } from '../translation/sql-mode.ts';
import { autoColumn } from './auto-increment.ts';
import type { ReadyInsert } from './ready-insert.ts';
import { newRows, rowNumber } from './staging.ts';

/** Call before the staged rows are inserted, of which `where` leaves some out. */
export async function noteInserted(scope: StatementScope, ready: ReadyInsert, where: string): Promise<void> {
  const column = autoColumn(ready.table);
  if (column === undefined) return;
  const { first, count } = ready.generated;
  const ids = scope.insertIds;
  if (first !== 0n && where === '' && !ready.statement.ignore) {
    ids.generated ||= first;
    return;
  }
  const name = duckdbName(column.name);
  const isGenerated = `${name} >= ${first} AND ${name} < ${first + count}`;
  const [found] = await scope.connection.facts(
    `SELECT CAST(min(${name}) FILTER (WHERE ${isGenerated}) AS VARCHAR), CAST(arg_max(${name}, ${rowNumber}) AS VARCHAR) ` +
      `FROM ${newRows} ${where}`,
  );
  const [generated = null, last = null] = found ?? [];
  if (first !== 0n && generated !== null) ids.generated ||= wholeOf(generated);
  if (last !== null) ids.given = wholeOf(last);
}

/** Call when staged `rows` have taken the place of others, as ON DUPLICATE KEY UPDATE has it. */
export async function noteUpdated(scope: StatementScope, table: StoredTable, rows: string): Promise<void> {
  const column = autoColumn(table);
  if (column === undefined) return;
  const last = await scope.connection.fact(
    `SELECT CAST(arg_max(${duckdbName(column.name)}, ${rowNumber}) AS VARCHAR) FROM ${rows}`,
  );
  if (last !== null) scope.insertIds.given = wholeOf(last);
}

type Assignment = Readonly<{ expression: string }>;

/** The assignments with what stands in `LAST_INSERT_ID(…)`, and the place of the last of them; below 0 without one. */
export function settingInsertId<A extends Assignment>(
  scope: StatementScope,
  assignments: readonly A[],
): Readonly<{ assignments: readonly A[]; place: number }> {
  const inner = assignments.map(({ expression }) => argumentOf(scope, expression));
  return {
    assignments: assignments.map((assignment, index) => {
      const argument = inner[index];
      return argument === undefined
        ? assignment
        : { ...assignment, expression: `CAST((${argument}) AS UNSIGNED)` };
    }),
    place: inner.findLastIndex((argument) => argument !== undefined),
  };
}

/** Of an expression that is nothing else than `LAST_INSERT_ID(argument)`. */
function argumentOf(scope: StatementScope, expression: string): string | undefined {
  if (!/^\s*LAST_INSERT_ID\s*\(/i.test(expression)) return undefined;
  const tokens = tokenize(expression, lexingOf(scope.sqlMode));
  let depth = 0;
  const end = tokens.findIndex(({ text }) => {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    return text === ')' && depth === 0;
  });
  const isWhole = tokens.slice(end + 1).every(({ text }) => text === '');
  if (end < 3 || !isWhole) return undefined;
  return expression.slice(tokens[1]?.end, tokens[end]?.start);
}

/** Takes the value of the last of `rows` as that of LAST_INSERT_ID(expression). */
export async function noteSet(scope: StatementScope, rows: string, column: string): Promise<void> {
  const value = await scope.connection.fact(
    `SELECT CAST(${column} AS VARCHAR) FROM ${rows} ORDER BY rowid DESC LIMIT 1`,
  );
  if (value !== null) scope.insertIds.set = wholeOf(value);
}

/** Takes a computed value as that of LAST_INSERT_ID(expression). */
export function noteComputed(scope: StatementScope, value: string | Uint8Array | null): void {
  if (typeof value !== 'string') throw notYet('LAST_INSERT_ID of NULL');
  scope.insertIds.set = wholeOf(value);
}

function wholeOf(value: unknown): bigint {
  const [digits = '0'] = String(value).split('.');
  return BigInt(digits);
}
