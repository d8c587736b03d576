import type { QueryReader } from './query-reader.ts';

/** True when `(` and a query follow, behind any number of further parentheses. */
export function isSubqueryAhead(reader: QueryReader): boolean {
  let ahead = 0;
  while (reader.isOperator('(', ahead)) ahead += 1;
  if (ahead === 0) return false;
  return reader.isWordAt(ahead, 'SELECT', 'WITH') || isValuesAt(reader, ahead);
}

function isValuesAt(reader: QueryReader, ahead: number): boolean {
  return reader.isWordAt(ahead, 'VALUES') && reader.isWordAt(ahead + 1, 'ROW');
}

/** INTERVAL begins an amount of time unless it is the function INTERVAL(n, a, b …), which has a comma. */
export function isIntervalAhead(reader: QueryReader): boolean {
  if (!reader.isWord('INTERVAL')) return false;
  if (!reader.isOperator('(', 1)) return true;
  let depth = 0;
  for (let ahead = 1; reader.peek(ahead).kind !== 'end'; ahead++) {
    if (reader.isOperator('(', ahead)) depth += 1;
    if (reader.isOperator(')', ahead)) depth -= 1;
    if (reader.isOperator(',', ahead) && depth === 1) return false;
    if (depth === 0) return true;
  }
  return true;
}
