import type { Join, TableExpression } from '../ast.ts';
import { notSupported } from '../not-supported.ts';
import { chainMax, readExpression, readSubquery, type QueryReader } from './query-reader.ts';
import { readJsonTable } from './json-table.ts';
import { readAlias, readNameList, readTableName } from './names.ts';
import { isSubqueryAhead } from './lookahead.ts';

/** The tables after FROM. `FROM DUAL` is no table. */
export function readFrom(reader: QueryReader): readonly TableExpression[] {
  if (reader.isWord('DUAL') && !reader.isOperator('.', 1)) {
    reader.next();
    return [];
  }
  return reader.list(() => readJoined(reader));
}

/** A table reference with its joins, which bind tighter than commas. */
function readJoined(reader: QueryReader): TableExpression {
  let left = reader.nested(() => readFactor(reader));
  for (let length = 0; ; length++) {
    if (length > chainMax) notSupported(`a join of more than ${chainMax} tables`);
    const join = readJoin(reader, left);
    if (join === undefined) return left;
    left = join;
  }
}

function readJoin(reader: QueryReader, left: TableExpression): Join | undefined {
  const kind = readJoinWords(reader);
  if (kind === undefined) return undefined;
  const right = kind.natural ? reader.nested(() => readFactor(reader)) : readRight(reader);
  const base = { kind: 'join', ...kind, left, right } as const;
  if (kind.natural) return { ...base, on: undefined, using: [] };
  if (reader.accept('ON')) return { ...base, on: readExpression(reader), using: [] };
  if (reader.accept('USING')) return { ...base, on: undefined, using: readNameList(reader) };
  if (kind.type !== 'INNER') return reader.fail();
  return crossJoin(left, right);
}

/** A join without a condition. MySQL reads `a JOIN b JOIN c ON …` from the left, though b JOIN c is reduced first. */
function crossJoin(left: TableExpression, right: TableExpression): Join {
  if (right.kind === 'join') return { ...right, left: crossJoin(left, right.left) };
  return { kind: 'join', type: 'INNER', natural: false, left, right, on: undefined, using: [] };
}

/** `a JOIN b JOIN c ON … ON …`: a join whose right side is itself a join, which its second ON closes. */
function readRight(reader: QueryReader): TableExpression {
  let right = reader.nested(() => readFactor(reader));
  while (isJoinAhead(reader)) {
    const join = reader.nested(() => readJoin(reader, right));
    if (join === undefined) break;
    right = join;
  }
  return right;
}

function isJoinAhead(reader: QueryReader): boolean {
  return reader.isWord('JOIN', 'INNER', 'CROSS', 'LEFT', 'RIGHT', 'NATURAL', 'STRAIGHT_JOIN');
}

function readJoinWords(reader: QueryReader): Readonly<Pick<Join, 'type' | 'natural'>> | undefined {
  const natural = reader.accept('NATURAL');
  const word = reader.acceptOneOf('INNER', 'CROSS', 'LEFT', 'RIGHT', 'STRAIGHT_JOIN');
  if (reader.isWord('FULL') && reader.isWordAt(1, 'JOIN', 'OUTER')) notSupported('FULL JOIN');
  const type = word === 'LEFT' || word === 'RIGHT' ? word : 'INNER';
  if (word === 'STRAIGHT_JOIN') return { type, natural };
  if (type !== 'INNER') reader.accept('OUTER');
  if (word === undefined && !natural && !reader.isWord('JOIN')) return undefined;
  reader.expect('JOIN');
  return { type, natural };
}

function readFactor(reader: QueryReader): TableExpression {
  if (reader.isWord('LATERAL')) {
    reader.next();
    return readDerived(reader, true);
  }
  if (reader.isWord('JSON_TABLE') && reader.isOperator('(', 1)) return readJsonTable(reader);
  if (isSubqueryAhead(reader)) return readDerived(reader, false);
  if (reader.acceptOperator('(')) {
    let inside = readJoined(reader);
    while (reader.acceptOperator(',')) {
      const right = readJoined(reader);
      inside = { kind: 'join', type: 'INNER', natural: false, left: inside, right, on: undefined, using: [] };
    }
    reader.expectOperator(')');
    return inside;
  }
  if (reader.acceptOperator('{')) return readOdbcJoin(reader);
  return readTable(reader);
}

function readOdbcJoin(reader: QueryReader): TableExpression {
  if (reader.next().upper !== 'OJ') return reader.fail();
  const inside = readJoined(reader);
  reader.expectOperator('}');
  return inside;
}

function readDerived(reader: QueryReader, lateral: boolean): TableExpression {
  const query = readSubquery(reader);
  const alias = readAlias(reader);
  if (alias === undefined) return reader.fail();
  return { kind: 'derived', query, alias, columns: readNameList(reader), lateral };
}

function readTable(reader: QueryReader): TableExpression {
  const { database, name } = readTableName(reader);
  if (reader.isOperator('(')) notSupported(`the table function '${name}'`);
  if (reader.isWord('PARTITION') && reader.isOperator('(', 1))
    notSupported('selection of partitions in FROM');
  const alias = readAlias(reader);
  readIndexHints(reader);
  return { kind: 'table', database, name, alias };
}

/** USE|FORCE|IGNORE INDEX|KEY [FOR …] (names): advice to MySQL's optimizer. */
function readIndexHints(reader: QueryReader): void {
  while (reader.isWord('USE', 'FORCE', 'IGNORE') && reader.isWordAt(1, 'INDEX', 'KEY')) {
    reader.next();
    reader.next();
    if (reader.accept('FOR') && !reader.accept('JOIN')) {
      reader.expectOneOf('ORDER', 'GROUP');
      reader.expect('BY');
    }
    reader.expectOperator('(');
    while (!reader.acceptOperator(')')) {
      if (reader.isAtEnd) reader.fail();
      reader.next();
    }
    reader.acceptOperator(',');
  }
}
