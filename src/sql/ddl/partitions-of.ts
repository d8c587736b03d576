import type { PartitionDefinition, Partitioning, TableDefinition } from './definition.ts';

/** The partitions of a table, with those that HASH and KEY declare by a number alone: p0, p1 … */
export function partitionsOf({ partitioning }: TableDefinition): readonly PartitionDefinition[] {
  if (partitioning === undefined) return [];
  const { partitions, count = 1 } = partitioning;
  if (partitions.length > 0 || !isHashed(partitioning)) return partitions;
  return Array.from({ length: count }, (_, index) => ({
    name: `p${index}`,
    bounds: { kind: 'none' as const },
    properties: [],
  }));
}

/** Whether the server, and not the bounds of partitions, says where a row goes. */
export function isHashed({ kind }: Partitioning): boolean {
  return kind === 'HASH' || kind === 'KEY';
}
