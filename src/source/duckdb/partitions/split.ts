import {
  compareBounds,
  compareEndings,
  type PartitionRange,
  partitionRanges,
} from '../../../sql/ddl/check/ranges.ts';
import type { PartitionDefinition, TableDefinition } from '../../../sql/ddl/definition.ts';
import { partitionsOf } from '../../../sql/ddl/partitions-of.ts';
import { SourceError } from '../../source-error.ts';
import type { Connection } from '../connection/connection.ts';
import type { Engine } from '../engine/engine.ts';
import { nameKey, physicalName } from '../physical/names.ts';
import { partitionPredicates } from './predicates.ts';
import { systemContext } from '../translation/system-context.ts';

/** A partition of the snapshot that is cut off the beginning of one that is there. */
export type Split = Readonly<{ name: string; from: string }>;

/**
 * Undoes DROP PARTITION on ranges that say only where they end: the next one has grown over the gap, and the
 * snapshot's partition is cut off it again, where it begins as that one does. The rows there are for `refuseOccupied`.
 */
export function splitPartitions(
  existing: TableDefinition,
  wanted: TableDefinition,
  chosen: readonly string[] | undefined,
): Readonly<{ definition: TableDefinition; splits: readonly Split[] }> {
  let definition = existing;
  const splits: Split[] = [];
  const known = keysOf(partitionsOf(existing).map(({ name }) => name));
  const asked = chosen === undefined ? undefined : keysOf(chosen);
  for (const [index, range] of partitionRanges(partitionsOf(wanted)).entries()) {
    const remote = partitionsOf(wanted)[index];
    const key = nameKey(range.name);
    const isWanted = !known.has(key) && (asked?.has(key) ?? true);
    if (remote === undefined || !isWanted || range.bounds.kind !== 'less_than') continue;
    const from = partitionToSplit(definition, range);
    if (from === undefined) continue;
    splits.push({ name: range.name, from });
    definition = withBefore(definition, from, remote);
  }
  return { definition, splits };
}

/** Throws SourceError `conflict` when rows lie where one of the partitions is to be cut off. */
export async function refuseOccupied(
  { engine, connection }: Readonly<{ engine: Engine; connection: Connection }>,
  table: Readonly<{ database: string; name: string; definition: TableDefinition }>,
  splits: readonly Split[],
): Promise<void> {
  if (splits.length === 0) return;
  const context = systemContext(engine, table.database);
  const predicate = partitionPredicates(table.definition, { engine, context });
  for (const { name } of splits) {
    const from = physicalName(table.database, table.name);
    const found = await connection.facts(`SELECT 1 FROM ${from} WHERE ${predicate(name)} LIMIT 1`);
    if (found.length > 0) throw conflictOf(name, table.name);
  }
}

/** StarRocks' words for a range that is taken. */
export function conflictOf(partition: string, table: string): SourceError {
  const text = `Partition ${partition} in table ${table} has conflict range with existing ranges`;
  return new SourceError('conflict', text);
}

function keysOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => nameKey(name)));
}

function partitionToSplit(definition: TableDefinition, remote: PartitionRange): string | undefined {
  const ranges = partitionRanges(partitionsOf(definition));
  const orders = ranges.map((range) => compareEndings(range, remote));
  if (orders.some((order) => order === undefined || order === 0)) return undefined;
  const found = ranges.find((_, index) => (orders[index] ?? 0) > 0);
  if (found?.bounds.kind !== 'less_than' || !isSameEnd(found.lower, remote.lower)) return undefined;
  return found.name;
}

function isSameEnd(left: PartitionRange['lower'], right: PartitionRange['lower']): boolean {
  if (left === undefined || right === undefined) return left === right;
  return compareBounds(left, right) === 0;
}

function withBefore(
  definition: TableDefinition,
  before: string,
  added: PartitionDefinition,
): TableDefinition {
  const { partitioning } = definition;
  if (partitioning === undefined) return definition;
  const at = partitioning.partitions.findIndex(({ name }) => name === before);
  return {
    ...definition,
    partitioning: { ...partitioning, partitions: partitioning.partitions.toSpliced(at, 0, added) },
  };
}
