import type { QueryReader } from './query-reader.ts';

/**
 * True when `(` and a query follow, behind any number of further parentheses, which are those of a query as well:
 * `((SELECT 1) + 1)` opens with those of an expression, `((SELECT …) a JOIN b)` with those of a join.
 */
export function isSubqueryAhead(reader: QueryReader): boolean {
  let opened = 0;
  while (reader.isOperator('(', opened)) opened += 1;
  const isQuery = reader.isWordAt(opened, 'SELECT', 'WITH', 'TABLE') || isValuesAt(reader, opened);
  return opened > 0 && isQuery && (opened === 1 || areOfQuery(reader, opened));
}

/** Whether each of the parentheses that are `opened` ends where a query may end or go on. */
function areOfQuery(reader: QueryReader, opened: number): boolean {
  let depth = opened;
  for (let ahead = opened; reader.peek(ahead).kind !== 'end'; ahead++) {
    if (reader.isOperator('(', ahead)) depth += 1;
    if (!reader.isOperator(')', ahead)) continue;
    depth -= 1;
    if (depth >= opened) continue;
    opened = depth;
    if (opened === 0) return true;
    if (!reader.isOperator(')', ahead + 1) && !reader.isWordAt(ahead + 1, ...continuations)) return false;
  }
  return false;
}

const continuations = ['UNION', 'EXCEPT', 'MINUS', 'INTERSECT', 'ORDER', 'LIMIT', 'FOR', 'LOCK'] as const;

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
