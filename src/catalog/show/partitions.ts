import type { Cell } from '../../base/rows.ts';
import { SqlError } from '../../base/sql-error.ts';
import { timeText } from '../../base/time-text.ts';
import type { PartitionDefinition, PartitionValue, TableDefinition } from '../../sql/ddl/definition.ts';
import { partitionsOf } from '../../sql/ddl/partitions-of.ts';
import type { CatalogView } from '../view.ts';
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
 * SHOW PARTITIONS FROM t, in StarRocks' columns; what has no meaning here is empty. A table that is not partitioned
 * has one partition, of its own name.
 */
export async function showPartitions(
  view: CatalogView,
  database: string,
  table: string,
  signal: AbortSignal,
): Promise<ShownTable> {
  const object = findTable(view, database, table);
  if (object.kind !== 'TABLE') throw new SqlError('wrong_object', `'${database}.${table}' is not BASE TABLE`);
  const { definition } = object;
  const isPartitioned = definition.partitioning !== undefined;
  const partitions = isPartitioned ? partitionsOf(definition) : [wholeTable(object.name)];
  const counts = isPartitioned
    ? await view.partitionRows(database, table, signal)
    : [await view.rowCount(database, table, signal)];
  const changed = timeText(object.updatedAt);
  const rows = partitions.map((partition, index): Cell[] => [
    String(index + 1),
    partition.name,
    '1',
    changed,
    '0',
    'NORMAL',
    keyText(definition),
    boundsText(partition),
    definition.distribution?.columns.join(', ') ?? '',
    String(definition.distribution?.buckets ?? 1),
    '1',
    'SSD',
    null,
    null,
    '',
    'false',
    counts[index] ?? 0,
  ]);
  return shownTable(names, rows);
}

function wholeTable(name: string): PartitionDefinition {
  return { name, bounds: { kind: 'none' }, properties: [] };
}

function keyText(definition: TableDefinition): string {
  const { columns = [], expression } = definition.partitioning ?? {};
  return expression?.text ?? columns.join(', ');
}

function boundsText(partition: PartitionDefinition): string {
  const { bounds } = partition;
  switch (bounds.kind) {
    case 'less_than':
      return `[..keys: [${valuesText(bounds.values)}])`;
    case 'fixed':
      return `[keys: [${valuesText(bounds.lower)}]; ..keys: [${valuesText(bounds.upper)}])`;
    case 'in':
      return `(${bounds.rows.map((row) => valuesText(row)).join(', ')})`;
    case 'none':
      return '';
  }
}

function valuesText(values: readonly PartitionValue[]): string {
  return values
    .map((value) => (value.kind === 'max' ? 'MAXVALUE' : value.kind === 'null' ? 'NULL' : value.text))
    .join(', ');
}
