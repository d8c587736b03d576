import type { PartitionDefinition, Partitioning, PartitionValue } from '../definition.ts';
import { quoteDouble, quoteName, quoteNameIfNeeded, quoteText, unquoteText } from '../../quote.ts';

type Table = Readonly<{ isStarRocks: boolean; engine: string | undefined }>;

/**
 * PARTITION BY … as SHOW CREATE TABLE writes it: MySQL's inside an executed comment with the version that first read
 * the form, StarRocks' as it is.
 */
export function printPartitioning(partitioning: Partitioning, table: Table): string {
  if (table.isStarRocks) return printStarRocks(partitioning);
  const version = partitioning.spelling.endsWith('COLUMNS') ? '50500' : '50100';
  return `/*!${version} PARTITION BY ${printFunction(partitioning)}${printList(partitioning, table)} */`;
}

function printFunction({ kind, spelling, columns, expression }: Partitioning): string {
  if (expression !== undefined) return `${spelling} (${expression.text})`;
  const names = columns.map((name) => quoteNameIfNeeded(name)).join(',');
  // MySQL writes RANGE and COLUMNS with two blanks between them, and none before the parenthesis.
  return kind === 'KEY' ? `${spelling} (${names})` : `${spelling.replace(' ', '  ')}(${names})`;
}

function printList(partitioning: Partitioning, table: Table): string {
  const { partitions, count } = partitioning;
  if (partitions.length === 0) return count === undefined || count === 1 ? '' : `\nPARTITIONS ${count}`;
  const isColumns = partitioning.columns.length > 0;
  const items = partitions.map((partition) => {
    const values = printValues(partition, isColumns);
    const comment = partition.comment === undefined ? '' : ` COMMENT = ${quoteText(partition.comment)}`;
    const name = quoteNameIfNeeded(partition.name);
    return `PARTITION ${name}${values}${comment} ENGINE = ${table.engine ?? 'InnoDB'}`;
  });
  return `\n(${items.join(',\n ')})`;
}

function printValues({ bounds }: PartitionDefinition, isColumns: boolean): string {
  switch (bounds.kind) {
    case 'less_than':
      if (!isColumns && bounds.values[0]?.kind === 'max') return ' VALUES LESS THAN MAXVALUE';
      return ` VALUES LESS THAN (${printTuple(bounds.values)})`;
    case 'in':
      return ` VALUES IN (${bounds.rows.map((row) => (row.length > 1 ? `(${printTuple(row)})` : printTuple(row))).join(',')})`;
    case 'fixed':
      return ` VALUES [(${printTuple(bounds.lower)}), (${printTuple(bounds.upper)}))`;
    case 'none':
      return '';
  }
}

function printTuple(values: readonly PartitionValue[]): string {
  return values.map((value) => printValue(value, (text) => text)).join(',');
}

function printValue(value: PartitionValue, literal: (text: string) => string): string {
  if (value.kind === 'literal') return literal(value.text);
  return value.kind === 'max' ? 'MAXVALUE' : 'NULL';
}

function printStarRocks(partitioning: Partitioning): string {
  const { kind, columns, expression, partitions } = partitioning;
  const names = `(${columns.map((name) => quoteName(name)).join(', ')})`;
  const by =
    kind === 'EXPRESSION'
      ? (expression?.text ?? names)
      : `${partitioning.spelling}${expression ? `(${expression.text})` : names}`;
  const head = `PARTITION BY ${by}`;
  if (kind === 'HASH' || kind === 'KEY')
    return `${head}${printList(partitioning, { isStarRocks: true, engine: undefined })}`;
  if (kind === 'EXPRESSION' && partitions.length === 0) return head;
  return `${head}\n(${partitions.map((partition) => printStarRocksPartition(partition)).join(',\n')})`;
}

function printStarRocksPartition(partition: PartitionDefinition): string {
  const { name, bounds, properties, comment } = partition;
  const pairs = properties.map(([key, value]) => `${quoteDouble(key)} = ${quoteDouble(value)}`).join(', ');
  return (
    `PARTITION ${quoteNameIfNeeded(name)}${printStarRocksBounds(bounds)}` +
    (properties.length === 0 ? '' : ` (${pairs})`) +
    (comment === undefined ? '' : ` COMMENT = ${quoteText(comment)}`)
  );
}

function printStarRocksBounds(bounds: PartitionDefinition['bounds']): string {
  switch (bounds.kind) {
    case 'less_than':
      return ` VALUES LESS THAN (${starRocksTuple(bounds.values)})`;
    case 'fixed':
      return ` VALUES [(${starRocksTuple(bounds.lower)}), (${starRocksTuple(bounds.upper)}))`;
    case 'in':
      return ` VALUES IN (${bounds.rows.map((row) => (row.length > 1 ? `(${starRocksTuple(row)})` : starRocksTuple(row))).join(', ')})`;
    case 'none':
      return '';
  }
}

/** StarRocks writes its literals in double quotes. */
function starRocksTuple(values: readonly PartitionValue[]): string {
  return values.map((value) => printValue(value, starRocksLiteral)).join(', ');
}

function starRocksLiteral(text: string): string {
  const value = unquoteText(text);
  return value === undefined ? text : quoteDouble(value);
}
