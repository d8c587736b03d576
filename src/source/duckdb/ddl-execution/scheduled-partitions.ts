import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { dynamicChange, dynamicSchedule } from '../../../sql/ddl/dynamic-partitions.ts';
import { placedPartitions } from '../../../sql/ddl/placed-partitions.ts';
import type { AlterAction } from '../../../sql/ddl/statement.ts';

/** A new table with the partitions that its `dynamic_partition.*` asks for at this moment. */
export function withScheduled(definition: TableDefinition, nowMs: number): TableDefinition {
  const schedule = dynamicSchedule(definition);
  const { partitioning } = definition;
  if (schedule === undefined || partitioning === undefined) return definition;
  const { add } = dynamicChange(definition, schedule, nowMs);
  const partitions = placedPartitions(partitioning.partitions, add);
  return { ...definition, partitioning: { ...partitioning, partitions } };
}

/** What a change of the properties asks for at once: partitions made ahead, old ones dropped. */
export function scheduledActions(
  definition: TableDefinition,
  actions: readonly AlterAction[],
  nowMs: number,
): readonly AlterAction[] {
  const isMeant = actions.some(
    (action) =>
      action.kind === 'set_properties' &&
      action.properties.some(([key]) => key.toLowerCase().startsWith('dynamic_partition.')),
  );
  const schedule = isMeant ? dynamicSchedule(definition) : undefined;
  if (schedule === undefined) return [];
  const { add, drop } = dynamicChange(definition, schedule, nowMs);
  const added: AlterAction = {
    kind: 'add_partitions',
    partitions: add,
    ifNotExists: true,
    temporary: false,
  };
  const dropped: AlterAction = { kind: 'drop_partitions', names: drop, ifExists: true, temporary: false };
  return [...(add.length > 0 ? [added] : []), ...(drop.length > 0 ? [dropped] : [])];
}
