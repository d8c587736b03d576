import type { ColumnDefinition, PartitionDefinition, Partitioning } from '../definition.ts';
import { isSliceExpression } from '../automatic.ts';
import { notYet } from '../../not-yet.ts';
import type { TokenReader } from '../../token-reader.ts';
import { canonicalText, parseExpression } from './expression.ts';
import { parsePartitions } from './partition-definition.ts';

/**
 * partitioning := PARTITION BY (hash | range | starrocks)
 *
 * `columns` are those of the table, which tell the form of the bounds of START … END … EVERY.
 */
export function parsePartitioning(reader: TokenReader, columns: readonly ColumnDefinition[]): Partitioning {
  reader.expect('PARTITION', 'BY');
  if (reader.isWord('LINEAR', 'HASH', 'KEY')) return parseHash(reader, columns);
  if (reader.isWord('RANGE', 'LIST')) return parseRange(reader, columns);
  return parseStarRocksExpression(reader);
}

/** hash := [LINEAR] (HASH ( expression ) | KEY [ALGORITHM = n] ( [columns] )) [PARTITIONS n] [( partitions )] */
function parseHash(reader: TokenReader, tableColumns: readonly ColumnDefinition[]): Partitioning {
  const linear = reader.accept('LINEAR') ? 'LINEAR ' : '';
  const kind = reader.expectOneOf('HASH', 'KEY');
  const spelling = `${linear}${kind}`;
  if (kind === 'KEY' && reader.accept('ALGORITHM')) {
    reader.acceptOperator('=');
    reader.integer();
  }
  const by = kind === 'HASH' ? hashExpression(reader) : { columns: keyColumns(reader) };
  const count = reader.accept('PARTITIONS') ? reader.integer() : undefined;
  refuseSubpartitions(reader);
  const partitions = reader.isOperator('(') ? parsePartitions(reader, tableColumns) : [];
  const number = partitions.length > 0 ? partitions.length : (count ?? 1);
  return { kind, ...by, spelling, partitions, count: number };
}

function hashExpression(reader: TokenReader): Pick<Partitioning, 'columns' | 'expression'> {
  return { columns: [], expression: reader.parenthesized(() => parseExpression(reader)) };
}

function keyColumns(reader: TokenReader): string[] {
  return reader.parenthesized(() => (reader.isOperator(')') ? [] : reader.list(() => reader.name())));
}

/** range := (RANGE | LIST) ([COLUMNS] ( columns ) | ( expression )) [PARTITIONS n] [( partitions )] */
function parseRange(reader: TokenReader, tableColumns: readonly ColumnDefinition[]): Partitioning {
  const kind = reader.expectOneOf('RANGE', 'LIST');
  const spelling = reader.accept('COLUMNS') ? `${kind} COLUMNS` : kind;
  const by = columnsOrExpression(reader, spelling !== kind);
  if (reader.accept('PARTITIONS')) reader.integer();
  refuseSubpartitions(reader);
  const of = tableColumns.filter((column) => by.columns.includes(column.name));
  const partitions = reader.isOperator('(') ? parsePartitions(reader, of) : [];
  // StarRocks' older spelling of PARTITION BY date_trunc(…).
  const isAutomatic = kind === 'RANGE' && isSliceExpression(by.expression?.text ?? '');
  if (isAutomatic) return { kind: 'EXPRESSION', ...by, spelling: 'EXPRESSION', partitions };
  return { kind, ...by, spelling, partitions };
}

/** Bare names are columns. A plain MySQL table has its one column as an expression: `settlePartitioning`. */
function columnsOrExpression(
  reader: TokenReader,
  onlyColumns: boolean,
): Pick<Partitioning, 'columns' | 'expression'> {
  return reader.parenthesized(() => {
    const mark = reader.mark;
    const names = tryNames(reader);
    if (names !== undefined) return { columns: names };
    if (onlyColumns) reader.fail();
    reader.back(mark);
    return { columns: [], expression: parseExpression(reader) };
  });
}

/** name {, name} when nothing else stands before the closing parenthesis. */
function tryNames(reader: TokenReader): string[] | undefined {
  const names: string[] = [];
  do {
    const { kind } = reader.peek();
    if (kind !== 'word' && kind !== 'quoted') return undefined;
    names.push(reader.name());
  } while (reader.acceptOperator(','));
  return reader.isOperator(')') ? names : undefined;
}

/** starrocks := ( item {, item} ) | item {, item}   with item := column | function ( … ) */
function parseStarRocksExpression(reader: TokenReader): Partitioning {
  const inParentheses = reader.acceptOperator('(');
  const mark = reader.mark;
  const items = reader.list(() => parseItem(reader));
  const text = canonicalText(reader.tokensSince(mark));
  if (inParentheses) reader.expectOperator(')');
  const partitions: PartitionDefinition[] = reader.isOperator('(') ? [...parsePartitions(reader, [])] : [];
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
function parseItem(reader: TokenReader): string | undefined {
  const name = reader.name();
  if (!reader.isOperator('(')) return name;
  reader.parenthesized(() => reader.list(() => parseExpression(reader)));
  return undefined;
}

function refuseSubpartitions(reader: TokenReader): void {
  if (!reader.isWord('SUBPARTITION')) return;
  throw notYet('subpartitions');
}
