import { compareBeginnings, compareBounds, type PartitionRange, partitionRanges } from './check/ranges.ts';
import type { PartitionDefinition, PartitionValue } from './definition.ts';

/**
 * Partitions with both ends, as StarRocks keeps them: LESS THAN begins where the one before it ends when it is made, and
 * not any more when that one is dropped. A first one without a lower end stays as it is.
 */
export function resolvedRanges(partitions: readonly PartitionDefinition[]): readonly PartitionDefinition[] {
  const ranges = partitionRanges(partitions);
  return partitions.map((partition, index) => {
    const { bounds } = partition;
    const lower = ranges[index]?.lower;
    if (bounds.kind !== 'less_than' || lower === undefined) return partition;
    return { ...partition, bounds: { kind: 'fixed', lower, upper: bounds.values } };
  });
}

/** The partitions with new ones among them, in the order of their ranges; lists and hashes stand in the order given. */
export function placedPartitions(
  partitions: readonly PartitionDefinition[],
  fresh: readonly PartitionDefinition[],
): readonly PartitionDefinition[] {
  let all = resolvedRanges(partitions);
  for (const partition of fresh) all = [...all, withLowerEnd(partition, all)];
  const ranges = new Map(partitionRanges(all).map((range, index) => [all[index], range]));
  return all.toSorted((left, right) => compareRanges(ranges.get(left), ranges.get(right)));
}

function withLowerEnd(
  partition: PartitionDefinition,
  others: readonly PartitionDefinition[],
): PartitionDefinition {
  const { bounds } = partition;
  if (bounds.kind !== 'less_than') return partition;
  let lower: readonly PartitionValue[] | undefined;
  for (const { upper } of partitionRanges(others)) {
    if (upper === undefined || (compareBounds(upper, bounds.values) ?? 0) >= 0) continue;
    if (lower === undefined || (compareBounds(lower, upper) ?? 0) < 0) lower = upper;
  }
  if (lower === undefined) return partition;
  return { ...partition, bounds: { kind: 'fixed', lower, upper: bounds.values } };
}

function compareRanges(left: PartitionRange | undefined, right: PartitionRange | undefined): number {
  if (left?.upper === undefined || right?.upper === undefined) return 0;
  const isFirst = (left.lower === undefined ? 0 : 1) - (right.lower === undefined ? 0 : 1);
  return isFirst === 0 ? compareBeginnings(left, right) : isFirst;
}
