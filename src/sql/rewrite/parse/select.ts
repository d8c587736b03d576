import type { Token } from '../../token.ts';
import type { Expression, Select, SelectItem } from '../ast.ts';
import { notSupported, readExpression, type Cursor } from './cursor.ts';
import { readFrom } from './from.ts';
import { readAlias, readName } from './names.ts';
import { readWindow } from './window.ts';

/** Words that steer MySQL's optimizer or cache and mean nothing here. */
const options: readonly string[] = [
  'ALL',
  'HIGH_PRIORITY',
  'STRAIGHT_JOIN',
  'SQL_SMALL_RESULT',
  'SQL_BIG_RESULT',
  'SQL_BUFFER_RESULT',
  'SQL_NO_CACHE',
  'SQL_CACHE',
];

/** SELECT up to its HAVING and WINDOW clauses; ORDER BY and LIMIT belong to the query around it. */
export function readSelect(cursor: Cursor): Select {
  cursor.expectWord('SELECT');
  const { distinct, calcFoundRows } = readOptions(cursor);
  const items = cursor.list(() => readItem(cursor));
  if (cursor.isWord('INTO')) notSupported('SELECT … INTO');
  const from = cursor.acceptWord('FROM') ? readFrom(cursor) : [];
  const where = cursor.acceptWord('WHERE') ? readExpression(cursor) : undefined;
  const groupBy = cursor.acceptPhrase('GROUP', 'BY') ? cursor.list(() => readGroupItem(cursor)) : [];
  const rollup = cursor.acceptPhrase('WITH', 'ROLLUP');
  const having = cursor.acceptWord('HAVING') ? readExpression(cursor) : undefined;
  const windows = cursor.acceptWord('WINDOW') ? cursor.list(() => readNamedWindow(cursor)) : [];
  return { kind: 'select', distinct, calcFoundRows, items, from, where, groupBy, rollup, having, windows };
}

function readOptions(cursor: Cursor): Readonly<{ distinct: boolean; calcFoundRows: boolean }> {
  let distinct = false;
  let calcFoundRows = false;
  for (;;) {
    if (cursor.acceptWord('DISTINCT', 'DISTINCTROW')) distinct = true;
    else if (cursor.acceptWord('SQL_CALC_FOUND_ROWS')) calcFoundRows = true;
    else if (!cursor.acceptWord(...options)) return { distinct, calcFoundRows };
  }
}

function readItem(cursor: Cursor): SelectItem {
  const first = cursor.peek();
  const expression = readExpression(cursor);
  const text = nameOf(expression, first, cursor.writtenFrom(first.start));
  const alias = expression.kind === 'star' ? undefined : readAlias(cursor);
  return { expression, alias, text };
}

/**
 * MySQL's name of an item without alias: its text; a string's is its value up to the next of joined strings, without
 * the blanks in front.
 */
function nameOf(expression: Expression, first: Token, written: string): string {
  if (expression.kind === 'null' || expression.kind === 'boolean') return written.toUpperCase();
  const isString = expression.kind === 'string' && first.kind === 'string' && written !== '?';
  return isString ? first.value.trimStart() : written;
}

/** MariaDB and MySQL 5.7 took a direction here; it has no effect on the groups. */
function readGroupItem(cursor: Cursor): Expression {
  const expression = readExpression(cursor);
  cursor.acceptWord('ASC', 'DESC');
  return expression;
}

function readNamedWindow(cursor: Cursor): Select['windows'][number] {
  const name = readName(cursor);
  cursor.expectWord('AS');
  return { name, window: readWindow(cursor) };
}
