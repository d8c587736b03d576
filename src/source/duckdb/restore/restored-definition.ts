import type { TableDefinition } from '../../../sql/ddl/definition.ts';
import { isStarRocksTable } from '../../../sql/ddl/settle.ts';
import type { RestoreOption, RestoreTable } from '../../restoring.ts';

const replicationKey = 'replication_num';
const colocateKey = 'colocate_with';
const scheduleKey = 'dynamic_partition.enable';

export type Restored = Readonly<{
  table: RestoreTable;
  options: readonly RestoreOption[];
  /** The table that is replaced. */
  existing: TableDefinition | undefined;
}>;

/**
 * The snapshot's definition with the properties that a restored table has: replicas as the statement says, no
 * colocation and no schedule of partitions unless they are reserved. A schedule at work would drop old partitions as
 * soon as they are restored.
 */
export function restoredDefinition(snapshot: TableDefinition, restored: Restored): TableDefinition {
  const { table, options, existing } = restored;
  let definition = snapshot;
  if (!options.includes('reserve_colocate')) {
    definition = withProperty(definition, colocateKey, existing && propertyOf(existing, colocateKey));
  }
  const { replicationNum } = table;
  if (replicationNum !== undefined && !options.includes('reserve_replica') && isStarRocksTable(definition)) {
    definition = withProperty(definition, replicationKey, String(replicationNum));
  }
  return options.includes('reserve_dynamic_partition_enable') ? definition : withoutSchedule(definition);
}

/** The same table with dynamic partitioning off; a table without it stays without the property. */
export function withoutSchedule(definition: TableDefinition): TableDefinition {
  if (propertyOf(definition, scheduleKey) === undefined) return definition;
  return withProperty(definition, scheduleKey, 'false');
}

function propertyOf({ properties }: TableDefinition, key: string): string | undefined {
  return properties.find(([name]) => name === key)?.[1];
}

/** `undefined` takes the property away. */
function withProperty(definition: TableDefinition, key: string, value: string | undefined): TableDefinition {
  const { properties } = definition;
  if (value === undefined) return { ...definition, properties: properties.filter(([name]) => name !== key) };
  const isThere = properties.some(([name]) => name === key);
  const changed = properties.map(([name, old]): readonly [string, string] => [
    name,
    name === key ? value : old,
  ]);
  return { ...definition, properties: isThere ? changed : [...changed, [key, value]] };
}
