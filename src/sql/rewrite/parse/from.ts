import type { Join, TableExpression } from '../ast.ts';
import { chainMax, notSupported, readExpression, readSubquery, type Cursor } from './cursor.ts';
import { readAlias, readNameList, readTableName } from './names.ts';
import { isSubqueryAhead } from './lookahead.ts';

/** The tables after FROM. `FROM DUAL` is no table. */
export function readFrom(cursor: Cursor): readonly TableExpression[] {
  if (cursor.isWord('DUAL') && !cursor.isOperator('.', 1)) {
    cursor.next();
    return [];
  }
  return cursor.list(() => readJoined(cursor));
}

/** A table reference with its joins, which bind tighter than commas. */
export function readJoined(cursor: Cursor): TableExpression {
  let left = cursor.nested(() => readFactor(cursor));
  for (let length = 0; ; length++) {
    if (length > chainMax) notSupported(`a join of more than ${chainMax} tables`);
    const join = readJoin(cursor, left);
    if (join === undefined) return left;
    left = join;
  }
}

function readJoin(cursor: Cursor, left: TableExpression): Join | undefined {
  const kind = readJoinWords(cursor);
  if (kind === undefined) return undefined;
  const right = kind.natural ? cursor.nested(() => readFactor(cursor)) : readRight(cursor);
  const base = { kind: 'join', ...kind, left, right } as const;
  if (kind.natural) return { ...base, on: undefined, using: [] };
  if (cursor.acceptWord('ON')) return { ...base, on: readExpression(cursor), using: [] };
  if (cursor.acceptWord('USING')) return { ...base, on: undefined, using: readNameList(cursor) };
  if (kind.type !== 'INNER') return cursor.fail();
  return crossJoin(left, right);
}

/** A join without a condition. MySQL reads `a JOIN b JOIN c ON …` from the left, though b JOIN c is reduced first. */
function crossJoin(left: TableExpression, right: TableExpression): Join {
  if (right.kind === 'join') return { ...right, left: crossJoin(left, right.left) };
  return { kind: 'join', type: 'INNER', natural: false, left, right, on: undefined, using: [] };
}

/** `a JOIN b JOIN c ON … ON …`: a join whose right side is itself a join, which its second ON closes. */
function readRight(cursor: Cursor): TableExpression {
  let right = cursor.nested(() => readFactor(cursor));
  while (isJoinAhead(cursor)) {
    const join = cursor.nested(() => readJoin(cursor, right));
    if (join === undefined) break;
    right = join;
  }
  return right;
}

function isJoinAhead(cursor: Cursor): boolean {
  return cursor.isWord('JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'NATURAL', 'STRAIGHT_JOIN');
}

function readJoinWords(cursor: Cursor): Readonly<Pick<Join, 'type' | 'natural'>> | undefined {
  const natural = cursor.acceptWord('NATURAL') !== undefined;
  const word = cursor.acceptWord('INNER', 'CROSS', 'LEFT', 'RIGHT', 'STRAIGHT_JOIN');
  if (cursor.isWord('FULL') && cursor.isWordAt(1, 'JOIN', 'OUTER')) notSupported('FULL JOIN');
  const type = word === 'LEFT' || word === 'RIGHT' ? word : 'INNER';
  if (word === 'STRAIGHT_JOIN') return { type, natural };
  if (type !== 'INNER') cursor.acceptWord('OUTER');
  if (word === undefined && !natural && !cursor.isWord('JOIN')) return undefined;
  cursor.expectWord('JOIN');
  return { type, natural };
}

function readFactor(cursor: Cursor): TableExpression {
  if (cursor.isWord('LATERAL')) {
    cursor.next();
    return readDerived(cursor, true);
  }
  if (isSubqueryAhead(cursor) && isDerived(cursor)) return readDerived(cursor, false);
  if (cursor.acceptOperator('(')) {
    let inside = readJoined(cursor);
    while (cursor.acceptOperator(',')) {
      const right = readJoined(cursor);
      inside = { kind: 'join', type: 'INNER', natural: false, left: inside, right, on: undefined, using: [] };
    }
    cursor.expectOperator(')');
    return inside;
  }
  if (cursor.acceptOperator('{')) return readOdbcJoin(cursor);
  return readTable(cursor);
}

/** `((SELECT …) a JOIN b)` opens with the parentheses of a join, `((SELECT …)) a` with those of a query. */
function isDerived(cursor: Cursor): boolean {
  if (!cursor.isOperator('(', 1)) return true;
  let depth = 0;
  for (let ahead = 1; cursor.peek(ahead).kind !== 'end'; ahead++) {
    if (cursor.isOperator('(', ahead)) depth += 1;
    if (cursor.isOperator(')', ahead)) depth -= 1;
    if (depth > 0) continue;
    const after = cursor.peek(ahead + 1);
    return (
      (after.kind === 'operator' && after.text === ')') ||
      (after.kind === 'word' && ['UNION', 'EXCEPT', 'INTERSECT', 'ORDER', 'LIMIT'].includes(after.upper))
    );
  }
  return false;
}

function readOdbcJoin(cursor: Cursor): TableExpression {
  if (cursor.next().upper !== 'OJ') return cursor.fail();
  const inside = readJoined(cursor);
  cursor.expectOperator('}');
  return inside;
}

function readDerived(cursor: Cursor, lateral: boolean): TableExpression {
  const query = readSubquery(cursor);
  const alias = readAlias(cursor);
  if (alias === undefined) return cursor.fail();
  return { kind: 'derived', query, alias, columns: readNameList(cursor), lateral };
}

function readTable(cursor: Cursor): TableExpression {
  const { database, name } = readTableName(cursor);
  if (cursor.isOperator('(')) notSupported(`the table function '${name}'`);
  if (cursor.isWord('PARTITION') && cursor.isOperator('(', 1))
    notSupported('selection of partitions in FROM');
  const alias = readAlias(cursor);
  readIndexHints(cursor);
  return { kind: 'table', database, name, alias };
}

/** USE|FORCE|IGNORE INDEX|KEY [FOR …] (names): advice to MySQL's optimizer. */
function readIndexHints(cursor: Cursor): void {
  while (cursor.isWord('USE', 'FORCE', 'IGNORE') && cursor.isWordAt(1, 'INDEX', 'KEY')) {
    cursor.next();
    cursor.next();
    if (cursor.acceptWord('FOR') && !cursor.acceptWord('JOIN')) {
      cursor.expectWord('ORDER', 'GROUP');
      cursor.expectWord('BY');
    }
    cursor.expectOperator('(');
    while (!cursor.acceptOperator(')')) {
      if (cursor.isAtEnd) cursor.fail();
      cursor.next();
    }
    cursor.acceptOperator(',');
  }
}
