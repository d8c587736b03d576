import type { PartitionDefinition, PartitionValue } from '../definition.ts';

/** A partition with the range it holds; LIST, HASH and KEY have neither bound. */
export type PartitionRange = Readonly<{
  name: string;
  bounds: PartitionDefinition['bounds'];
  /** Inclusive; absent without a lower end. */
  lower?: readonly PartitionValue[];
  /** Exclusive. */
  upper?: readonly PartitionValue[];
}>;

/** The ranges of partitions: LESS THAN begins where the partition before it ends. */
export function partitionRanges(partitions: readonly PartitionDefinition[]): readonly PartitionRange[] {
  let end: readonly PartitionValue[] | undefined;
  return partitions.map(({ name, bounds }) => {
    const lower = bounds.kind === 'fixed' ? bounds.lower : end;
    const upper =
      bounds.kind === 'fixed' ? bounds.upper : bounds.kind === 'less_than' ? bounds.values : undefined;
    end = upper;
    return {
      name,
      bounds,
      ...(upper === undefined || lower === undefined ? {} : { lower }),
      ...(upper === undefined ? {} : { upper }),
    };
  });
}

/** True when a value may lie in both ranges. */
export function overlap(left: PartitionRange, right: PartitionRange): boolean {
  return beginsBefore(left, right) && beginsBefore(right, left);
}

/** True when the first range begins before the second ends. */
function beginsBefore(first: PartitionRange, second: PartitionRange): boolean {
  if (first.lower === undefined || second.upper === undefined) return second.upper !== undefined;
  const order = compareBounds(first.lower, second.upper);
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

function compare<T extends bigint | string>(left: T, right: T): number {
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
