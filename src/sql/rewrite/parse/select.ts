import type { Token } from '../../token.ts';
import type { Expression, Select, SelectItem } from '../ast.ts';
import { withoutAssignments } from '../assignments.ts';
import { notSupported } from '../not-supported.ts';
import { noteDeprecated, readExpression, writtenFrom, type QueryReader } from './query-reader.ts';
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
export function readSelect(reader: QueryReader): Select {
  reader.expect('SELECT');
  const { distinct, calcFoundRows } = readOptions(reader);
  const items = reader.list(() => readItem(reader));
  if (reader.isWord('INTO')) notSupported('SELECT … INTO');
  const from = reader.accept('FROM') ? readFrom(reader) : [];
  const where = reader.accept('WHERE') ? readExpression(reader) : undefined;
  const groupBy = reader.accept('GROUP', 'BY') ? reader.list(() => readGroupItem(reader)) : [];
  const rollup = reader.accept('WITH', 'ROLLUP');
  const having = reader.accept('HAVING') ? readExpression(reader) : undefined;
  const windows = reader.accept('WINDOW') ? reader.list(() => readNamedWindow(reader)) : [];
  const clauses = { from, where, groupBy, rollup, having, windows };
  return withoutAssignments({ kind: 'select', distinct, calcFoundRows, items, ...clauses });
}

function readOptions(reader: QueryReader): Readonly<{ distinct: boolean; calcFoundRows: boolean }> {
  let distinct = false;
  let calcFoundRows = false;
  for (;;) {
    if (reader.acceptOneOf('DISTINCT', 'DISTINCTROW')) distinct = true;
    else if (reader.accept('SQL_CALC_FOUND_ROWS')) {
      calcFoundRows = true;
      noteDeprecated(reader, 'SQL_CALC_FOUND_ROWS', 'Consider using two separate queries instead.');
    } else if (!reader.acceptOneOf(...options)) return { distinct, calcFoundRows };
  }
}

function readItem(reader: QueryReader): SelectItem {
  const first = reader.peek();
  const expression = readExpression(reader);
  const text = nameOf(expression, first, writtenFrom(reader, first.start));
  const alias = expression.kind === 'star' ? undefined : readAlias(reader);
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
function readGroupItem(reader: QueryReader): Expression {
  const expression = readExpression(reader);
  reader.acceptOneOf('ASC', 'DESC');
  return expression;
}

function readNamedWindow(reader: QueryReader): Select['windows'][number] {
  const name = readName(reader);
  reader.expect('AS');
  return { name, window: readWindow(reader) };
}
