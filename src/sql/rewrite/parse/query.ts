import type { CommonTable, Expression, Limit, Query, QueryBody, Select } from '../ast.ts';
import { notSupported } from '../not-supported.ts';
import { chainMax, readExpression, readParameter, readQuery, type QueryReader } from './query-reader.ts';
import { type QualifiedName, readName, readNameList, readTableName } from './names.ts';
import { readOrderItems } from './order.ts';
import { readSelect } from './select.ts';

/** A query expression: WITH, bodies joined by UNION and the like, ORDER BY, LIMIT, locking. */
export function queryRule(reader: QueryReader): Query {
  const hasWith = reader.accept('WITH');
  const recursive = hasWith && reader.accept('RECURSIVE');
  const tables = hasWith ? reader.list(() => readCommonTable(reader)) : [];
  const body = readBody(reader);
  const orderBy = reader.accept('ORDER', 'BY') ? readOrderItems(reader) : [];
  const limit = readLimit(reader);
  readTail(reader);
  return { recursive, with: tables, body, orderBy, limit };
}

function readCommonTable(reader: QueryReader): CommonTable {
  const name = readName(reader);
  const columns = readNameList(reader);
  reader.expect('AS');
  const query = reader.parenthesized(() => readQuery(reader));
  return { name, columns, query };
}

function readBody(reader: QueryReader): QueryBody {
  let left = readIntersection(reader);
  for (let length = 0; reader.isWord('UNION', 'EXCEPT', 'MINUS'); length++) {
    if (length > chainMax) notSupported(`a union of more than ${chainMax} queries`);
    const operator = reader.next().upper === 'UNION' ? 'UNION' : 'EXCEPT';
    const all = reader.accept('ALL');
    if (!all) reader.accept('DISTINCT');
    left = { kind: 'set', operator, all, left, right: readIntersection(reader) };
  }
  return left;
}

function readIntersection(reader: QueryReader): QueryBody {
  let left = readPrimary(reader);
  for (let length = 0; reader.accept('INTERSECT'); length++) {
    if (length > chainMax) notSupported(`an intersection of more than ${chainMax} queries`);
    const all = reader.accept('ALL');
    if (!all) reader.accept('DISTINCT');
    left = { kind: 'set', operator: 'INTERSECT', all, left, right: readPrimary(reader) };
  }
  return left;
}

function readPrimary(reader: QueryReader): QueryBody {
  if (reader.acceptOperator('(')) {
    const query = readQuery(reader);
    reader.expectOperator(')');
    return { kind: 'nested', query };
  }
  if (reader.accept('VALUES')) return { kind: 'values', rows: reader.list(() => readRow(reader)) };
  if (reader.accept('TABLE')) return wholeTable(readTableName(reader));
  return readSelect(reader);
}

/** `TABLE t` is `SELECT * FROM t` (MySQL manual, "TABLE Statement"). */
function wholeTable({ database, name }: QualifiedName): Select {
  return {
    kind: 'select',
    distinct: false,
    calcFoundRows: false,
    items: [{ expression: { kind: 'star' }, alias: undefined, text: '*' }],
    from: [{ kind: 'table', database, name, alias: undefined }],
    where: undefined,
    groupBy: [],
    rollup: false,
    having: undefined,
    windows: [],
  };
}

function readRow(reader: QueryReader): readonly Expression[] {
  reader.accept('ROW');
  const items = reader.parenthesized(() => reader.list(() => readExpression(reader)));
  return items;
}

/** `LIMIT n`, `LIMIT offset, n`, `LIMIT n OFFSET offset`. */
function readLimit(reader: QueryReader): Limit | undefined {
  if (!reader.accept('LIMIT')) return undefined;
  const first = readLimitNumber(reader);
  if (reader.acceptOperator(',')) return { count: readLimitNumber(reader), offset: first };
  if (reader.accept('OFFSET')) return { count: first, offset: readLimitNumber(reader) };
  return { count: first, offset: undefined };
}

function readLimitNumber(reader: QueryReader): Expression {
  const token = reader.peek();
  if (token.kind === 'parameter') return readParameter(reader);
  if (token.kind !== 'number' || !/^\d{1,20}$/.test(token.value)) return reader.fail();
  reader.next();
  return { kind: 'number', text: token.value };
}

/** Locks do nothing in an engine of snapshots; writing into files and variables is refused. */
function readTail(reader: QueryReader): void {
  for (;;) {
    if (reader.isWord('INTO')) notSupported('SELECT … INTO');
    if (reader.isWord('PROCEDURE')) notSupported('PROCEDURE ANALYSE');
    if (reader.accept('LOCK', 'IN', 'SHARE', 'MODE')) continue;
    if (reader.isWord('FOR') && reader.isWordAt(1, 'UPDATE', 'SHARE')) {
      reader.next();
      reader.next();
      if (reader.accept('OF')) reader.list(() => readName(reader));
      if (!reader.accept('SKIP', 'LOCKED')) reader.accept('NOWAIT');
      continue;
    }
    return;
  }
}
