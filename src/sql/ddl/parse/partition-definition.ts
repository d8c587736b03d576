import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, PartitionDefinition, PartitionValue } from '../definition.ts';
import { notYet } from './cursor.ts';
import type { Cursor } from './cursor.ts';
import { parseSignedNumber } from './default-value.ts';
import { parseExpression } from './expression.ts';
import { expandSteps, stepUnits } from './partition-steps.ts';

type Bounds = PartitionDefinition['bounds'];

/**
 * partitions := ( [partition {, partition}] )   with partition := definition | steps
 *
 * `columns` are the partition columns where they are known: bounds of a DATE show no time of day.
 */
export function parsePartitions(
  cursor: Cursor,
  columns: readonly ColumnDefinition[],
): readonly PartitionDefinition[] {
  return cursor.parenthesized(() => {
    if (cursor.isOperator(')')) return [];
    return cursor.list(() => parsePartitionOrSteps(cursor, columns)).flat();
  });
}

/** The partitions of one item: one that is written out, or those of START … END … EVERY. */
export function parsePartitionOrSteps(
  cursor: Cursor,
  columns: readonly ColumnDefinition[],
): readonly PartitionDefinition[] {
  if (cursor.isWord('START')) return parseSteps(cursor, columns);
  return [parsePartition(cursor)];
}

/** definition := PARTITION [IF NOT EXISTS] name [bounds] {option} [( properties )] */
export function parsePartition(cursor: Cursor): PartitionDefinition {
  cursor.expect('PARTITION');
  cursor.take('IF', 'NOT', 'EXISTS');
  return parsePartitionBody(cursor);
}

/** The rest of a partition after PARTITION [IF NOT EXISTS]. */
export function parsePartitionBody(cursor: Cursor): PartitionDefinition {
  const name = cursor.nameOrString();
  const bounds: Bounds = cursor.take('VALUES') ? parseBounds(cursor) : { kind: 'none' };
  const options = parseOptions(cursor);
  return { name, bounds, ...options };
}

/** bounds := LESS THAN (MAXVALUE | ( values )) | IN ( row {, row} ) | [ ( values ) , ( values ) ) */
function parseBounds(cursor: Cursor): Bounds {
  if (cursor.take('IN')) return { kind: 'in', rows: parseRows(cursor) };
  if (cursor.takeOperator('[')) return parseFixed(cursor);
  cursor.expect('LESS', 'THAN');
  if (cursor.take('MAXVALUE')) return { kind: 'less_than', values: [{ kind: 'max' }] };
  return { kind: 'less_than', values: parseValues(cursor) };
}

/** fixed := ( values ) , ( values ) )   after the opening bracket: the upper bound is outside */
function parseFixed(cursor: Cursor): Bounds {
  const lower = parseValues(cursor);
  cursor.expectOperator(',');
  const upper = parseValues(cursor);
  cursor.expectOperator(')');
  return { kind: 'fixed', lower, upper };
}

/** rows := ( (value | ( values )) {, (value | ( values ))} ) */
function parseRows(cursor: Cursor): readonly (readonly PartitionValue[])[] {
  return cursor.parenthesized(() =>
    cursor.list(() => (cursor.isOperator('(') ? parseValues(cursor) : [parseValue(cursor)])),
  );
}

/** values := ( value {, value} ) */
function parseValues(cursor: Cursor): readonly PartitionValue[] {
  return cursor.parenthesized(() => cursor.list(() => parseValue(cursor)));
}

/** value := MAXVALUE | NULL | expression */
function parseValue(cursor: Cursor): PartitionValue {
  if (cursor.take('MAXVALUE')) return { kind: 'max' };
  if (cursor.take('NULL')) return { kind: 'null' };
  return { kind: 'literal', text: parseExpression(cursor).text };
}

/**
 * option := [STORAGE] ENGINE [=] name | COMMENT [=] 'text' | (DATA | INDEX) DIRECTORY [=] 'path'
 *         | (MAX_ROWS | MIN_ROWS) [=] n | TABLESPACE [=] name; only the comment means something here
 */
function parseOptions(cursor: Cursor): Pick<PartitionDefinition, 'comment' | 'properties'> {
  let comment: string | undefined;
  let properties: PartitionDefinition['properties'] = [];
  for (;;) {
    if (cursor.take('COMMENT')) {
      cursor.takeOperator('=');
      comment = cursor.string();
    } else if (cursor.isOperator('(')) {
      if (cursor.peek(1).upper === 'SUBPARTITION') throw notYet('subpartitions');
      properties = cursor.properties();
    } else if (!skipOption(cursor)) break;
  }
  return { ...(comment === undefined || comment === '' ? {} : { comment }), properties };
}

function skipOption(cursor: Cursor): boolean {
  const named =
    cursor.take('STORAGE', 'ENGINE') ||
    cursor.take('DATA', 'DIRECTORY') ||
    cursor.take('INDEX', 'DIRECTORY') ||
    cursor.takeOneOf('ENGINE', 'MAX_ROWS', 'MIN_ROWS', 'TABLESPACE', 'NODEGROUP') !== undefined;
  if (!named) return false;
  cursor.takeOperator('=');
  if (cursor.peek().kind === 'number') cursor.integer();
  else cursor.nameOrString();
  return true;
}

/** steps := START ( bound ) END ( bound ) EVERY ( number | INTERVAL number unit ) */
function parseSteps(cursor: Cursor, columns: readonly ColumnDefinition[]): readonly PartitionDefinition[] {
  cursor.expect('START');
  const start = parseStepBound(cursor);
  cursor.expect('END');
  const end = parseStepBound(cursor);
  cursor.expect('EVERY');
  return cursor.parenthesized(() => {
    const isInterval = cursor.take('INTERVAL');
    const every = Number(parseSignedNumber(cursor));
    const unit = isInterval ? parseUnit(cursor) : undefined;
    const withTime = columns[0] === undefined ? hasTime(start, end, unit) : hasTimeOfDay(columns[0]);
    return expandSteps({ start, end, every, withTime, ...(unit === undefined ? {} : { unit }) });
  });
}

function parseStepBound(cursor: Cursor): string {
  return cursor.parenthesized(() =>
    cursor.peek().kind === 'string' ? cursor.string() : parseSignedNumber(cursor),
  );
}

function parseUnit(cursor: Cursor): (typeof stepUnits)[number] {
  const word = cursor.name().toUpperCase();
  const unit = stepUnits.find((candidate) => candidate === word);
  if (unit !== undefined) return unit;
  throw new SqlError('analysis', `Batch build partition does not support time interval type: ${word}`);
}

function hasTimeOfDay(column: ColumnDefinition): boolean {
  return column.type.name === 'DATETIME' || column.type.name === 'TIMESTAMP';
}

function hasTime(start: string, end: string, unit: string | undefined): boolean {
  return unit === 'HOUR' || `${start}${end}`.includes(':');
}
