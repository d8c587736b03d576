import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { timeText } from '../../base/time-text.ts';
import { present } from '../../base/assert.ts';
import { partitionRanges } from '../../sql/ddl/check/ranges.ts';
import type { PartitionDefinition, TableDefinition } from '../../sql/ddl/definition.ts';
import { partitionsOf, temporaryDefinition } from '../../sql/ddl/partitions-of.ts';
import { boundColumns } from '../../sql/ddl/settle-bounds.ts';
import type { CatalogView } from '../view.ts';
import { boundTypes, listText, rangeText } from './partition-bounds.ts';
import { type ShownTable, shownTable } from './shown-table.ts';
import { findTable } from './tables.ts';

const names = [
  'PartitionId',
  'PartitionName',
  'VisibleVersion',
  'VisibleVersionTime',
  'VisibleVersionHash',
  'State',
  'PartitionKey',
  'Range',
  'DistributionKey',
  'Buckets',
  'ReplicationNum',
  'StorageMedium',
  'CooldownTime',
  'LastConsistencyCheckTime',
  'DataSize',
  'IsInMemory',
  'RowCount#',
];

/**
 * SHOW [TEMPORARY] PARTITIONS FROM t, in StarRocks' columns: `List` in place of `Range` where partitions are lists. What
 * has no meaning here is empty. A table that is not partitioned has one partition, of its own name.
 */
export async function showPartitions(
  view: CatalogView,
  of: Readonly<{ database: string; table: string; temporary?: boolean }>,
  signal: AbortSignal,
): Promise<ShownTable> {
  const { database, table, temporary = false } = of;
  const object = findTable(view, database, table);
  if (object.kind !== 'TABLE') throw new SqlError('wrong_object', `'${database}.${table}' is not BASE TABLE`);
  const definition = temporary ? temporaryDefinition(object.definition) : object.definition;
  const partitions = shownPartitions(definition, object.name, temporary);
  const types = boundTypes(definition);
  const isList = partitions.some(({ bounds }) => bounds.kind === 'in');
  const ranges = partitionRanges(partitions);
  const counts = await countsOf(view, of, definition, signal);
  const changed = timeText(object.updatedAt);
  const rows = partitions.map((partition, index): Cell[] => [
    String(index + 1),
    partition.name,
    '1',
    changed,
    '0',
    'NORMAL',
    keyText(definition),
    isList ? listText(partition) : rangeText(present(ranges[index], 'a partition'), types),
    definition.distribution?.columns.join(', ') ?? '',
    String(definition.distribution?.buckets ?? 1),
    property(partition, definition, 'replication_num') ?? '1',
    property(partition, definition, 'storage_medium') ?? 'SSD',
    property(partition, definition, 'storage_cooldown_time') ?? null,
    null,
    '',
    'false',
    counts[index] ?? 0,
  ]);
  return shownTable(isList ? names.map((name) => (name === 'Range' ? 'List' : name)) : names, rows);
}

function shownPartitions(
  definition: TableDefinition,
  table: string,
  temporary: boolean,
): readonly PartitionDefinition[] {
  if (temporary || definition.partitioning !== undefined) return partitionsOf(definition);
  return [{ name: table, bounds: { kind: 'none' }, properties: [] }];
}

async function countsOf(
  view: CatalogView,
  { database, table, temporary = false }: Readonly<{ database: string; table: string; temporary?: boolean }>,
  definition: TableDefinition,
  signal: AbortSignal,
): Promise<readonly number[]> {
  if (temporary) return view.temporaryPartitionRows(database, table, signal);
  if (definition.partitioning === undefined) return [await view.rowCount(database, table, signal)];
  return view.partitionRows(database, table, signal);
}

/** What a partition says, else what its table does. */
function property(
  partition: PartitionDefinition,
  definition: TableDefinition,
  key: string,
): string | undefined {
  return new Map([...definition.properties, ...partition.properties]).get(key);
}

function keyText(definition: TableDefinition): string {
  const { partitioning } = definition;
  if (partitioning === undefined) return '';
  const columns = boundColumns(partitioning);
  return columns.length > 0 ? columns.join(', ') : (partitioning.expression?.text ?? '');
}
