import type { Expression, Frame, FrameBound, Window } from '../ast.ts';
import { notSupported } from '../not-supported.ts';
import { readExpression, readParameter, type QueryReader } from './query-reader.ts';
import { isName, readName } from './names.ts';
import { readOrderItems } from './order.ts';
import { readUnit } from './units.ts';

/** What follows OVER: a name, or a specification in parentheses. */
export function readOver(reader: QueryReader): Window {
  if (reader.isOperator('(')) return readWindow(reader);
  return { name: readName(reader), partitionBy: [], orderBy: [], frame: undefined };
}

/** `( [name] [PARTITION BY …] [ORDER BY …] [frame] )`. */
export function readWindow(reader: QueryReader): Window {
  reader.expectOperator('(');
  const name = isName(reader.peek()) ? readName(reader) : undefined;
  const partitionBy = reader.accept('PARTITION', 'BY') ? reader.list(() => readExpression(reader)) : [];
  const orderBy = reader.accept('ORDER', 'BY') ? readOrderItems(reader) : [];
  const unit = reader.acceptOneOf('ROWS', 'RANGE');
  if (reader.isWord('GROUPS')) notSupported('a window frame in GROUPS');
  const frame = unit === undefined ? undefined : readFrame(reader, unit);
  reader.expectOperator(')');
  return { name, partitionBy, orderBy, frame };
}

function readFrame(reader: QueryReader, unit: 'ROWS' | 'RANGE'): Frame {
  if (!reader.accept('BETWEEN')) return { unit, start: readBound(reader, sidesOfStart), end: undefined };
  const start = readBound(reader, sidesOfBoth);
  reader.expect('AND');
  return { unit, start, end: readBound(reader, sidesOfBoth) };
}

const sidesOfStart = ['PRECEDING'] as const;
const sidesOfBoth = ['PRECEDING', 'FOLLOWING'] as const;

function readBound(reader: QueryReader, sides: typeof sidesOfStart | typeof sidesOfBoth): FrameBound {
  if (reader.accept('CURRENT', 'ROW')) return { kind: 'current' };
  let amount;
  let unit;
  if (!reader.accept('UNBOUNDED')) {
    if (reader.accept('INTERVAL')) {
      amount = readExpression(reader);
      unit = readUnit(reader);
    } else {
      amount = readAmount(reader);
    }
  }
  const side = reader.expectOneOf(...sides);
  return { kind: side === 'PRECEDING' ? 'preceding' : 'following', amount, unit };
}

/** How far: a number or a parameter. */
function readAmount(reader: QueryReader): Expression {
  const token = reader.peek();
  if (token.kind === 'parameter') return readParameter(reader);
  if (token.kind !== 'number') return reader.fail();
  reader.next();
  return { kind: 'number', text: token.value };
}
