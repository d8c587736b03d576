import { compareBounds, partitionRanges } from '../../sql/ddl/check/ranges.ts';
import { firstDifference } from '../../sql/ddl/compare.ts';
import type { PartitionDefinition, TableDefinition } from '../../sql/ddl/definition.ts';
import { type RestoreTable, SourceError } from '../source.ts';
import type { Dictionary, StoredTable } from './dictionary.ts';
import { sameName } from './names.ts';
import { partitionsOf } from '../../sql/ddl/partitions-of.ts';

/** What a restored table does to what lies under its name. */
export type TargetPlan =
  /** The shadow becomes the table; an old one goes. */
  | Readonly<{ kind: 'swap'; definition: TableDefinition; replaced: StoredTable | undefined }>
  /** The rows of `partitions` are replaced in the table that is there; its other partitions stay. */
  | Readonly<{
      kind: 'merge';
      definition: TableDefinition;
      existing: StoredTable;
      partitions: readonly string[];
    }>;

/** Decides what is to happen, from what the dictionary holds now. Throws SourceError `conflict` or `bad_replace`. */
export function planTarget(dictionary: Dictionary, database: string, table: RestoreTable): TargetPlan {
  const wanted = { ...definitionOf(table), name: table.target };
  const existing = dictionary.object(database, table.target);
  if (existing === undefined) {
    return { kind: 'swap', definition: keepPartitions(wanted, table.partitions), replaced: undefined };
  }
  if (existing.kind !== 'TABLE') {
    throw new SourceError('bad_replace', `Table ${table.target} already exist but it is not a table`);
  }
  const { partitions: chosen } = table;
  const of = { table: existing.name, ...(chosen !== undefined && { partitions: chosen }) };
  const difference = firstDifference(existing.definition, wanted, of);
  if (difference !== undefined) throw new SourceError('conflict', difference);
  const partitions = mergedPartitions(existing, wanted, chosen);
  if (partitions === undefined) return { kind: 'swap', definition: wanted, replaced: existing };
  return {
    kind: 'merge',
    definition: withAdded(existing.definition, wanted, partitions),
    existing,
    partitions,
  };
}

/** Throws SourceError `conflict` for a table whose DDL only its own server can read. */
export function definitionOf(table: RestoreTable): TableDefinition {
  if (table.definition !== undefined) return table.definition;
  const text = `Table ${table.name} cannot be restored here: its definition needs the kind of server it was made on`;
  throw new SourceError('conflict', text);
}

/**
 * The partitions whose rows are replaced; undefined when the whole table is. A partition that only the existing table
 * has stays, as in StarRocks.
 */
function mergedPartitions(
  existing: StoredTable,
  wanted: TableDefinition,
  chosen: readonly string[] | undefined,
): readonly string[] | undefined {
  if (chosen !== undefined) return chosen;
  const backedUp = partitionsOf(wanted);
  const hasOthers = partitionsOf(existing.definition).some((own) => find(backedUp, own.name) === undefined);
  return hasOthers ? backedUp.map((partition) => partition.name) : undefined;
}

/** A new table has the partitions that were asked for, and no others. */
function keepPartitions(definition: TableDefinition, chosen: readonly string[] | undefined): TableDefinition {
  if (chosen === undefined || definition.partitioning === undefined) return definition;
  const partitions = definition.partitioning.partitions.filter((partition) =>
    chosen.some((name) => sameName(name, partition.name)),
  );
  return { ...definition, partitioning: { ...definition.partitioning, partitions } };
}

/** The existing definition with those of the partitions that it lacks. The comparison has found no overlap. */
function withAdded(
  existing: TableDefinition,
  wanted: TableDefinition,
  chosen: readonly string[],
): TableDefinition {
  let definition = existing;
  for (const name of chosen) {
    const remote = find(partitionsOf(wanted), name);
    if (remote === undefined) throw new SourceError('missing', `Partition ${name} is not in the snapshot`);
    if (find(partitionsOf(definition), name) === undefined) definition = withPartition(definition, remote);
  }
  return definition;
}

/**
 * Ranges rise from one partition to the next. `VALUES LESS THAN` also says where the next one begins, so a new one can
 * only stand behind the last; ranges with both ends can stand anywhere.
 */
function withPartition(definition: TableDefinition, added: PartitionDefinition): TableDefinition {
  const { partitioning } = definition;
  const ranges = partitionRanges(partitioning?.partitions ?? []);
  const [range] = partitionRanges([added]);
  const orders = ranges.map((own) => compareBounds(own.upper ?? [], range?.upper ?? []));
  const above = orders.findIndex((order) => order !== undefined && order > 0);
  const at = above < 0 ? ranges.length : above;
  const isKnown = range?.upper !== undefined && orders.every((order) => order !== undefined && order !== 0);
  const fits = isKnown && (added.bounds.kind === 'fixed' || at === ranges.length);
  if (partitioning === undefined || !fits) {
    const text = `Partition ${added.name} in table ${definition.name} has conflict range with existing ranges`;
    throw new SourceError('conflict', text);
  }
  const partitions = partitioning.partitions.toSpliced(at, 0, added);
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

function find(partitions: readonly PartitionDefinition[], name: string): PartitionDefinition | undefined {
  return partitions.find((partition) => sameName(partition.name, name));
}
