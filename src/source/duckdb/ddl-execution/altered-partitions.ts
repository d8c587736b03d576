import { unreachable } from '../../../base/assert.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { PartitionDefinition, Partitioning, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { AlterAction, PartitionAction } from '../../../sql/ddl/statement.ts';
import { nameKey } from '../physical/names.ts';
import { sameRanges } from '../../../sql/ddl/check/ranges.ts';
import { placedPartitions, resolvedRanges } from '../../../sql/ddl/placed-partitions.ts';
import { isStarRocksTable } from '../../../sql/ddl/settle.ts';
import { partitionsOf } from '../../../sql/ddl/partitions-of.ts';
import { notYet } from '../../../sql/not-yet.ts';

const partitionKinds: ReadonlySet<string> = new Set<PartitionAction['kind']>([
  'add_partitions',
  'add_hash_partitions',
  'coalesce_partitions',
  'drop_partitions',
  'truncate_partitions',
  'rename_partition',
  'replace_partitions',
  'reorganize_partitions',
  'exchange_partition',
  'partition_by',
  'remove_partitioning',
  'maintain_partitions',
  'modify_partitions',
]);

export function isPartitionAction(action: AlterAction): action is PartitionAction {
  return partitionKinds.has(action.kind);
}

/** The partitions after one action. The rows of dropped and truncated ones are deleted by the caller. */
export function alteredPartitions(definition: TableDefinition, action: PartitionAction): TableDefinition {
  if (action.kind === 'partition_by') return { ...definition, partitioning: action.partitioning };
  const { partitioning, ...rest } = definition;
  if (partitioning === undefined) {
    throw new SqlError('analysis', 'Partition management on a not partitioned table is not possible');
  }
  switch (action.kind) {
    case 'add_partitions':
      return added(definition, partitioning, action);
    case 'add_hash_partitions':
      return counted(definition, partitioning, action.count);
    case 'coalesce_partitions':
      return counted(definition, partitioning, -action.count);
    case 'drop_partitions':
      return dropped(definition, partitioning, action);
    case 'rename_partition':
      return replaced(definition, partitioning, [action.from], (old) => [{ ...old, name: action.to }]);
    case 'replace_partitions':
      return replacedBy(definition, partitioning, action);
    case 'reorganize_partitions':
      return reorganized(definition, partitioning, action);
    case 'modify_partitions':
      return replaced(definition, partitioning, action.names ?? namesOf(definition), (old) => [
        { ...old, properties: [...new Map([...old.properties, ...action.properties])] },
      ]);
    case 'remove_partitioning':
      return rest;
    case 'truncate_partitions':
      requireAll(definition, action.names ?? []);
      return definition;
    case 'maintain_partitions':
      return definition;
    case 'exchange_partition':
      throw notYet('EXCHANGE PARTITION');
    default:
      return unreachable(action);
  }
}

type ActionOf<Kind extends PartitionAction['kind']> = Extract<PartitionAction, { kind: Kind }>;

function namesOf(definition: TableDefinition): readonly string[] {
  return partitionsOf(definition).map((partition) => partition.name);
}

