import type { Cursor } from './cursor.ts';

/** True when `(` and a query follow, behind any number of further parentheses. */
export function isSubqueryAhead(cursor: Cursor): boolean {
  let ahead = 0;
  while (cursor.isOperator('(', ahead)) ahead += 1;
  if (ahead === 0) return false;
  return cursor.isWordAt(ahead, 'SELECT', 'WITH') || isValuesAt(cursor, ahead);
}

function isValuesAt(cursor: Cursor, ahead: number): boolean {
  return cursor.isWordAt(ahead, 'VALUES') && cursor.isWordAt(ahead + 1, 'ROW');
}

/** INTERVAL begins an amount of time unless it is the function INTERVAL(n, a, b …), which has a comma. */
export function isIntervalAhead(cursor: Cursor): boolean {
  if (!cursor.isWord('INTERVAL')) return false;
  if (!cursor.isOperator('(', 1)) return true;
  let depth = 0;
  for (let ahead = 1; cursor.peek(ahead).kind !== 'end'; ahead++) {
    if (cursor.isOperator('(', ahead)) depth += 1;
    if (cursor.isOperator(')', ahead)) depth -= 1;
    if (cursor.isOperator(',', ahead) && depth === 1) return false;
    if (depth === 0) return true;
  }
  return true;
}
