import type { Cell } from '../../base/rows.ts';
import { hasTemporary } from '../../sql/ddl/partitions-of.ts';
import { showPartitions } from '../show/partitions.ts';
import { type TableObject, visibleTables } from './objects.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';

/** StarRocks' partitions_meta: a row for each partition, temporary ones too; what has no meaning here is NULL. */
export const partitionMetaTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'partitions_meta',
    columns:
      'DB_NAME varchar(64), TABLE_NAME varchar(64), PARTITION_NAME varchar(64), PARTITION_ID bigint, ' +
      'COMPACT_VERSION bigint, VISIBLE_VERSION bigint, VISIBLE_VERSION_TIME datetime, NEXT_VERSION bigint, ' +
      'DATA_VERSION bigint, VERSION_EPOCH bigint, VERSION_TXN_TYPE varchar(64), PARTITION_KEY varchar(1024), ' +
      'PARTITION_VALUE longtext, DISTRIBUTION_KEY varchar(1024), BUCKETS int, REPLICATION_NUM int, ' +
      'STORAGE_MEDIUM varchar(64), COOLDOWN_TIME datetime, LAST_CONSISTENCY_CHECK_TIME datetime, ' +
      'IS_IN_MEMORY tinyint(1), IS_TEMP tinyint(1), DATA_SIZE varchar(64), ROW_COUNT bigint, ' +
      'ENABLE_DATACACHE tinyint(1), AVG_CS double, P50_CS double, MAX_CS double, STORAGE_PATH varchar(1024), ' +
      'STORAGE_SIZE bigint, METADATA_SWITCH_VERSION bigint, TABLET_BALANCED tinyint(1)',
    rows: async (reader) => {
      const rows: SystemRow[] = [];
      for (const table of visibleTables(reader)) {
        rows.push(...(await rowsOf(reader, table, false)));
        if (hasTemporary(table.definition)) rows.push(...(await rowsOf(reader, table, true)));
      }
      return rows;
    },
  },
];

/** What SHOW PARTITIONS says, under the names of this table. */
async function rowsOf(
  { view, signal }: SystemReader,
  { database, name }: TableObject,
  temporary: boolean,
): Promise<readonly SystemRow[]> {
  const shown = await showPartitions(view, { database, table: name, temporary }, signal);
  const names = shown.columns.map((column) => column.name);
  return shown.rows.map((row) => {
    const cell = (column: string): Cell => row[names.indexOf(column)] ?? null;
    const number = (column: string): number => Number(cell(column));
    return {
      DB_NAME: database,
      TABLE_NAME: name,
      PARTITION_NAME: cell('PartitionName'),
      PARTITION_ID: number('PartitionId'),
      VISIBLE_VERSION: number('VisibleVersion'),
      VISIBLE_VERSION_TIME: cell('VisibleVersionTime'),
      NEXT_VERSION: number('VisibleVersion') + 1,
      PARTITION_KEY: cell('PartitionKey'),
      PARTITION_VALUE: names.includes('List') ? cell('List') : cell('Range'),
      DISTRIBUTION_KEY: cell('DistributionKey'),
      BUCKETS: number('Buckets'),
      REPLICATION_NUM: number('ReplicationNum'),
      STORAGE_MEDIUM: cell('StorageMedium'),
      COOLDOWN_TIME: cell('CooldownTime'),
      IS_IN_MEMORY: 0,
      IS_TEMP: temporary ? 1 : 0,
      ROW_COUNT: number('RowCount'),
      ENABLE_DATACACHE: 0,
      TABLET_BALANCED: 1,
    };
  });
}
