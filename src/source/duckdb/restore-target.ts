import type { Partitioning, PartitionDefinition, TableDefinition } from '../../sql/ddl/definition.ts';
import { type RestoreTable, SourceError } from '../source.ts';
import type { Dictionary, StoredTable } from './dictionary.ts';
import { sameName } from './names.ts';
import { partitionsOf } from './partitions.ts';

/** Says in StarRocks' words why a snapshot's table cannot take the place of one that exists; undefined when it can. */
export type CompareTables = (local: TableDefinition, remote: TableDefinition) => string | undefined;

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
export function planTarget(
  dictionary: Dictionary,
  database: string,
  table: RestoreTable,
  compare: CompareTables,
): TargetPlan {
  const wanted = { ...table.definition, name: table.target };
  const existing = dictionary.object(database, table.target);
  if (existing === undefined) {
    return { kind: 'swap', definition: keepPartitions(wanted, table.partitions), replaced: undefined };
  }
  if (existing.kind !== 'TABLE') {
    throw new SourceError('bad_replace', `Table ${table.target} already exist but it is not a table`);
  }
  const difference = compare(existing.definition, wanted);
  if (difference !== undefined) throw new SourceError('conflict', difference);
  const partitions = mergedPartitions(existing, wanted, table.partitions);
  if (partitions === undefined) return { kind: 'swap', definition: wanted, replaced: existing };
  return {
    kind: 'merge',
    definition: withAdded(existing.definition, wanted, partitions),
    existing,
    partitions,
  };
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

/** The existing definition with those of the partitions that it lacks, in the snapshot's order. */
function withAdded(
  existing: TableDefinition,
  wanted: TableDefinition,
  chosen: readonly string[],
): TableDefinition {
  const own = partitionsOf(existing);
  const added: PartitionDefinition[] = [];
  for (const name of chosen) {
    const remote = find(partitionsOf(wanted), name);
    const local = find(own, name);
    if (remote === undefined) throw new SourceError('missing', `Partition ${name} is not in the snapshot`);
    if (local === undefined) added.push(remote);
    else if (JSON.stringify(local.bounds) !== JSON.stringify(remote.bounds)) {
      const text = `Partition ${name} in table ${existing.name} has different partition range`;
      throw new SourceError('conflict', text);
    }
  }
  if (added.length === 0) return existing;
  if (existing.partitioning?.kind !== 'RANGE') {
    const text = `No partition found in table ${existing.name} and its partitioning takes no new ones: ${added[0]?.name}`;
    throw new SourceError('conflict', text);
  }
  return { ...existing, partitioning: inOrder(existing.partitioning, wanted, added) };
}

/**
 * Ranges rise from one partition to the next. `VALUES LESS THAN` also says where the next one begins, so a new
 * one can only stand behind the last that exists; ranges with both ends can stand anywhere.
 */
function inOrder(
  existing: Partitioning,
  wanted: TableDefinition,
  added: readonly PartitionDefinition[],
): Partitioning {
  const order = partitionsOf(wanted).map((partition) => partition.name);
  const rank = (name: string): number => order.findIndex((other) => sameName(other, name));
  const lastKnown = Math.max(-1, ...existing.partitions.map((partition) => rank(partition.name)));
  const last = existing.partitions.at(-1);
  for (const partition of added) {
    const isBehind =
      rank(partition.name) > lastKnown && (last === undefined || rank(last.name) === lastKnown);
    if (partition.bounds.kind === 'fixed' || isBehind) continue;
    const text = `Partition ${partition.name} conflicts with the partitions of table ${wanted.name}`;
    throw new SourceError('conflict', text);
  }
  return { ...existing, partitions: [...existing.partitions, ...added] };
}

function find(partitions: readonly PartitionDefinition[], name: string): PartitionDefinition | undefined {
  return partitions.find((partition) => sameName(partition.name, name));
}
