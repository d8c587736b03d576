import { SqlError } from '../../../base/sql-error.ts';
import type { PartitionDefinition, Partitioning, PartitionValue, TableDefinition } from '../definition.ts';

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
  checkNames(partitioning.partitions);
  if (partitioning.kind === 'RANGE' || partitioning.kind === 'LIST') {
    checkValues(partitioning, isStarRocks);
  }
  if (!isStarRocks) checkKeysHoldColumns(definition, partitioning);
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
export function checkIncreasing(partitions: readonly PartitionDefinition[]): void {
  let before: readonly PartitionValue[] | undefined;
  for (const { bounds } of partitions) {
    if (bounds.kind !== 'less_than') continue;
    if (before?.[0]?.kind === 'max' && before.length === 1) {
      throw new SqlError('partition_maxvalue', 'MAXVALUE can only be used in last partition definition');
    }
    if (before !== undefined && isAtLeast(before, bounds.values)) throw notIncreasing();
    before = bounds.values;
  }
  checkFixedRanges(partitions);
}

function notIncreasing(): SqlError {
  return new SqlError(
    'partition_range_not_increasing',
    'VALUES LESS THAN value must be strictly increasing for each partition',
  );
}

function checkFixedRanges(partitions: readonly PartitionDefinition[]): void {
  const ranges = partitions.flatMap(({ name, bounds }) =>
    bounds.kind === 'fixed' ? [{ name, ...bounds }] : [],
  );
  for (const [index, range] of ranges.entries()) {
    if (isAtLeast(range.lower, range.upper)) {
      throw new SqlError(
        'partition_range_not_increasing',
        `Range of partition '${range.name}' is empty or reversed`,
      );
    }
    const other = ranges.slice(0, index).find((each) => overlap(each, range));
    if (other !== undefined) {
      throw new SqlError(
        'partition_range_not_increasing',
        `Range of partition '${range.name}' intersects with range of partition '${other.name}'`,
      );
    }
  }
}

type Range = Readonly<{ lower: readonly PartitionValue[]; upper: readonly PartitionValue[] }>;

function overlap(left: Range, right: Range): boolean {
  return isLess(left.lower, right.upper) && isLess(right.lower, left.upper);
}

function isAtLeast(left: readonly PartitionValue[], right: readonly PartitionValue[]): boolean {
  const order = compareBounds(left, right);
  return order !== undefined && order >= 0;
}

function isLess(left: readonly PartitionValue[], right: readonly PartitionValue[]): boolean {
  const order = compareBounds(left, right);
  return order !== undefined && order < 0;
}

/** Negative, zero or positive, column by column; undefined where literals cannot be compared as they stand. */
export function compareBounds(
  left: readonly PartitionValue[],
  right: readonly PartitionValue[],
): number | undefined {
  for (const [index, value] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 0;
    const order = compareValues(value, other);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(left: PartitionValue, right: PartitionValue): number | undefined {
  if (left.kind !== 'literal' || right.kind !== 'literal') return rank(left) - rank(right);
  const numbers = [numberOf(left.text), numberOf(right.text)] as const;
  if (numbers[0] !== undefined && numbers[1] !== undefined) return compare(numbers[0], numbers[1]);
  const texts = [textOf(left.text), textOf(right.text)] as const;
  if (texts[0] === undefined || texts[1] === undefined) return undefined;
  return compare(texts[0].toLowerCase(), texts[1].toLowerCase());
}

function rank(value: PartitionValue): number {
  return { null: 0, literal: 1, max: 2 }[value.kind];
}

function compare<T extends bigint | number | string>(left: T, right: T): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** A whole number as written, or in quotes as StarRocks writes bounds of numbers. */
function numberOf(text: string): bigint | undefined {
  const digits = /^'?(-?)\s*(\d+)'?$/.exec(text);
  return digits === null ? undefined : BigInt(`${digits[1]}${digits[2]}`);
}

function textOf(text: string): string | undefined {
  return /^'(?:[^'\\])*'$/.test(text) ? text.slice(1, -1) : undefined;
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
