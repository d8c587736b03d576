import { SqlError } from '../../../base/sql-error.ts';
import type { ColumnDefinition, PartitionDefinition, PartitionValue } from '../definition.ts';
import { notYet } from '../../not-yet.ts';
import type { TokenReader } from '../../token-reader.ts';
import { parseProperties } from './properties.ts';
import { parseSignedNumber } from './default-value.ts';
import { parseExpression } from './expression.ts';
import { partitionUnit, type PartitionUnit } from '../partition-calendar.ts';
import { expandSteps } from './partition-steps.ts';

type Bounds = PartitionDefinition['bounds'];

/**
 * partitions := ( [partition {, partition}] )   with partition := definition | steps
 *
 * `columns` are the partition columns where they are known: bounds of a DATE show no time of day.
 */
export function parsePartitions(
  reader: TokenReader,
  columns: readonly ColumnDefinition[],
): readonly PartitionDefinition[] {
  return reader.parenthesized(() => {
    if (reader.isOperator(')')) return [];
    return reader.list(() => parsePartitionOrSteps(reader, columns)).flat();
  });
}

/** The partitions of one item: one that is written out, or those of START … END … EVERY. */
export function parsePartitionOrSteps(
  reader: TokenReader,
  columns: readonly ColumnDefinition[],
): readonly PartitionDefinition[] {
  if (reader.isWord('START')) return parseSteps(reader, columns);
  return [parsePartition(reader)];
}

/** definition := PARTITION [IF NOT EXISTS] name [bounds] {option} [( properties )] */
function parsePartition(reader: TokenReader): PartitionDefinition {
  reader.expect('PARTITION');
  reader.accept('IF', 'NOT', 'EXISTS');
  return parsePartitionBody(reader);
}

/** The rest of a partition after PARTITION [IF NOT EXISTS]. */
export function parsePartitionBody(reader: TokenReader): PartitionDefinition {
  const name = reader.nameOrString();
  const bounds: Bounds = reader.accept('VALUES') ? parseBounds(reader) : { kind: 'none' };
  const options = parseOptions(reader);
  return { name, bounds, ...options };
}

/** bounds := LESS THAN (MAXVALUE | ( values )) | IN ( row {, row} ) | [ ( values ) , ( values ) ) */
function parseBounds(reader: TokenReader): Bounds {
  if (reader.accept('IN')) return { kind: 'in', rows: parseRows(reader) };
  if (reader.acceptOperator('[')) return parseFixed(reader);
  reader.expect('LESS', 'THAN');
  if (reader.accept('MAXVALUE')) return { kind: 'less_than', values: [{ kind: 'max' }] };
  return { kind: 'less_than', values: parseValues(reader) };
}

/** fixed := ( values ) , ( values ) )   after the opening bracket: the upper bound is outside */
function parseFixed(reader: TokenReader): Bounds {
  const lower = parseValues(reader);
  reader.expectOperator(',');
  const upper = parseValues(reader);
  reader.expectOperator(')');
  return { kind: 'fixed', lower, upper };
}

/** rows := ( (value | ( values )) {, (value | ( values ))} ) */
function parseRows(reader: TokenReader): readonly (readonly PartitionValue[])[] {
  return reader.parenthesized(() =>
    reader.list(() => (reader.isOperator('(') ? parseValues(reader) : [parseValue(reader)])),
  );
}

/** values := ( value {, value} ) */
function parseValues(reader: TokenReader): readonly PartitionValue[] {
  return reader.parenthesized(() => reader.list(() => parseValue(reader)));
}

/** value := MAXVALUE | NULL | expression */
function parseValue(reader: TokenReader): PartitionValue {
  if (reader.accept('MAXVALUE')) return { kind: 'max' };
  if (reader.accept('NULL')) return { kind: 'null' };
  return { kind: 'literal', text: parseExpression(reader).text };
}

/**
 * option := [STORAGE] ENGINE [=] name | COMMENT [=] 'text' | (DATA | INDEX) DIRECTORY [=] 'path'
 *         | (MAX_ROWS | MIN_ROWS) [=] n | TABLESPACE [=] name; only the comment means something here
 */
function parseOptions(reader: TokenReader): Pick<PartitionDefinition, 'comment' | 'properties'> {
  let comment: string | undefined;
  let properties: PartitionDefinition['properties'] = [];
  for (;;) {
    if (reader.accept('COMMENT')) {
      reader.acceptOperator('=');
      comment = reader.string();
    } else if (reader.isOperator('(')) {
      if (reader.peek(1).upper === 'SUBPARTITION') throw notYet('subpartitions');
      properties = parseProperties(reader);
    } else if (!skipOption(reader)) break;
  }
  return { ...(comment === undefined || comment === '' ? {} : { comment }), properties };
}

function skipOption(reader: TokenReader): boolean {
  const named =
    reader.accept('STORAGE', 'ENGINE') ||
    reader.accept('DATA', 'DIRECTORY') ||
    reader.accept('INDEX', 'DIRECTORY') ||
    reader.acceptOneOf('ENGINE', 'MAX_ROWS', 'MIN_ROWS', 'TABLESPACE', 'NODEGROUP') !== undefined;
  if (!named) return false;
  reader.acceptOperator('=');
  if (reader.peek().kind === 'number') reader.integer();
  else reader.nameOrString();
  return true;
}

/** steps := START ( bound ) END ( bound ) EVERY ( number | INTERVAL number unit ) */
function parseSteps(
  reader: TokenReader,
  columns: readonly ColumnDefinition[],
): readonly PartitionDefinition[] {
  reader.expect('START');
  const start = parseStepBound(reader);
  reader.expect('END');
  const end = parseStepBound(reader);
  reader.expect('EVERY');
  return reader.parenthesized(() => {
    const isInterval = reader.accept('INTERVAL');
    const every = Number(parseSignedNumber(reader));
    const unit = isInterval ? parseUnit(reader) : undefined;
    const withTime = columns[0] === undefined ? hasTime(start, end, unit) : hasTimeOfDay(columns[0]);
    return expandSteps({ start, end, every, withTime, ...(unit === undefined ? {} : { unit }) });
  });
}

function parseStepBound(reader: TokenReader): string {
  return reader.parenthesized(() =>
    reader.peek().kind === 'string' ? reader.string() : parseSignedNumber(reader),
  );
}

function parseUnit(reader: TokenReader): PartitionUnit {
  const word = reader.name().toUpperCase();
  const unit = partitionUnit(word);
  if (unit !== undefined) return unit;
  throw new SqlError('analysis', `Batch build partition does not support time interval type: ${word}`);
}

function hasTimeOfDay(column: ColumnDefinition): boolean {
  return column.type.name === 'DATETIME' || column.type.name === 'TIMESTAMP';
}

function hasTime(start: string, end: string, unit: string | undefined): boolean {
  return unit === 'HOUR' || unit === 'MINUTE' || `${start}${end}`.includes(':');
}
