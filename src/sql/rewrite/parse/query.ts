import type { CommonTable, Expression, Limit, Query, QueryBody } from '../ast.ts';
import { chainMax, notSupported, readExpression, readQuery, type Cursor } from './cursor.ts';
import { readName, readNameList } from './names.ts';
import { readOrderItems } from './order.ts';
import { readSelect } from './select.ts';

/** A query expression: WITH, bodies joined by UNION and the like, ORDER BY, LIMIT, locking. */
export function queryRule(cursor: Cursor): Query {
  const hasWith = cursor.acceptWord('WITH') !== undefined;
  const recursive = hasWith && cursor.acceptWord('RECURSIVE') !== undefined;
  const tables = hasWith ? cursor.list(() => readCommonTable(cursor)) : [];
  const body = readBody(cursor);
  const orderBy = cursor.acceptPhrase('ORDER', 'BY') ? readOrderItems(cursor) : [];
  const limit = readLimit(cursor);
  readTail(cursor);
  return { recursive, with: tables, body, orderBy, limit };
}

function readCommonTable(cursor: Cursor): CommonTable {
  const name = readName(cursor);
  const columns = readNameList(cursor);
  cursor.expectWord('AS');
  cursor.expectOperator('(');
  const query = readQuery(cursor);
  cursor.expectOperator(')');
  return { name, columns, query };
}

function readBody(cursor: Cursor): QueryBody {
  let left = readIntersection(cursor);
  for (let length = 0; cursor.isWord('UNION', 'EXCEPT', 'MINUS'); length++) {
    if (length > chainMax) notSupported(`a union of more than ${chainMax} queries`);
    const operator = cursor.next().upper === 'UNION' ? 'UNION' : 'EXCEPT';
    const all = cursor.acceptWord('ALL') !== undefined;
    if (!all) cursor.acceptWord('DISTINCT');
    left = { kind: 'set', operator, all, left, right: readIntersection(cursor) };
  }
  return left;
}

function readIntersection(cursor: Cursor): QueryBody {
  let left = readPrimary(cursor);
  for (let length = 0; cursor.acceptWord('INTERSECT'); length++) {
    if (length > chainMax) notSupported(`an intersection of more than ${chainMax} queries`);
    const all = cursor.acceptWord('ALL') !== undefined;
    if (!all) cursor.acceptWord('DISTINCT');
    left = { kind: 'set', operator: 'INTERSECT', all, left, right: readPrimary(cursor) };
  }
  return left;
}

function readPrimary(cursor: Cursor): QueryBody {
  if (cursor.acceptOperator('(')) {
    const query = readQuery(cursor);
    cursor.expectOperator(')');
    return { kind: 'nested', query };
  }
  if (cursor.acceptWord('VALUES')) return { kind: 'values', rows: cursor.list(() => readRow(cursor)) };
  if (cursor.isWord('TABLE')) notSupported('the TABLE statement', 'Write SELECT * FROM the table instead.');
  return readSelect(cursor);
}

function readRow(cursor: Cursor): readonly Expression[] {
  cursor.acceptWord('ROW');
  cursor.expectOperator('(');
  const items = cursor.list(() => readExpression(cursor));
  cursor.expectOperator(')');
  return items;
}

/** `LIMIT n`, `LIMIT offset, n`, `LIMIT n OFFSET offset`. */
function readLimit(cursor: Cursor): Limit | undefined {
  if (cursor.acceptWord('LIMIT') === undefined) return undefined;
  const first = readLimitNumber(cursor);
  if (cursor.acceptOperator(',')) return { count: readLimitNumber(cursor), offset: first };
  if (cursor.acceptWord('OFFSET')) return { count: first, offset: readLimitNumber(cursor) };
  return { count: first, offset: undefined };
}

function readLimitNumber(cursor: Cursor): Expression {
  const token = cursor.peek();
  if (token.kind === 'parameter') return cursor.readParameter();
  if (token.kind !== 'number' || !/^\d{1,20}$/.test(token.value)) return cursor.fail();
  cursor.next();
  return { kind: 'number', text: token.value };
}

/** Locks do nothing in an engine of snapshots; writing into files and variables is refused. */
function readTail(cursor: Cursor): void {
  for (;;) {
    if (cursor.isWord('INTO')) notSupported('SELECT … INTO');
    if (cursor.isWord('PROCEDURE')) notSupported('PROCEDURE ANALYSE');
    if (cursor.acceptPhrase('LOCK', 'IN', 'SHARE', 'MODE')) continue;
    if (cursor.isWord('FOR') && cursor.isWordAt(1, 'UPDATE', 'SHARE')) {
      cursor.next();
      cursor.next();
      if (cursor.acceptWord('OF')) cursor.list(() => readName(cursor));
      if (!cursor.acceptPhrase('SKIP', 'LOCKED')) cursor.acceptWord('NOWAIT');
      continue;
    }
    return;
  }
}
