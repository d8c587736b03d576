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

/** The definition of the table that holds the rows of the temporary partitions alone. */
export function temporaryDefinition(definition: TableDefinition): TableDefinition {
  const { partitioning } = definition;
  if (partitioning === undefined) return definition;
  const { temporary = [], ...rest } = partitioning;
  return { ...definition, partitioning: { ...rest, partitions: temporary } };
}

/** Whether a table has temporary partitions: its columns then stay as they are, and no backup takes it. */
export function hasTemporary({ partitioning }: TableDefinition): boolean {
  return (partitioning?.temporary?.length ?? 0) > 0;
}