function added(
  definition: TableDefinition,
  partitioning: Partitioning,
  action: ActionOf<'add_partitions'>,
): TableDefinition {
  const known = new Set([...namesOf(definition), ...temporaryNames(partitioning)].map(nameKey));
  const fresh = action.partitions.filter((partition) => !known.has(nameKey(partition.name)));
  const double = action.partitions.find((partition) => known.has(nameKey(partition.name)));
  if (double !== undefined && !action.ifNotExists) {
    throw new SqlError('duplicate_partition', `Duplicate partition name ${double.name}`);
  }
  if (action.temporary) {
    requireRangesOrLists(partitioning);
    const temporary = placedPartitions(partitioning.temporary ?? [], fresh);
    return { ...definition, partitioning: { ...partitioning, temporary } };
  }
  const partitions = isStarRocksTable(definition)
    ? placedPartitions(partitioning.partitions, fresh)
    : [...partitioning.partitions, ...fresh];
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

function temporaryNames({ temporary = [] }: Partitioning): readonly string[] {
  return temporary.map((partition) => partition.name);
}

function requireRangesOrLists({ kind }: Partitioning): void {
  if (kind !== 'HASH' && kind !== 'KEY') return;
  throw new SqlError('analysis', 'Only support adding temp partitions to range and list partitioned tables');
}

function counted(definition: TableDefinition, partitioning: Partitioning, change: number): TableDefinition {
  const count = partitionsOf(definition).length + change;
  const isHashed = partitioning.kind === 'HASH' || partitioning.kind === 'KEY';
  if (!isHashed || count < 1) {
    throw new SqlError(
      'analysis',
      'COALESCE PARTITION and ADD PARTITION PARTITIONS need HASH or KEY partitions, and leave at least one',
    );
  }
  return { ...definition, partitioning: { ...partitioning, partitions: [], count } };
}

function dropped(
  definition: TableDefinition,
  partitioning: Partitioning,
  action: ActionOf<'drop_partitions'>,
): TableDefinition {
  const names = new Set(action.names.map(nameKey));
  const left = (partitions: readonly PartitionDefinition[]): readonly PartitionDefinition[] =>
    partitions.filter((partition) => !names.has(nameKey(partition.name)));
  if (action.temporary) {
    if (!action.ifExists) requireNames(definition, action.names, temporaryNames(partitioning));
    return withTemporary(definition, partitioning, left(partitioning.temporary ?? []));
  }
  if (!action.ifExists) requireAll(definition, action.names);
  const isStarRocks = isStarRocksTable(definition);
  const partitions = left(isStarRocks ? resolvedRanges(partitioning.partitions) : partitioning.partitions);
  if (partitions.length === 0 && partitioning.partitions.length > 0 && !isStarRocks) {
    throw new SqlError('analysis', 'Cannot remove all partitions, use DROP TABLE instead');
  }
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

function withTemporary(
  definition: TableDefinition,
  { temporary: _before, ...partitioning }: Partitioning,
  temporary: readonly PartitionDefinition[],
): TableDefinition {
  return {
    ...definition,
    partitioning: temporary.length === 0 ? partitioning : { ...partitioning, temporary },
  };
}

/** Temporary partitions become partitions in place of others. */
function replacedBy(
  definition: TableDefinition,
  partitioning: Partitioning,
  action: ActionOf<'replace_partitions'>,
): TableDefinition {
  requireAll(definition, action.names);
  requireNames(definition, action.temporaryNames, temporaryNames(partitioning));
  const isOld = isNamed(action.names);
  const isNew = isNamed(action.temporaryNames);
  const before = resolvedRanges(partitioning.partitions);
  const old = before.filter((partition) => isOld(partition));
  const temporary = partitioning.temporary ?? [];
  const fresh = temporary.filter((partition) => isNew(partition));
  if (action.strictRange && !sameRanges(old, fresh)) {
    throw new SqlError(
      'partition_wrong_values',
      'Partition ranges of the temp partitions and of those they replace differ',
      {
        hint: 'Set "strict_range" = "false" when they need only not overlap other partitions.',
      },
    );
  }
  const keepsNames = old.length === fresh.length && !action.keepTemporaryNames;
  const named = fresh.map((partition, index) =>
    keepsNames ? { ...partition, name: old[index]?.name ?? partition.name } : partition,
  );
  const others = before.filter((partition) => !isOld(partition));
  const grown = { ...partitioning, partitions: placedPartitions(others, named) };
  return withTemporary(
    definition,
    grown,
    temporary.filter((partition) => !isNew(partition)),
  );
}

/** True for the partitions of some names. */
function isNamed(names: readonly string[]): (partition: PartitionDefinition) => boolean {
  const keys = new Set(names.map(nameKey));
  return (partition) => keys.has(nameKey(partition.name));
}

function reorganized(
  definition: TableDefinition,
  partitioning: Partitioning,
  action: ActionOf<'reorganize_partitions'>,
): TableDefinition {
  requireAll(definition, action.names);
  const isGone = isNamed(action.names);
  const first = partitioning.partitions.findIndex((partition) => isGone(partition));
  const partitions = partitioning.partitions
    .filter((partition) => !isGone(partition))
    .toSpliced(first, 0, ...action.into);
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

function replaced(
  definition: TableDefinition,
  partitioning: Partitioning,
  names: readonly string[],
  change: (old: PartitionDefinition) => readonly PartitionDefinition[],
): TableDefinition {
  requireAll(definition, names);
  const keys = new Set(names.map(nameKey));
  const partitions = partitionsOf(definition).flatMap((partition) =>
    keys.has(nameKey(partition.name)) ? change(partition) : [partition],
  );
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

function requireAll(definition: TableDefinition, names: readonly string[]): void {
  requireNames(definition, names, namesOf(definition));
}

function requireNames(definition: TableDefinition, names: readonly string[], known: readonly string[]): void {
  const keys = new Set(known.map(nameKey));
  const missing = names.find((name) => !keys.has(nameKey(name)));
  if (missing === undefined) return;
  throw new SqlError('unknown_partition', `Unknown partition '${missing}' in table '${definition.name}'`);
}
