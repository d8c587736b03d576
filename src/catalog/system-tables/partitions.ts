import { timeText } from '../../base/time-text.ts';
import type { PartitionDefinition, PartitionValue } from '../../sql/ddl/definition.ts';
import { partitionsOf } from '../../sql/ddl/partitions-of.ts';
import { quoteName } from '../../sql/quote.ts';
import { visibleTables } from './objects.ts';
import type { TableObject } from './objects.ts';
import { catalogName } from './system-table.ts';
import type { SystemReader, SystemRow, SystemTable } from './system-table.ts';

/** PARTITIONS: a row for each partition, one without a name for a table without any. */
export const partitionTables: readonly SystemTable[] = [
  {
    schema: 'information_schema',
    name: 'PARTITIONS',
    columns:
      'TABLE_CATALOG varchar(64), TABLE_SCHEMA varchar(64), TABLE_NAME varchar(64), PARTITION_NAME varchar(64), ' +
      'SUBPARTITION_NAME varchar(64), PARTITION_ORDINAL_POSITION int unsigned, SUBPARTITION_ORDINAL_POSITION int unsigned, SECONDARY_LOAD text, ' +
      'PARTITION_METHOD varchar(13), SUBPARTITION_METHOD varchar(13), PARTITION_EXPRESSION varchar(2048), ' +
      'SUBPARTITION_EXPRESSION varchar(2048), PARTITION_DESCRIPTION text, TABLE_ROWS bigint unsigned, ' +
      'AVG_ROW_LENGTH bigint unsigned, DATA_LENGTH bigint unsigned, MAX_DATA_LENGTH bigint unsigned, ' +
      'INDEX_LENGTH bigint unsigned, DATA_FREE bigint unsigned, CREATE_TIME timestamp NOT NULL, UPDATE_TIME datetime, ' +
      'CHECK_TIME datetime, CHECKSUM bigint, PARTITION_COMMENT text NOT NULL, NODEGROUP varchar(256), TABLESPACE_NAME varchar(268)',
    rows: async (reader) => {
      const rows: SystemRow[] = [];
      for (const table of visibleTables(reader)) rows.push(...(await partitionRows(reader, table)));
      return rows;
    },
  },
];

async function partitionRows(reader: SystemReader, table: TableObject): Promise<readonly SystemRow[]> {
  const { view, signal } = reader;
  const { partitioning } = table.definition;
  if (partitioning === undefined) {
    return [commonRow(table, await view.rowCount(table.database, table.name, signal))];
  }
  const counts = await view.partitionRows(table.database, table.name, signal);
  return partitionsOf(table.definition).map(({ name, bounds, comment }, index) => ({
    ...commonRow(table, counts[index] ?? 0),
    PARTITION_NAME: name,
    PARTITION_ORDINAL_POSITION: index + 1,
    PARTITION_METHOD: partitioning.spelling,
    PARTITION_EXPRESSION:
      partitioning.expression?.text ?? partitioning.columns.map((column) => quoteName(column)).join(','),
    PARTITION_DESCRIPTION: boundsText(bounds),
    PARTITION_COMMENT: comment ?? '',
  }));
}

function commonRow(table: TableObject, rows: number): SystemRow {
  return {
    TABLE_CATALOG: catalogName,
    TABLE_SCHEMA: table.database,
    TABLE_NAME: table.name,
    TABLE_ROWS: rows,
    AVG_ROW_LENGTH: 0,
    DATA_LENGTH: 0,
    MAX_DATA_LENGTH: 0,
    INDEX_LENGTH: 0,
    DATA_FREE: 0,
    CREATE_TIME: timeText(table.createdAt),
    UPDATE_TIME: timeText(table.updatedAt),
    PARTITION_COMMENT: '',
  };
}

/** The bound as MySQL describes it: the upper end of a range, the values of a list. */
function boundsText(bounds: PartitionDefinition['bounds']): string | null {
  switch (bounds.kind) {
    case 'less_than':
      return tupleText(bounds.values);
    case 'fixed':
      return tupleText(bounds.upper);
    case 'in':
      return bounds.rows.map((row) => (row.length > 1 ? `(${tupleText(row)})` : tupleText(row))).join(',');
    case 'none':
      return null;
  }
}

function tupleText(values: readonly PartitionValue[]): string {
  return values
    .map((value) => (value.kind === 'literal' ? value.text : value.kind === 'max' ? 'MAXVALUE' : 'NULL'))
    .join(',');
}
