import { compareEndings, partitionRanges } from '../../../sql/ddl/check/ranges.ts';
import { type Comparison, firstDifference } from '../../../sql/ddl/compare.ts';
import type { PartitionDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { ObjectKind } from '../../objects.ts';
import type { RestoreOption, RestoreTable } from '../../restoring.ts';
import { SourceError } from '../../source-error.ts';
import type { Dictionary } from '../dictionary/dictionary.ts';
import type { StoredTable } from '../dictionary/stored-object.ts';
import { nameKey, sameName } from '../physical/names.ts';
import { resolvedRanges } from '../../../sql/ddl/placed-partitions.ts';
import { isStarRocksTable } from '../../../sql/ddl/settle.ts';
import { restoredDefinition, withoutSchedule } from './restored-definition.ts';
import { conflictOf, type Split, splitPartitions } from '../partitions/split.ts';
import { hasTemporary, partitionsOf } from '../../../sql/ddl/partitions-of.ts';

/** What a restored table does to what lies under its name. */
export type TargetPlan =
  /** The shadow becomes the table; an old one goes. */
  | Readonly<{ kind: 'swap'; definition: TableDefinition; replaced: StoredTable | undefined }>
  /** The rows of `partitions` are replaced in the table that is there; its other partitions stay. */
  | Readonly<{
      kind: 'merge';
      definition: TableDefinition;
      /** As it is, with the partitions of `splits` cut off. */
      existing: StoredTable;
      partitions: readonly string[];
      /** Partitions in whose place the table must have no rows. */
      splits: readonly Split[];
    }>;

/** Decides what is to happen, from what the dictionary holds now. Throws SourceError `conflict` or `bad_replace`. */
export function planTarget(
  dictionary: Dictionary,
  database: string,
  table: RestoreTable,
  options: readonly RestoreOption[] = [],
): TargetPlan {
  const found = dictionary.object(database, table.target);
  if (found !== undefined && found.kind !== 'TABLE') throw notOfKind(table.target, 'TABLE');
  const named = { ...definitionOf(table), name: table.target };
  const wanted = restoredDefinition(named, { table, options, existing: found?.definition });
  const { partitions: chosen } = table;
  if (found === undefined) {
    return { kind: 'swap', definition: keepPartitions(wanted, chosen), replaced: undefined };
  }
  if (hasTemporary(found.definition)) {
    throw new SourceError('conflict', `Do not support restoring table with temp partitions: ${found.name}`);
  }
  const { definition: cut, splits } = splitPartitions(found.definition, wanted, chosen);
  const existing = { ...found, definition: cut };
  const difference = firstDifference(existing.definition, wanted, comparisonOf(existing, table, options));
  // Replacing a table by some partitions of another one would lose rows that nobody asked about.
  const isReplaced = difference !== undefined && chosen === undefined && options.includes('force_replace');
  if (difference !== undefined && !isReplaced) throw new SourceError('conflict', difference);
  const isWhole = isReplaced || (chosen === undefined && options.includes('clean_partitions'));
  const partitions = isWhole ? undefined : mergedPartitions(existing, wanted, chosen);
  if (partitions === undefined) return { kind: 'swap', definition: wanted, replaced: found };
  const merged = withAdded(existing.definition, wanted, partitions);
  const definition = options.includes('reserve_dynamic_partition_enable') ? merged : withoutSchedule(merged);
  // Where the partition that grew over the gap is restored too, its rows go anyway.
  const kept = splits.filter(({ from }) => !partitions.some((name) => sameName(name, from)));
  return { kind: 'merge', definition, existing, partitions, splits: kept };
}

/** StarRocks' words for an object that another kind of object cannot take the place of. */
export function notOfKind(target: string, kind: ObjectKind): SourceError {
  const words = kind.split('_').map((part) => `${part.slice(0, 1)}${part.slice(1).toLowerCase()}`);
  return new SourceError('bad_replace', `Table: ${target} has existed and it is not a ${words.join(' ')}`);
}

/** Where extra partitions go anyway, one that the table lacks has nothing to be in conflict with. */
function comparisonOf(
  existing: StoredTable,
  table: RestoreTable,
  options: readonly RestoreOption[],
): Comparison {
  if (table.partitions !== undefined) return { table: existing.name, partitions: table.partitions };
  if (!options.includes('clean_partitions')) return { table: existing.name };
  return { table: existing.name, partitions: partitionsOf(existing.definition).map(({ name }) => name) };
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
  const backedUp = byName(partitionsOf(wanted));
  const hasOthers = partitionsOf(existing.definition).some((own) => !backedUp.has(nameKey(own.name)));
  return hasOthers ? partitionsOf(wanted).map((partition) => partition.name) : undefined;
}

/** A new table has the partitions that were asked for, and no others. */
function keepPartitions(definition: TableDefinition, chosen: readonly string[] | undefined): TableDefinition {
  if (chosen === undefined || definition.partitioning === undefined) return definition;
  const names = new Set(chosen.map((name) => nameKey(name)));
  const partitions = rangesOf(definition).filter((partition) => names.has(nameKey(partition.name)));
  return { ...definition, partitioning: { ...definition.partitioning, partitions } };
}

/** The existing definition with those of the partitions that it lacks. The comparison has found no overlap. */
function withAdded(
  existing: TableDefinition,
  wanted: TableDefinition,
  chosen: readonly string[],
): TableDefinition {
  const own = byName(partitionsOf(existing));
  const backedUp = byName(rangesOf(wanted));
  const added = chosen.flatMap((name) => {
    const remote = backedUp.get(nameKey(name));
    if (remote === undefined) throw new SourceError('missing', `Partition ${name} is not in the snapshot`);
    return own.has(nameKey(name)) ? [] : [remote];
  });
  return added.length === 0 ? existing : withPartitions(existing, added);
}

/** Partitions of a StarRocks table keep the range they had, whichever of the others come with them. */
function rangesOf(definition: TableDefinition): readonly PartitionDefinition[] {
  const partitions = partitionsOf(definition);
  return isStarRocksTable(definition) ? resolvedRanges(partitions) : partitions;
}

function byName(partitions: readonly PartitionDefinition[]): ReadonlyMap<string, PartitionDefinition> {
  return new Map(partitions.map((partition) => [nameKey(partition.name), partition]));
}

/**
 * Ranges rise from one partition to the next. `VALUES LESS THAN` also says where the next one begins, so new ones can
 * only stand behind the last that is there; ranges with both ends can stand anywhere.
 */
function withPartitions(definition: TableDefinition, added: readonly PartitionDefinition[]): TableDefinition {
  const { partitioning } = definition;
  const [first] = added;
  if (partitioning === undefined || first === undefined) return definition;
  const isNew = new Set(added);
  const ranges = [...partitionRanges(partitioning.partitions), ...partitionRanges(added)];
  const definitions = [...partitioning.partitions, ...added];
  const placed = ranges
    .map((range, index) => ({ range, definition: definitions[index] as PartitionDefinition }))
    .sort((left, right) => compareEndings(left.range, right.range) ?? 0);
  const lastOwn = placed.findLastIndex((each) => !isNew.has(each.definition));
  for (const [index, each] of placed.entries()) {
    const before = placed[index - 1];
    const isPlaced =
      each.range.upper !== undefined &&
      (before === undefined || (compareEndings(before.range, each.range) ?? 0) < 0);
    const fits = !isNew.has(each.definition) || each.definition.bounds.kind === 'fixed' || index > lastOwn;
    if (isPlaced && fits) continue;
    const wrong = [each, before].find((one) => one !== undefined && isNew.has(one.definition));
    throw conflictOf(wrong?.definition.name ?? first.name, definition.name);
  }
  return {
    ...definition,
    partitioning: { ...partitioning, partitions: placed.map((each) => each.definition) },
  };
}
