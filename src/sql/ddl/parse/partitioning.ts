import type { ColumnDefinition, PartitionDefinition, Partitioning } from '../definition.ts';
import { notYet } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { canonicalText, parseExpression } from './expression.ts';
import { parsePartitions } from './partition-definition.ts';

/**
 * partitioning := PARTITION BY (hash | range | starrocks)
 *
 * `columns` are those of the table, which tell the form of the bounds of START … END … EVERY.
 */
export function parsePartitioning(cursor: Cursor, columns: readonly ColumnDefinition[]): Partitioning {
  cursor.expect('PARTITION', 'BY');
  if (cursor.isWord('LINEAR', 'HASH', 'KEY')) return parseHash(cursor, columns);
  if (cursor.isWord('RANGE', 'LIST')) return parseRange(cursor, columns);
  return parseStarRocksExpression(cursor);
}

/** hash := [LINEAR] (HASH ( expression ) | KEY [ALGORITHM = n] ( [columns] )) [PARTITIONS n] [( partitions )] */
function parseHash(cursor: Cursor, tableColumns: readonly ColumnDefinition[]): Partitioning {
  const linear = cursor.take('LINEAR') ? 'LINEAR ' : '';
  const kind = cursor.expectOneOf('HASH', 'KEY') === 'HASH' ? 'HASH' : 'KEY';
  const spelling = `${linear}${kind}`;
  if (kind === 'KEY' && cursor.take('ALGORITHM')) {
    cursor.takeOperator('=');
    cursor.integer();
  }
  const by = kind === 'HASH' ? hashExpression(cursor) : { columns: keyColumns(cursor) };
  const count = cursor.take('PARTITIONS') ? cursor.integer() : undefined;
  refuseSubpartitions(cursor);
  const partitions = cursor.isOperator('(') ? parsePartitions(cursor, tableColumns) : [];
  const number = partitions.length > 0 ? partitions.length : (count ?? 1);
  return { kind, ...by, spelling, partitions, count: number };
}

function hashExpression(cursor: Cursor): Pick<Partitioning, 'columns' | 'expression'> {
  return { columns: [], expression: cursor.parenthesized(() => parseExpression(cursor)) };
}

function keyColumns(cursor: Cursor): string[] {
  return cursor.parenthesized(() => (cursor.isOperator(')') ? [] : cursor.list(() => cursor.name())));
}

/** range := (RANGE | LIST) ([COLUMNS] ( columns ) | ( expression )) [PARTITIONS n] [( partitions )] */
function parseRange(cursor: Cursor, tableColumns: readonly ColumnDefinition[]): Partitioning {
  const kind = cursor.expectOneOf('RANGE', 'LIST') === 'RANGE' ? 'RANGE' : 'LIST';
  const spelling = cursor.take('COLUMNS') ? `${kind} COLUMNS` : kind;
  const by = columnsOrExpression(cursor, spelling !== kind);
  if (cursor.take('PARTITIONS')) cursor.integer();
  refuseSubpartitions(cursor);
  const of = tableColumns.filter((column) => by.columns.includes(column.name));
  const partitions = cursor.isOperator('(') ? parsePartitions(cursor, of) : [];
  return { kind, ...by, spelling, partitions };
}

/** Bare names are columns. A plain MySQL table has its one column as an expression: `settlePartitioning`. */
function columnsOrExpression(
  cursor: Cursor,
  onlyColumns: boolean,
): Pick<Partitioning, 'columns' | 'expression'> {
  return cursor.parenthesized(() => {
    const mark = cursor.mark;
    const names = tryNames(cursor);
    if (names !== undefined) return { columns: names };
    if (onlyColumns) cursor.fail();
    cursor.back(mark);
    return { columns: [], expression: parseExpression(cursor) };
  });
}

/** name {, name} when nothing else stands before the closing parenthesis. */
function tryNames(cursor: Cursor): string[] | undefined {
  const names: string[] = [];
  do {
    const { kind } = cursor.peek();
    if (kind !== 'word' && kind !== 'quoted') return undefined;
    names.push(cursor.name());
  } while (cursor.takeOperator(','));
  return cursor.isOperator(')') ? names : undefined;
}

/** starrocks := ( item {, item} ) | item {, item}   with item := column | function ( … ) */
function parseStarRocksExpression(cursor: Cursor): Partitioning {
  const inParentheses = cursor.takeOperator('(');
  const mark = cursor.mark;
  const items = cursor.list(() => parseItem(cursor));
  const text = canonicalText(cursor.tokensSince(mark));
  if (inParentheses) cursor.expectOperator(')');
  const partitions: PartitionDefinition[] = cursor.isOperator('(') ? [...parsePartitions(cursor, [])] : [];
  const names = items.filter((item) => item !== undefined);
  const isColumns = names.length === items.length;
  return {
    kind: 'EXPRESSION',
    columns: isColumns ? names : [],
    ...(isColumns ? {} : { expression: { text } }),
    spelling: 'EXPRESSION',
    partitions,
  };
}

/** The name of a plain column; undefined for a function call. */
function parseItem(cursor: Cursor): string | undefined {
  const name = cursor.name();
  if (!cursor.isOperator('(')) return name;
  cursor.parenthesized(() => cursor.list(() => parseExpression(cursor)));
  return undefined;
}

function refuseSubpartitions(cursor: Cursor): void {
  if (!cursor.isWord('SUBPARTITION')) return;
  throw notYet('subpartitions');
}
