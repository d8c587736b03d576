import type { Frame, FrameBound, Window } from '../ast.ts';
import { notSupported, readBits, readExpression, type Cursor } from './cursor.ts';
import { isName, readName } from './names.ts';
import { readOrderItems } from './order.ts';
import { readUnit } from './units.ts';

/** What follows OVER: a name, or a specification in parentheses. */
export function readOver(cursor: Cursor): Window {
  if (cursor.isOperator('(')) return readWindow(cursor);
  return { name: readName(cursor), partitionBy: [], orderBy: [], frame: undefined };
}

/** `( [name] [PARTITION BY …] [ORDER BY …] [frame] )`. */
export function readWindow(cursor: Cursor): Window {
  cursor.expectOperator('(');
  const name = isName(cursor.peek()) ? readName(cursor) : undefined;
  const partitionBy = cursor.acceptPhrase('PARTITION', 'BY') ? cursor.list(() => readExpression(cursor)) : [];
  const orderBy = cursor.acceptPhrase('ORDER', 'BY') ? readOrderItems(cursor) : [];
  const unit = cursor.acceptWord('ROWS', 'RANGE');
  if (cursor.isWord('GROUPS')) notSupported('a window frame in GROUPS');
  const frame = unit === undefined ? undefined : readFrame(cursor, unit === 'ROWS' ? 'ROWS' : 'RANGE');
  cursor.expectOperator(')');
  return { name, partitionBy, orderBy, frame };
}

function readFrame(cursor: Cursor, unit: 'ROWS' | 'RANGE'): Frame {
  if (cursor.acceptWord('BETWEEN') === undefined) return { unit, start: readBound(cursor), end: undefined };
  const start = readBound(cursor);
  cursor.expectWord('AND');
  return { unit, start, end: readBound(cursor) };
}

function readBound(cursor: Cursor): FrameBound {
  if (cursor.acceptPhrase('CURRENT', 'ROW')) return { kind: 'current' };
  let amount;
  let unit;
  if (cursor.acceptWord('UNBOUNDED') === undefined) {
    if (cursor.acceptWord('INTERVAL')) {
      amount = readExpression(cursor);
      unit = readUnit(cursor);
    } else {
      amount = readBits(cursor);
    }
  }
  const side = cursor.expectWord('PRECEDING', 'FOLLOWING');
  return { kind: side === 'PRECEDING' ? 'preceding' : 'following', amount, unit };
}
