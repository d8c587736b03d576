import { SqlError } from '../../../base/sql-error.ts';
import type { PartitionDefinition, Partitioning, PartitionValue, TableDefinition } from '../definition.ts';
import { compareBeginnings, compareBounds, overlap, partitionRanges } from './ranges.ts';

/** Throws SqlError for partitions that cannot stand beside one another, and for keys that do not hold their columns. */
export function checkPartitioning(
  definition: TableDefinition,
  partitioning: Partitioning,
  isStarRocks: boolean,
): void {
  const known = new Set(definition.columns.map((column) => column.name.toLowerCase()));
  if (partitioning.columns.some((name) => !known.has(name.toLowerCase()))) {
    throw new SqlError(
      'unknown_partition_column',
      'Field in list of fields for partition function not found in table',
    );
  }
  checkPartitions(partitioning, isStarRocks);
  if (!isStarRocks) checkKeysHoldColumns(definition, partitioning);
}

/** Throws SqlError for partitions that cannot stand beside one another; their columns are not looked at. */
export function checkPartitions(partitioning: Partitioning, isStarRocks: boolean): void {
  checkNames(partitioning.partitions);
  if (partitioning.kind === 'RANGE' || partitioning.kind === 'LIST') {
    checkValues(partitioning, isStarRocks);
  } else if (partitioning.kind === 'EXPRESSION') {
    checkRanges(partitioning.partitions);
  }
}

/** Partition names of one table differ, whatever their case. Throws duplicate_partition. */
function checkNames(partitions: readonly PartitionDefinition[]): void {
  const seen = new Set<string>();
  for (const { name } of partitions) {
    if (seen.has(name.toLowerCase())) {
      throw new SqlError('duplicate_partition', `Duplicate partition name ${name}`);
    }
    seen.add(name.toLowerCase());
  }
}

function checkValues(partitioning: Partitioning, isStarRocks: boolean): void {
  const { kind, partitions } = partitioning;
  // StarRocks tables may begin without partitions and have them added later.
  if (partitions.length === 0 && !isStarRocks) {
    throw new SqlError('partitions_required', `For ${kind} partitions each partition must be defined`);
  }
  const words = kind === 'RANGE' ? 'LESS THAN' : 'IN';
  for (const { bounds } of partitions) {
    if (bounds.kind === 'none') {
      throw new SqlError(
        'partition_requires_values',
        `Syntax error: ${kind} PARTITIONING requires definition of VALUES ${words} for each partition`,
      );
    }
    if ((kind === 'LIST') !== (bounds.kind === 'in'))
      throw wrongValues(bounds.kind === 'in' ? 'LIST' : 'RANGE');
  }
  if (kind === 'RANGE') checkIncreasing(partitions);
  else checkListValues(partitions);
}

function wrongValues(kind: 'LIST' | 'RANGE'): SqlError {
  const words = kind === 'LIST' ? 'IN' : 'LESS THAN';
  return new SqlError(
    'partition_wrong_values',
    `Only ${kind} PARTITIONING can use VALUES ${words} in partition definition`,
  );
}

/**
 * Ranges follow one another: LESS THAN bounds increase strictly, fixed ranges do not overlap (they may leave gaps and
 * stand in any order). Bounds that are expressions are for the engine to compare. Throws
 * partition_range_not_increasing and partition_maxvalue.
 */
function checkIncreasing(partitions: readonly PartitionDefinition[]): void {
  let before: readonly PartitionValue[] | undefined;
  for (const { bounds } of partitions) {
    if (bounds.kind !== 'less_than') continue;
    if (before?.length === 1 && before[0]?.kind === 'max') {
      throw new SqlError('partition_maxvalue', 'MAXVALUE can only be used in last partition definition');
    }
    if (before !== undefined && isAtLeast(before, bounds.values)) throw notIncreasing();
    before = bounds.values;
  }
  checkRanges(partitions);
}

function notIncreasing(): SqlError {
  return new SqlError(
    'partition_range_not_increasing',
    'VALUES LESS THAN value must be strictly increasing for each partition',
  );
}

/** Ranges in order touch their neighbours alone, so that thousands of them are compared in no time. */
function checkRanges(partitions: readonly PartitionDefinition[]): void {
  const ranges = partitionRanges(partitions).filter((range) => range.upper !== undefined);
  for (const { name, bounds, lower, upper } of ranges) {
    if (lower === undefined || upper === undefined || !isAtLeast(lower, upper)) continue;
    // LESS THAN behind a range that holds its values already.
    if (bounds.kind === 'less_than') throw notIncreasing();
    throw new SqlError('partition_range_not_increasing', `Range of partition '${name}' is empty or reversed`);
  }
  const unbounded = ranges.filter((range) => range.lower === undefined);
  const ordered = [
    ...unbounded,
    ...ranges.filter((range) => range.lower !== undefined).sort(compareBeginnings),
  ];
  for (const [index, range] of ordered.entries()) {
    const before = ordered[index - 1];
    if (before === undefined || !overlap(before, range)) continue;
    throw new SqlError(
      'partition_range_not_increasing',
      `Range of partition '${range.name}' intersects with range of partition '${before.name}'`,
    );
  }
}

function isAtLeast(left: readonly PartitionValue[], right: readonly PartitionValue[]): boolean {
  const order = compareBounds(left, right);
  return order !== undefined && order >= 0;
}

function checkListValues(partitions: readonly PartitionDefinition[]): void {
  const seen = new Set<string>();
  for (const { bounds } of partitions) {
    if (bounds.kind !== 'in') continue;
    for (const row of bounds.rows) {
      const key = row.map((value) => (value.kind === 'literal' ? value.text : value.kind)).join(',');
      if (seen.has(key)) {
        throw new SqlError(
          'duplicate_list_value',
          'Multiple definition of same constant in list partitioning',
        );
      }
      seen.add(key);
    }
  }
}

/** MySQL: every unique key holds all columns of the partition function, so that it can be checked in one partition. */
function checkKeysHoldColumns(definition: TableDefinition, partitioning: Partitioning): void {
  const used = partitionColumns(definition, partitioning);
  const keys = [
    ...(definition.primaryKey === undefined ? [] : [definition.primaryKey]),
    ...definition.keys.filter((key) => key.kind === 'UNIQUE'),
  ];
  for (const key of keys) {
    const columns = new Set(key.parts.map((part) => part.column.toLowerCase()));
    if (used.every((name) => columns.has(name))) continue;
    const kind = key.kind === 'PRIMARY' ? 'PRIMARY KEY' : 'UNIQUE INDEX';
    throw new SqlError(
      'partition_unique_key',
      `A ${kind} must include all columns in the table's partitioning function`,
    );
  }
}

/** Names of the table's columns that the partition function reads, in lower case. */
function partitionColumns(definition: TableDefinition, partitioning: Partitioning): readonly string[] {
  if (partitioning.columns.length > 0) return partitioning.columns.map((name) => name.toLowerCase());
  const words = new Set(
    [...(partitioning.expression?.text ?? '').matchAll(/`((?:[^`]|``)+)`|([\w$\u0080-\uffff]+)/g)].map(
      (match) => (match[1]?.replaceAll('``', '`') ?? match[2] ?? '').toLowerCase(),
    ),
  );
  return definition.columns.map((column) => column.name.toLowerCase()).filter((name) => words.has(name));
}
