import { unreachable } from '../../../base/assert.ts';
import { SqlError } from '../../../base/sql-error.ts';
import type { PartitionDefinition, Partitioning, TableDefinition } from '../../../sql/ddl/definition.ts';
import type { AlterAction, PartitionAction } from '../../../sql/ddl/statement.ts';
import { sameName } from '../names.ts';
import { partitionsOf } from '../../../sql/ddl/partitions-of.ts';
import { notYet } from '../../../sql/not-yet.ts';

const partitionKinds: ReadonlySet<string> = new Set<PartitionAction['kind']>([
  'add_partitions',
  'add_hash_partitions',
  'coalesce_partitions',
  'drop_partitions',
  'truncate_partitions',
  'rename_partition',
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
  const known = namesOf(definition);
  const fresh = action.partitions.filter(
    (partition) => !known.some((name) => sameName(name, partition.name)),
  );
  const double = action.partitions.find((partition) => !fresh.includes(partition));
  if (double !== undefined && !action.ifNotExists) {
    throw new SqlError('duplicate_partition', `Duplicate partition name ${double.name}`);
  }
  return {
    ...definition,
    partitioning: { ...partitioning, partitions: [...partitioning.partitions, ...fresh] },
  };
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
  if (!action.ifExists) requireAll(definition, action.names);
  const partitions = partitioning.partitions.filter(
    (partition) => !action.names.some((name) => sameName(name, partition.name)),
  );
  if (partitions.length === 0 && partitioning.partitions.length > 0) {
    throw new SqlError('analysis', 'Cannot remove all partitions, use DROP TABLE instead');
  }
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

function reorganized(
  definition: TableDefinition,
  partitioning: Partitioning,
  action: ActionOf<'reorganize_partitions'>,
): TableDefinition {
  requireAll(definition, action.names);
  const isNamed = (partition: PartitionDefinition): boolean =>
    action.names.some((name) => sameName(name, partition.name));
  const first = partitioning.partitions.findIndex((partition) => isNamed(partition));
  const partitions = partitioning.partitions
    .filter((partition) => !isNamed(partition))
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
  const partitions = partitionsOf(definition).flatMap((partition) =>
    names.some((name) => sameName(name, partition.name)) ? change(partition) : [partition],
  );
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

function requireAll(definition: TableDefinition, names: readonly string[]): void {
  const known = namesOf(definition);
  const missing = names.find((name) => !known.some((each) => sameName(each, name)));
  if (missing === undefined) return;
  throw new SqlError('unknown_partition', `Unknown partition '${missing}' in table '${definition.name}'`);
}
